"""One request at a time, whatever the number of processes, and whichever of them dies."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chess_assets.domain.months import Month, months_between
from chess_assets.sample import SampleChessCom
from chess_assets_tests.made_games import histories_of

REPOSITORY = Path(__file__).parent.parent
MONTHS = list(months_between(Month(2022, 1), Month(2022, 12)))
PLAYERS = ["first-player", "second-player"]
LATENCY_S = 0.2


@pytest.fixture
def chess_com() -> Iterator[SampleChessCom]:
    """A look-alike that takes its time over the months of two players."""
    histories = histories_of(MONTHS, user=PLAYERS[0])
    histories.by_player |= histories_of(MONTHS, user=PLAYERS[1]).by_player
    with SampleChessCom(histories, latency_s=LATENCY_S) as chess_com:
        yield chess_com


def test_two_processes_share_the_pool(tmp_path: Path, chess_com: SampleChessCom) -> None:
    """Two `sync` processes never have two requests in flight, and both end well."""
    shutil.copy(REPOSITORY / "dagster.yaml", tmp_path)
    run(tmp_path, chess_com, "players", "add", *PLAYERS).wait()
    processes = [sync(tmp_path, chess_com, player) for player in PLAYERS]
    assert [process.wait() for process in processes] == [0, 0]
    assert len(chess_com.month_requests()) == 2 * len(MONTHS)
    assert chess_com.max_in_flight == 1


def test_killed_process_leaves_the_pool(tmp_path: Path, chess_com: SampleChessCom) -> None:
    """After a kill -9 in the middle the next `sync` does not wait, and fetches only the rest."""
    shutil.copy(REPOSITORY / "dagster.yaml", tmp_path)
    run(tmp_path, chess_com, "players", "add", PLAYERS[0]).wait()
    killed = sync(tmp_path, chess_com, PLAYERS[0])
    while len(chess_com.month_requests()) < 5:
        assert killed.poll() is None
        time.sleep(LATENCY_S)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert sync(tmp_path, chess_com, PLAYERS[0]).wait() == 0
    stored = list((tmp_path / "lake" / "games").glob("user=*/month=*/part-0.parquet"))
    assert len(stored) == len(MONTHS)
    in_flight_when_killed = 3
    assert len(chess_com.month_requests()) <= len(MONTHS) + in_flight_when_killed


def sync(folder: Path, chess_com: SampleChessCom, player: str) -> subprocess.Popen[bytes]:
    """Start `chess-assets sync` for a year."""
    months = ("--from", str(MONTHS[0]), "--to", str(MONTHS[-1]))
    return run(folder, chess_com, "sync", player, *months)


def run(folder: Path, chess_com: SampleChessCom, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a command in a project's folder."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"},
        "CHESS_COM_API_URL": chess_com.url,
        "CHESS_COM_CONTACT": "tests",
        "CHESS_LAKE_URI": str(folder / "lake"),
    }
    program = "from chess_assets.cli import main; main()"
    with (folder / "commands.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
