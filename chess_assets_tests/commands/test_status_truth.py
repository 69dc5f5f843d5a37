"""`status` tells the truth: whatever is wrong with what is stored is named; the exit code too."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chess_assets.commands.status import Standing
from chess_assets.domain.lake.digests import DIGESTS
from chess_assets.domain.lake.parquet_file import decode, encode, read_footer
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.tables import TABLES
from chess_assets.sample import Fault
from chess_assets_tests.command_line import CommandLine, months_of, open_command_line
from chess_assets_tests.made_games import USER, histories_of

JANUARY = Month(2023, 1)
OTHER = "a-rival"


def file_of(cli: CommandLine, table: str, user: str = USER) -> Path:
    """Return where a table has a player's January, or the player's one file."""
    month = "month=2023-01/" if table in {"raw_pgn_archives", "games", "positions"} else ""
    return cli.folder / "lake" / table / f"user={user}" / f"{month}part-0.parquet"


def say(cli: CommandLine, table: str, user: str = USER, **facts: str) -> None:
    """Let a file say something else about its rows, which stay as they are."""
    file = file_of(cli, table, user)
    body = file.read_bytes()
    rows = decode(body, TABLES[table], where=str(file)).table
    said = read_footer(body, where=str(file), table=table).facts
    file.write_bytes(encode(rows, {**said, **facts}))


@pytest.mark.parametrize(
    ("table", "facts", "check"),
    [
        ("raw_pgn_archives", {"games_listed": "3"}, "every_listed_game_is_stored"),
        ("games", {"games_unpaired": "1"}, "one_row_a_raw_game"),
        ("games", {"games_without_end_time": "1"}, "games_end_in_their_month"),
        ("games", {"games_unlike_their_pgn": "1"}, "games_agree_with_their_pgn"),
        ("player_games", {"repeated_games": "1"}, "game_ids_are_unique"),
        ("player_games", {"source_rows": "7"}, "every_game_is_there"),
        ("player_games", {"games_without_outcome": "1"}, "report_counts_every_game"),
        ("rating_history", {"games_counted": "7"}, "sums_up_player_games"),
        ("opening_repertoire", {"repeated_keys": "1"}, "sums_up_player_games"),
    ],
)
def test_every_check(full: CommandLine, table: str, facts: dict[str, str], check: str) -> None:
    """A failing ERROR check of any table is named, and the exit code is 2."""
    say(full, table, **facts)
    done = full("status")
    assert done.exit_code == Standing.FAILING
    assert f"{USER}: error: {check}: Fails in 1 of " in done.stdout


def test_report_behind_its_games(full: CommandLine) -> None:
    """A page made of older games is not taken for one that lost some."""
    say(full, "player_games", content_version="newer", games_without_outcome="1")
    assert "report_counts_every_game" not in full("status").stdout


def rewrite(cli: CommandLine, change: Callable[[pa.Table], pa.Table]) -> None:
    """Let January's games be a file of another version, from before files had digests."""
    file = file_of(cli, "games")
    rows = change(pq.ParquetFile(file).read())
    facts = {key: value for key, value in rows.schema.metadata.items() if key != DIGESTS.encode()}
    pq.write_table(rows.replace_schema_metadata(facts), file)


def without_a_column(cli: CommandLine) -> None:
    rewrite(cli, lambda rows: rows.drop_columns(["final_fen"]))


def with_another_type(cli: CommandLine) -> None:
    def change(rows: pa.Table) -> pa.Table:
        at = rows.column_names.index("plies")
        return rows.set_column(at, "plies", rows["plies"].cast("float64"))

    rewrite(cli, change)


@pytest.mark.parametrize(
    "change",
    [
        without_a_column,
        with_another_type,
        lambda cli: say(cli, "games", content_version="of another parser"),
        lambda cli: say(cli, "raw_pgn_archives", content_version="of other rows"),
    ],
    ids=["without a column", "another type", "another parser", "other raw"],
)
def test_not_current(full: CommandLine, change: Callable[[CommandLine], None]) -> None:
    """A month of games that would be made anew is not current, until `sync` has made it."""
    change(full)
    done = full("status")
    assert done.exit_code == Standing.DUE
    assert f"{USER}: not current in games: 2023-01\n" in done.stdout
    assert full("sync", USER, "--to", "2023-01").exit_code == 0
    assert full("status").exit_code == Standing.FRESH
    columns = pq.ParquetFile(file_of(full, "games")).schema_arrow
    assert columns.names == TABLES["games"].columns.names
    assert columns.field("plies").type == TABLES["games"].columns.field("plies").type


@pytest.mark.parametrize("table", sorted(TABLES))
def test_unreadable(full: CommandLine, table: str) -> None:
    """A file that cannot be read is unreadable, whichever table's: not missing, and not passed."""
    file_of(full, table).write_bytes(b"PAR1 no Parquet file PAR1")
    done = full("status")
    assert done.exit_code == Standing.FAILING
    assert done.stdout.count(f"{USER}: unreadable: {file_of(full, table)} is not") == 1
    assert "missing: 2" not in done.stdout


def two_players() -> Any:
    """Return the histories of two players."""
    histories = histories_of(months_of("2023-01", "2023-02"))
    histories.by_player |= histories_of(months_of("2023-01", "2023-02"), user=OTHER).by_player
    return histories


def test_of_two_players(tmp_path: Path) -> None:
    """What fails of one player hides nothing of another, and neither does a denied folder."""
    with open_command_line(tmp_path, two_players()) as cli:
        assert cli("sync", USER, OTHER).exit_code == 0
        for user in (USER, OTHER):
            say(cli, "games", user, games_unpaired="1")
        done = cli("status")
        assert done.exit_code == Standing.FAILING
        for user in (USER, OTHER):
            assert f"{user}: error: one_row_a_raw_game: Fails in 1 of " in done.stdout

        folder = file_of(cli, "games", OTHER).parents[1]
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
        done = cli("status")
        assert done.exit_code == Standing.UNKNOWN
        assert f"{USER}: error: one_row_a_raw_game: Fails in 1 of " in done.stdout
        assert done.stderr.startswith(f"Error: {OTHER}: ")
        assert done.stderr.count("\n") == 1


def test_game_sent_twice(tmp_path: Path) -> None:
    """A game that chess.com sends twice in one answer is one game, and no error."""
    histories = histories_of([JANUARY])
    games = histories.by_player[USER][JANUARY]
    games.append(dict(games[0]))
    with open_command_line(tmp_path, histories) as cli:
        assert cli("sync", USER).exit_code == 0
        assert "error: " not in (done := cli("status")).stdout
        assert done.exit_code == Standing.FRESH

        say(cli, "raw_pgn_archives", games_listed="3")  # as an earlier version counted
        assert cli("status").exit_code == Standing.FAILING
        assert cli("sync", USER, "--to", "2023-01", "--refresh").exit_code == 0
        assert cli("status").exit_code == Standing.FRESH


def damaged(cli: CommandLine) -> None:
    for file in cli.folder.glob(".dagster/**/*.db"):
        file.write_bytes(b"no database" * 1000)


def cut_short(cli: CommandLine) -> None:
    for file in cli.folder.glob(".dagster/**/index.db"):
        file.write_bytes(file.read_bytes()[: 4096 * 3])


def of_an_unknown_kind(cli: CommandLine) -> None:
    (cli.folder / "dagster.yaml").write_text("storage: {postgres: {nonsense: 1}}\n")


def missing(cli: CommandLine) -> None:
    (cli.folder / "dagster.yaml").unlink()


def not_there(cli: CommandLine) -> None:
    cli.variables["DAGSTER_HOME"] = str(cli.folder / "none")


@pytest.mark.parametrize("fault", [damaged, cut_short, of_an_unknown_kind, missing, not_there])
def test_no_instance(full: CommandLine, fault: Callable[[CommandLine], None]) -> None:
    """Without a working instance the lake is told all the same, then one sentence: exit code 3."""
    say(full, "player_games", repeated_games="1")
    fault(full)
    done = full("status")
    assert done.exit_code == Standing.UNKNOWN
    assert f"{USER}: error: game_ids_are_unique: " in done.stdout
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1


def test_locked_instance(full: CommandLine) -> None:
    """A database that another process holds is named as that."""
    files = full.folder.glob(".dagster/storage/history/**/*.db")
    holders = [sqlite3.connect(file, isolation_level=None) for file in files]
    try:
        for holder in holders:
            holder.execute("pragma locking_mode = exclusive")
            holder.execute("begin exclusive")
        done = full("status")
    finally:
        for holder in holders:
            holder.close()
    assert (done.exit_code, done.stdout.splitlines()[0][:5]) == (Standing.UNKNOWN, "Lake:")
    assert "database is locked" in done.stderr
    assert "run again when it is done" in done.stderr
    assert done.stderr.count("\n") == 1


def test_stored_by_another_instance(cli: CommandLine, tmp_path_factory: Any) -> None:
    """A month that failed here and was fetched since, with another history, is failing no more."""
    cli.chess_com.faults.add(Fault(r"/2023/02$", status=410, times=None))
    assert cli("sync", USER).exit_code == 1
    assert cli("status").exit_code == Standing.FAILING
    cli.chess_com.faults.clear()
    home = tmp_path_factory.mktemp("home")
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    cli.variables["DAGSTER_HOME"] = str(home)
    assert cli("sync", USER).exit_code == 0
    del cli.variables["DAGSTER_HOME"]
    assert cli("status").exit_code == Standing.FRESH
