"""The tables with one file a player through Dagster: what is made, kept, green, and said."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest

from chess_assets.definitions import build_defs
from chess_assets.domain.games import games_from_raw
from chess_assets.domain.lake.partition_file import player_file
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.raw_archives.merge import merge_answer
from chess_assets.domain.raw_archives.rows import raw_games
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import (
    GAMES,
    OPENING_REPERTOIRE,
    PLAYER_GAMES,
    RATING_HISTORY,
)
from chess_assets.io_managers.lake import LakeIOManager
from chess_assets.partitions import USERS
from chess_assets.sample import FixedHistories
from chess_assets_tests.made_games import made_game
from chess_assets_tests.workbench import Workbench, failure_of, open_workbench

FIRST, LAST = Month(2023, 1), Month(2023, 3)
MONTHS = list(months_between(FIRST, LAST))
LATER = datetime(2024, 3, 1, tzinfo=UTC)
TABLES = (PLAYER_GAMES, RATING_HISTORY, OPENING_REPERTOIRE)


def games_of(user: str, month: Month) -> list[Any]:
    """Return two wins as White; in the first month the player still had another name."""
    name = f"{user}-at-first" if month == FIRST else user.title()
    games = [
        made_game(10 * month.month + day, month.start.replace(day=day), white=name)
        for day in (3, 4)
    ]
    for game in games:
        game["white"]["uuid"] = f"uuid-of-{user}"
    return games


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A deployment with three players, in which the months of two of them are stored."""
    histories = FixedHistories(
        {
            user: {month: games_of(user, month) for month in MONTHS}
            for user in ("anna", "bert", "carl")
        }
    )
    with open_workbench(tmp_path, histories, LATER) as bench:
        for user in ("anna", "carl"):
            assert bench.materialize(FIRST, LAST, user=user).success
        yield bench


def run(
    bench: Workbench,
    first_user: str = "anna",
    last_user: str = "anna",
    tables: Sequence[TableSchema] = TABLES,
) -> dg.ExecuteInProcessResult:
    """Run a range of players as a backfill with one run does."""
    defs = build_defs({"lake": LakeIOManager(uri=bench.lake.uri)})
    return defs.resolve_implicit_global_asset_job_def().execute_in_process(
        instance=bench.instance,
        asset_selection=[dg.AssetKey(table.name) for table in tables],
        tags={
            "dagster/asset_partition_range_start": first_user,
            "dagster/asset_partition_range_end": last_user,
        },
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )


def rows(bench: Workbench, schema: TableSchema, user: str = "anna") -> pa.Table:
    """Read a player's file back."""
    stored = player_file(bench.lake, schema, user).read()
    assert stored is not None
    return stored[0]


def green(bench: Workbench, schema: TableSchema) -> set[str]:
    """Return the players whose file Dagster shows as materialized."""
    return bench.green(dg.AssetKey(schema.name))


def metadata(result: dg.ExecuteInProcessResult, schema: TableSchema) -> dict[str, Any]:
    """Return what the UI shows of the one partition that a run reported."""
    (event,) = result.asset_materializations_for_node(schema.name)
    return {name: value.value for name, value in event.metadata.items()}


def store_month(bench: Workbench, month: Month, *, of: str) -> None:
    """Store two games of a player as a further month of Anna's."""
    sent = raw_games(games_of(of, month))
    raw = merge_answer(None, sent, fetched_at=LATER, last_fetched_at=None).table
    PlayerTable(bench.lake, GAMES, "anna").write(month, games_from_raw(raw), {}, replacing=None)


def test_three_tables(bench: Workbench) -> None:
    """One run makes all three files of a player, from every month, through a rename."""
    assert run(bench).success
    games = rows(bench, PLAYER_GAMES)
    assert games["score"].to_pylist() == [1.0] * 6
    assert rows(bench, RATING_HISTORY)["games"].to_pylist() == [1] * 6
    (opening,) = rows(bench, OPENING_REPERTOIRE).to_pylist()
    assert (opening["games"], opening["wins"], opening["performance_rating"]) == (6, 6, 2290.0)
    assert all(green(bench, table) == {"anna"} for table in TABLES)


def test_second_run_writes_nothing(bench: Workbench) -> None:
    """A second run writes no file, and is green with the same content versions."""
    first = run(bench)
    files = [bench.files(table) for table in TABLES]
    second = run(bench)
    assert second.success
    assert [bench.files(table) for table in TABLES] == files
    for table in TABLES:
        made, kept = metadata(first, table), metadata(second, table)
        assert (made.pop("action"), kept.pop("action")) == ("computed", "kept")
        assert kept == made


def test_a_new_month(bench: Workbench) -> None:
    """When a month's games have changed, all three files follow."""
    run(bench)
    store_month(bench, LAST.next(), of="anna")
    assert run(bench).success
    assert rows(bench, PLAYER_GAMES).num_rows == 8


def test_one_failing_player_of_three(bench: Workbench) -> None:
    """A player without games fails with what to materialize; the others land and are green."""
    result = run(bench, "anna", "carl", [PLAYER_GAMES])
    assert not result.success
    assert green(bench, PLAYER_GAMES) == {"anna", "carl"}
    sentence = failure_of(result)
    assert "1 of 3 players failed: bert: games is not stored; materialize games for it" in sentence
    assert "The other 2 are stored" in sentence


def test_summaries_without_player_games(bench: Workbench) -> None:
    """The summaries of a player without `player_games` say to materialize that first."""
    sentence = failure_of(run(bench, tables=[RATING_HISTORY]))
    assert "anna: player_games is not stored; materialize player_games for it first." in sentence


def test_hostile_player(bench: Workbench) -> None:
    """A user's key that is no player's name fails by itself, and touches no file."""
    bench.instance.add_dynamic_partitions(USERS, ["../../etc"])
    result = run(bench, "carl", "../../etc", [PLAYER_GAMES])
    assert "1 of 2 players failed" in failure_of(result)
    assert green(bench, PLAYER_GAMES) == {"carl"}


def test_unmatched_games_are_shown(bench: Workbench) -> None:
    """Games in which neither side is the player are counted in the UI and named in the log."""
    run(bench)
    store_month(bench, LAST.next(), of="carl")
    result = run(bench, tables=[PLAYER_GAMES])
    assert metadata(result, PLAYER_GAMES)["unmatched_games"] == 2
    logged = bench.instance.all_logs(result.run_id)
    assert any("in 2 of 8 games neither side could be told" in each.message for each in logged)


def test_upstream_of_a_player() -> None:
    """In the graph a player's file follows from all months of that player, and of no other."""
    graph = build_defs().resolve_asset_graph()
    mapping = graph.get_partition_mapping(dg.AssetKey(PLAYER_GAMES.name), dg.AssetKey(GAMES.name))
    assert isinstance(mapping, dg.MultiToSingleDimensionPartitionMapping)
