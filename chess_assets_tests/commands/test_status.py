"""`chess-assets status`: what the months of the players followed are worth, as the lake says."""

import re
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from chess_assets.commands.status import Standing
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.months import Month
from chess_assets.sample import Fault
from chess_assets_tests.command_line import CommandLine, months_of, open_command_line
from chess_assets_tests.made_games import USER, histories_of


def row_of(printed: str, player: str) -> list[str]:
    """Return a player's row of the table."""
    (row,) = [line.split() for line in printed.splitlines() if line.split()[0] == player]
    return row


def test_counts(cli: CommandLine) -> None:
    """A player's row counts the months by what they are worth, and what `games` lacks."""
    cli("sync", USER, "--from", "2022-12", "--to", "2023-03")
    (cli.folder / "lake" / "games" / f"user={USER}" / "month=2023-02" / "part-0.parquet").unlink()
    asked = len(cli.chess_com.requests)
    done = cli("status")
    assert done.exit_code == Standing.DUE
    lake, headings, _, missing, unparsed, *_ = done.stdout.splitlines()
    assert missing == f"{USER}: missing: 2023-04 to {Month.of(datetime.now(UTC))}"
    assert unparsed == f"{USER}: not in games yet: 2023-02"
    assert lake == f"Lake: {cli.folder / 'lake'}"
    assert headings.split()[:7] == [
        "player",
        "missing",
        "stale",
        "fresh",
        "sealed",
        "unparsed",
        "games",
    ]
    until_now = len(months_of("2022-12", str(Month.of(datetime.now(UTC)))))
    row = row_of(done.stdout, USER)
    assert row[1:7] == [str(until_now - 4), "0", "0", "4", "1", "6"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", " ".join(row[7:]))
    assert len(cli.chess_com.requests) == asked


def test_open_month_is_fresh(cli: CommandLine) -> None:
    """The open month is fresh just after it was fetched."""
    cli("sync", USER, "--from", str(Month.of(datetime.now(UTC))))
    assert row_of(cli("status", USER).stdout, USER)[3] == "1"


def test_never_fetched(cli: CommandLine) -> None:
    """A player of whom nothing is stored has only missing months, never fetched."""
    cli("players", "add", USER)
    row = row_of(cli("status").stdout, USER)
    assert row[2:] == ["0", "0", "0", "0", "0", "never"]
    assert int(row[1]) > 40


def test_nobody(cli: CommandLine) -> None:
    """Where nobody is followed it says so, and how to begin."""
    done = cli("status")
    assert (done.exit_code, done.stdout) == (0, f"Lake: {cli.folder / 'lake'}\n")
    assert done.stderr == "Nobody is followed yet: chess-assets players add NAME\n"


def test_one_of_two(tmp_path: Path) -> None:
    """With a name, in any case, it is that player's row alone; an unfollowed one is refused."""
    long_name = "a-name-of-25-letters-here"
    histories = histories_of(months_of("2023-01", "2023-01"))
    histories.by_player |= histories_of(months_of("2023-01", "2023-01"), user=long_name).by_player
    with open_command_line(tmp_path, histories) as cli:
        cli("players", "add", USER, long_name)
        assert long_name not in cli("status", USER.upper()).stdout
        everybody = cli("status").stdout
        assert [row_of(everybody, name)[0] for name in (long_name, USER)] == [long_name, USER]
        refused = cli("status", "somebody")
        assert (refused.exit_code, refused.stderr) == (3, "Error: somebody is not followed.\n")


def test_all_fresh(tmp_path: Path) -> None:
    """Where every month is fresh or sealed the exit code is 0, and nothing is said of any."""
    now = datetime.now(UTC)
    with open_command_line(tmp_path, histories_of([Month.of(now)])) as cli:
        cli("sync", USER)
        done = cli("status")
    assert done.exit_code == Standing.FRESH


def test_failed_months(cli: CommandLine) -> None:
    """A month whose last attempt failed is named with how often, when and why; exit code 2."""
    cli.chess_com.faults.add(Fault(r"/2023/02$", status=410, times=None))
    for _ in range(2):
        assert cli("sync", USER, "--from", "2023-01", "--to", "2023-03").exit_code == 1
    done = cli("status")
    assert done.exit_code == Standing.FAILING
    (line,) = [line for line in done.stdout.splitlines() if "failed 2" in line]
    assert re.match(
        rf"{USER}: 2023-02 failed 2 times, last at \d{{4}}-.* UTC: chess.com answered 410", line
    )


def test_failed_before(cli: CommandLine) -> None:
    """A month that failed and was stored since is failing no more."""
    cli.chess_com.faults.add(Fault(r"/2023/02$", status=410, times=None))
    cli("sync", USER, "--from", "2023-02", "--to", "2023-02")
    cli.chess_com.faults.clear()
    cli("sync", USER, "--from", "2023-02", "--to", "2023-02")
    done = cli("status")
    assert (done.exit_code, "2023-02 failed" in done.stdout) == (Standing.DUE, False)


def test_why_in_dagster(cli: CommandLine) -> None:
    """Why a month of a table failed is an event of its partition, so that the UI shows it too."""
    cli.chess_com.faults.add(Fault(r"/2023/02$", status=410, times=None))
    cli("sync", USER, "--from", "2023-01", "--to", "2023-03")
    cli.chess_com.faults.clear()
    damaged = cli.folder / "lake" / partition_path("games", USER, Month(2023, 1))
    damaged.write_bytes(b"damaged")
    cli("sync", USER, "--from", "2023-01", "--to", "2023-03")
    with cli.instance() as instance:
        for table, month, why in (
            ("raw_pgn_archives", "2023-02", "410"),
            ("games", "2023-01", "not a readable Parquet file"),
        ):
            (record,) = instance.fetch_observations(dg.AssetKey(table), limit=9).records
            assert record.partition_key == f"{month}-01|{USER}"
            assert record.asset_observation is not None
            assert why in str(record.asset_observation.metadata["failed_because"].value)


@pytest.mark.parametrize("arguments", [["a", "b"], ["--nonsense"], ["no/name"]])
def test_wrong_usage(cli: CommandLine, arguments: list[str]) -> None:
    """What cannot be answered has an exit code of its own, which is no answer."""
    done = cli("status", *arguments)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "Error: " in done.stderr


def test_help(cli: CommandLine) -> None:
    """The help says what the exit codes mean."""
    done = cli("status", "--help")
    assert done.exit_code == 0
    assert "0 where all is fresh" in " ".join(done.stdout.split())
