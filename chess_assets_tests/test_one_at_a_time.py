"""One request at a time, whatever the number of processes, and whichever of them dies."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chess_assets.domain.lake.paths import CHESS_COM_LEASE
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.store import FolderStore
from chess_assets.domain.store.lease_record import LeaseRecord
from chess_assets.sample import SampleChessCom
from chess_assets_tests.command_line import CHESS_ASSETS, PROJECT, CommandLine
from chess_assets_tests.made_games import histories_of

MONTHS = list(months_between(Month(2022, 1), Month(2022, 12)))
PLAYERS = ["first-player", "second-player"]
YEAR = ("--from", str(MONTHS[0]), "--to", str(MONTHS[-1]))
UNSHARE = ("unshare", "--pid", "--fork", "--mount-proc", "--kill-child")
LATENCY_S = 0.2
_PATIENCE_S = 300
_BARE_INSTANCE = """\
telemetry: {enabled: false}
storage: {sqlite: {base_dir: .dagster}}
"""


@pytest.fixture
def chess_com() -> Iterator[SampleChessCom]:
    """A look-alike that takes its time over the months of two players."""
    histories = histories_of(MONTHS, user=PLAYERS[0])
    histories.by_player |= histories_of(MONTHS, user=PLAYERS[1]).by_player
    with SampleChessCom(histories, latency_s=LATENCY_S) as chess_com:
        yield chess_com


def test_two_processes_share_the_pool(tmp_path: Path, chess_com: SampleChessCom) -> None:
    """Two `sync` processes never have two requests in flight, and both end well."""
    follow(tmp_path, chess_com, *PLAYERS)
    processes = [sync(tmp_path, chess_com, player) for player in PLAYERS]
    assert [process.wait() for process in processes] == [0, 0]
    assert len(chess_com.month_requests()) == 2 * len(MONTHS)
    assert chess_com.max_in_flight == 1


def test_instances_share_a_lake(tmp_path: Path, chess_com: SampleChessCom) -> None:
    """Dagster instances that only share a lake ask one at a time, and say for whom they wait.

    One has the project's dagster.yaml, the other limits no pool. `sync` also asks for the profile
    of the player who is new to the second one, and waits for that as runs do.
    """
    first, second, lake = tmp_path / "first", tmp_path / "second", tmp_path / "lake"
    lake.mkdir()
    for folder in (first, second):
        folder.mkdir()
        (folder / "lake").symlink_to(lake)
    follow(first, chess_com, PLAYERS[0])
    (second / "dagster.yaml").write_text(_BARE_INSTANCE)
    said = second / "commands.log"
    with start(first, chess_com, "sync", PLAYERS[0], *YEAR) as running:
        wait_until(lambda: len(chess_com.month_requests()) > 0)
        running.send_signal(signal.SIGSTOP)  # or it might end before the other one begins
        with start(second, chess_com, "sync", PLAYERS[1], *YEAR) as waiting:
            try:
                wait_until(lambda: "this one waits for its turn" in said.read_text())
            finally:
                running.send_signal(signal.SIGCONT)
            assert waiting.wait() == 0
        assert running.wait() == 0
    assert len(chess_com.month_requests()) == 2 * len(MONTHS)
    assert chess_com.max_in_flight == 1
    holder = f"host {socket.gethostname()}, process {running.pid}, run "
    assert f"Another run is asking chess.com ({holder}" in said.read_text()


def test_waiting_is_in_the_runs_log(tmp_path: Path, chess_com: SampleChessCom) -> None:
    """A run that waits for another machine's says so in its own log, where the UI shows it."""
    follow(tmp_path, chess_com, PLAYERS[0])
    lake = FolderStore(tmp_path / "lake")
    held = lake.get(CHESS_COM_LEASE)
    assert held is not None
    record = LeaseRecord.read(held.body)
    assert record is not None
    elsewhere = replace(record.process, host="elsewhere", boot_id="another")
    record = replace(record, holder="abroad", process=elsewhere, duration_s=2)
    lake.put(CHESS_COM_LEASE, record.body(), if_match=held.etag)
    assert start(tmp_path, chess_com, "sync", PLAYERS[0], *YEAR).wait() == 0
    with command_line(tmp_path, chess_com).instance() as instance:
        (run,) = instance.get_runs()
        said = [entry.user_message for entry in instance.all_logs(run.run_id)]
    assert any("asking chess.com (host elsewhere, process" in each for each in said)


def test_killed_process_leaves_the_pool(tmp_path: Path, chess_com: SampleChessCom) -> None:
    """After a kill -9 in the middle the next `sync` does not wait, and fetches only the rest."""
    follow(tmp_path, chess_com, PLAYERS[0])
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


@pytest.mark.skipif(
    subprocess.run([*UNSHARE, "true"], check=False, capture_output=True).returncode != 0,
    reason="this user may make no PID namespaces",
)
def test_container_starts_again(tmp_path: Path, chess_com: SampleChessCom) -> None:
    """A container that is killed and starts again, with the same pids, waits for nobody."""
    follow(tmp_path, chess_com, PLAYERS[0])
    killed = start(tmp_path, chess_com, "sync", PLAYERS[0], *YEAR, prefix=UNSHARE)
    wait_until(lambda: len(chess_com.month_requests()) > 2)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert start(tmp_path, chess_com, "sync", PLAYERS[0], *YEAR, prefix=UNSHARE).wait() == 0
    said = (tmp_path / "commands.log").read_text()
    assert "An earlier run was killed and is ended now" in said
    assert "waits for its turn" not in said


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for other processes."""
    until = time.monotonic() + _PATIENCE_S
    while not is_so():
        assert time.monotonic() < until
        time.sleep(LATENCY_S)


def command_line(folder: Path, chess_com: SampleChessCom) -> CommandLine:
    """Return the command line of a project's folder."""
    variables = {"CHESS_COM_API_URL": chess_com.url, "CHESS_COM_CONTACT": "tests"}
    return CommandLine(folder, chess_com, variables)


def follow(folder: Path, chess_com: SampleChessCom, *players: str) -> None:
    """Make the folder a project's, which follows players."""
    shutil.copy(PROJECT / "dagster.yaml", folder)
    assert command_line(folder, chess_com)("players", "add", *players).exit_code == 0


def sync(folder: Path, chess_com: SampleChessCom, player: str) -> subprocess.Popen[bytes]:
    """Start `chess-assets sync` for a year, in a process of its own."""
    return start(folder, chess_com, "sync", player, *YEAR)


def start(
    folder: Path, chess_com: SampleChessCom, *arguments: str, prefix: tuple[str, ...] = ()
) -> subprocess.Popen[bytes]:
    """Start a command in a process of its own, which writes to `commands.log`."""
    with (folder / "commands.log").open("ab") as log:
        return subprocess.Popen(
            [*prefix, sys.executable, *CHESS_ASSETS, *arguments],
            cwd=folder,
            env=command_line(folder, chess_com).environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
