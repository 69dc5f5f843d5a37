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
from chess_assets_tests.command_line import CHESS_ASSETS, PROJECT, CommandLine
from chess_assets_tests.made_games import histories_of

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
    follow(tmp_path, chess_com, *PLAYERS)
    processes = [sync(tmp_path, chess_com, player) for player in PLAYERS]
    assert [process.wait() for process in processes] == [0, 0]
    assert len(chess_com.month_requests()) == 2 * len(MONTHS)
    assert chess_com.max_in_flight == 1


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
    months = ("--from", str(MONTHS[0]), "--to", str(MONTHS[-1]))
    with (folder / "commands.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, *CHESS_ASSETS, "sync", player, *months],
            cwd=folder,
            env=command_line(folder, chess_com).environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
