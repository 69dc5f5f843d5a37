"""Paths of the lake that cannot be used: each fails its own month or player, and is named."""

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from chess_assets.commands.status import Standing
from chess_assets.domain.months import Month, months_between
from chess_assets.sample import FixedHistories
from chess_assets_tests.asset_keys import (
    GAMES_KEY,
    PLAYER_GAMES_KEY,
    PLAYER_REPORT_KEY,
    POSITIONS_KEY,
    RAW_KEY,
)
from chess_assets_tests.command_line import months_of, open_command_line
from chess_assets_tests.made_games import USER, histories_of
from chess_assets_tests.workbench import Workbench, failure_of, open_workbench

MONTHS = list(months_between(Month(2023, 1), Month(2023, 8)))
LATER = datetime(2024, 3, 1, tzinfo=UTC)
BAD = MONTHS[2]
OTHER = "bert"


def folder_in_place(path: Path) -> None:
    """Put a folder where the file should be."""
    path.mkdir(parents=True)


def full_folder_in_place(path: Path) -> None:
    """Put a folder with a file in it where the file should be."""
    path.mkdir(parents=True)
    (path / "something.txt").write_text("of somebody's")


def dangling_link(path: Path) -> None:
    """Put a link to nowhere where the file should be."""
    path.parent.mkdir(parents=True)
    path.symlink_to("/nowhere/at/all")


def dangling_link_of_the_month(path: Path) -> None:
    """Put a link to nowhere where the month's folder should be."""
    path.parent.parent.mkdir(parents=True)
    path.parent.symlink_to("/nowhere/at/all")


def file_for_a_folder(path: Path) -> None:
    """Put a file where the month's folder should be."""
    path.parent.parent.mkdir(parents=True)
    path.parent.write_text("no folder")


def device_in_place(path: Path) -> None:
    """Put a named pipe where the file should be: who reads it waits for ever."""
    path.parent.mkdir(parents=True)
    os.mkfifo(path)


SPOILERS = (
    folder_in_place,
    full_folder_in_place,
    dangling_link,
    dangling_link_of_the_month,
    file_for_a_folder,
    device_in_place,
)
each_spoiler = pytest.mark.parametrize("spoil", SPOILERS, ids=lambda each: each.__name__)
Spoiler = Callable[[Path], None]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A deployment with two players and nothing stored."""
    histories = histories_of(MONTHS).by_player | histories_of(MONTHS, user=OTHER).by_player
    with open_workbench(tmp_path, FixedHistories(histories), LATER) as bench:
        yield bench


def file_of(bench: Workbench, table: str, month: Month | None, user: str = USER) -> Path:
    """Return where the file of a partition is."""
    folder = Path(bench.lake.uri, table, f"user={user}")
    return (folder if month is None else folder / f"month={month}") / "part-0.parquet"


def green_months(bench: Workbench, key: dg.AssetKey) -> set[str]:
    """Return the months of the player that are green."""
    keys = (each.split("|") for each in bench.green(key))
    return {month.removesuffix("-01") for month, user in keys if user == USER}


def names(months: list[Month]) -> set[str]:
    """Return months as YYYY-MM."""
    return {str(month) for month in months}


@each_spoiler
@pytest.mark.parametrize("table", ["raw_pgn_archives", "games"])
def test_one_month(bench: Workbench, spoil: Spoiler, table: str) -> None:
    """A month's path that cannot be used fails that month, by name; all others are stored."""
    spoil(file_of(bench, table, BAD))
    said = failure_of(bench.materialize(MONTHS[0], MONTHS[-1]))
    assert f"1 of 8 months failed: {USER} {BAD}: " in said
    assert str(file_of(bench, table, BAD).parent) in said
    assert f"The other 7 are stored ({USER} 2023-01 to 2023-02 and 2023-04 to 2023-08)" in said
    good = names(MONTHS) - {str(BAD)}
    if table == RAW_KEY.path[0]:  # a run of its own, as `sync` and automation start it
        said = failure_of(bench.materialize(MONTHS[0], MONTHS[-1], assets=[GAMES_KEY]))
        assert f"1 of 8 months failed: {USER} {BAD}: " in said
    assert green_months(bench, GAMES_KEY) == good
    assert green_months(bench, RAW_KEY) == (good if table == RAW_KEY.path[0] else names(MONTHS))


def test_many_months(bench: Workbench) -> None:
    """Of a player half of whose months cannot be used, one after another, the other half lands."""
    for month in MONTHS[:5]:
        folder_in_place(file_of(bench, "raw_pgn_archives", month))
    said = failure_of(bench.materialize(MONTHS[0], MONTHS[-1]))
    assert "5 of 8 months failed" in said
    assert "not attempted" not in said
    assert green_months(bench, RAW_KEY) == names(MONTHS[5:])


def test_a_player_s_folder(bench: Workbench) -> None:
    """A player's folder that is a link to nowhere fails all months of that player, no others."""
    dangling_link(file_of(bench, "raw_pgn_archives", None).parent)
    result = bench.materialize(MONTHS[0], MONTHS[-1], last_user=OTHER)
    said = failure_of(result)
    assert "8 of 16 months failed" in said
    assert f"The other 8 are stored ({OTHER} 2023-01 to 2023-08)" in said
    assert all(f"/{USER}/games" not in request.path for request in bench.chess_com.requests)


@each_spoiler
def test_positions(bench: Workbench, spoil: Spoiler) -> None:
    """So it is in `positions`, whose months are computed many at once."""
    bench.materialize(MONTHS[0], MONTHS[-1])
    spoil(file_of(bench, "positions", BAD))
    said = failure_of(bench.materialize(MONTHS[0], MONTHS[-1], assets=[POSITIONS_KEY]))
    assert f"1 of 8 months failed: {USER} {BAD}: " in said
    assert green_months(bench, POSITIONS_KEY) == names(MONTHS) - {str(BAD)}


@pytest.mark.parametrize("asset", [PLAYER_GAMES_KEY, PLAYER_REPORT_KEY], ids=str)
@pytest.mark.parametrize("spoil", [folder_in_place, dangling_link, device_in_place])
def test_a_player_s_own_file(bench: Workbench, asset: dg.AssetKey, spoil: Spoiler) -> None:
    """A player's own file that cannot be written fails that player, and the next one lands."""
    bench.materialize(MONTHS[0], MONTHS[-1], last_user=OTHER)
    name = "report.html" if asset == PLAYER_REPORT_KEY else "part-0.parquet"
    if asset == PLAYER_REPORT_KEY:
        assert bench.run_range(USER, OTHER, [PLAYER_GAMES_KEY]).success
    spoil(Path(bench.lake.uri, asset.path[0], f"user={USER}", name))
    said = failure_of(bench.run_range(USER, OTHER, [asset]))
    assert f"1 of 2 players failed: {USER}: " in said
    assert f"The other 1 are stored ({OTHER})" in said
    assert bench.green(asset) == {OTHER}


@pytest.mark.parametrize("spoil", [folder_in_place, dangling_link, device_in_place])
def test_the_index(bench: Workbench, spoil: Spoiler) -> None:
    """An index is only a cache: where it cannot be used the run goes on without, and says so."""
    index = Path(bench.lake.uri, "_index", "raw_pgn_archives", f"user={USER}", "index.json")
    spoil(index)
    for _ in range(2):
        result = bench.materialize(MONTHS[0], MONTHS[-1])
        assert result.success
        logged = [each.message for each in bench.instance.all_logs(result.run_id)]
        assert any("has to look at every file again" in each for each in logged)
    assert len(bench.chess_com.month_requests()) == len(MONTHS)


@pytest.mark.parametrize("spoil", [folder_in_place, full_folder_in_place, dangling_link])
def test_the_registry(tmp_path: Path, spoil: Spoiler) -> None:
    """A registry that cannot be read is not "nobody is followed": every command says which path."""
    with open_command_line(tmp_path, histories_of(months_of("2023-01", "2023-02"))) as cli:
        path = tmp_path / "lake" / "_players" / "players.json"
        spoil(path)
        for command in (["status"], ["players", "list"], ["players", "add", USER], ["sync", USER]):
            done = cli(*command)
            assert done.exit_code == (3 if command == ["status"] else 1)
            assert str(path) in done.stderr
            assert "Traceback" not in done.output


def test_status_names_the_month(tmp_path: Path) -> None:
    """After such a run `status` names the month and ends with 2; mended, `sync` does the rest."""
    months = months_of("2023-01", "2023-06")
    with open_command_line(tmp_path, histories_of(months)) as cli:
        path = tmp_path / "lake/raw_pgn_archives" / f"user={USER}/month={BAD}/part-0.parquet"
        dangling_link(path)
        arguments = ("sync", USER, "--from", "2023-01", "--to", "2023-06")
        done = cli(*arguments)
        assert (done.exit_code, "Traceback" in done.output) == (1, False)
        status = cli("status")
        assert status.exit_code == Standing.FAILING
        assert f"{USER}: {BAD} failed once" in status.stdout
        path.unlink()
        cli.chess_com.recording.clear()
        assert cli(*arguments).exit_code == 0
        assert cli.month_paths == ["2023/03"]
        assert f"{BAD} failed" not in cli("status").stdout


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 128 kB, which only root can mount."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)]
    if os.getuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can't be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)  # noqa: S607 - as above


def test_a_full_disk(tmp_path: Path, small_disk: Path) -> None:
    """A disk that is full ends the run: what is stored, what failed and what was not tried is said.

    Nothing more is asked of chess.com, `status` ends with 2, and with room again the rest comes.
    """
    months = months_of("2020-01", "2022-12")
    with open_command_line(tmp_path, histories_of(months)) as cli:
        cli.variables["CHESS_LAKE_URI"] = str(small_disk / "lake")
        arguments = ("sync", USER, "--from", "2020-01", "--to", "2022-12")
        done = cli(*arguments)
        assert (done.exit_code, "Traceback" in done.output) == (1, False)
        assert "There is no room to write" in done.stderr
        assert f"{USER} 2022-12  failed   not attempted, because: There is no room" in done.stderr
        asked, stored = len(cli.month_paths), len(cli.green())
        assert stored <= asked <= stored + 3
        with cli.instance() as instance:
            runs = instance.get_runs()
            told = " ".join(str(each) for run in runs for each in instance.all_logs(run.run_id))
        assert f"are stored ({USER} 2020-01 to " in told
        status = cli("status")
        assert status.exit_code == Standing.FAILING
        assert "There is no room to write" in status.stdout
        subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)  # noqa: S607 - see above
        cli.chess_com.recording.clear()
        assert cli(*arguments).exit_code == 0
        assert len(cli.month_paths) == 36 - stored
