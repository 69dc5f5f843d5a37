"""Processes that ask a look-alike of chess.com for a lake, each in turn with the others.

`python -m chess_assets_tests.domain.store.holding FOLDER_OR_BUCKET API_URL TURNS [S3_URL]` waits
for a line, takes the lease as often as told, with two requests each time, and says "done". With 0
turns it takes the lease, says "held", and keeps it until it is killed.
"""

import subprocess
import sys
from pathlib import Path
from threading import Event

from chess_assets.domain.chess_com import ChessComClient
from chess_assets.domain.lake.paths import CHESS_COM_LEASE
from chess_assets.domain.store import FolderStore, Lease, S3Store, S3Uri, Store
from chess_assets_tests.made_games import USER
from chess_assets_tests.s3_server import S3Server

PROJECT = Path(__file__).parents[3]


def start(place: str, api_url: str, turns: int, s3_url: str = "") -> "subprocess.Popen[str]":
    """Start such a process; it waits for its line."""
    return subprocess.Popen(
        [sys.executable, "-m", __name__, place, api_url, str(turns), s3_url],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def go(process: "subprocess.Popen[str]") -> None:
    """Let a process begin."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def line_of(process: "subprocess.Popen[str]") -> str:
    """Wait for the next line that a process says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _store(place: str, s3_url: str) -> Store:
    if s3_url:
        return S3Store(S3Server(s3_url).client(), S3Uri(place, "lake"))
    return FolderStore(Path(place))


def _main(place: str, api_url: str, turns: int, s3_url: str) -> None:
    store = _store(place, s3_url)
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(turns):
        with (
            Lease(store, CHESS_COM_LEASE, "asking chess.com") as lease,
            ChessComClient(api_url, "tests", lease=lease) as client,
        ):
            client.archives(USER)
            client.archives(USER)
    if turns:
        print("done", flush=True)
        return
    lease = Lease(store, CHESS_COM_LEASE, "asking chess.com", run_id="0123456789")
    with lease, lease.in_use():
        lease.hold()
        print("held", flush=True)
        Event().wait()


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
