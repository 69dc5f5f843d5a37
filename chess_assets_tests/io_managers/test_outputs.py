"""What assets return becomes files of the lake: one partition's, many partitions', or none."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import Store
from chess_assets.partitions import months_by_user, partition_key, users
from chess_assets_tests.domain.raced_store import RacedStore
from chess_assets_tests.io_managers.lake_runs import (
    JULY,
    JUNE,
    MAY,
    MOVES,
    TOTALS,
    LakeRuns,
    metadata_of,
    moves_of,
    span_of,
)
from chess_assets_tests.workbench import failure_of

ANNA_IN_MAY = partition_key("anna", MAY)


def moves_asset(returned: Any) -> dg.AssetsDefinition:
    """Return an asset `moves` that returns this."""

    @dg.asset(name="moves", partitions_def=months_by_user)
    def made() -> Any:
        return returned

    return made


def totals_asset(returned: Any) -> dg.AssetsDefinition:
    """Return an asset `totals`, of players without months, that returns this."""

    @dg.asset(name="totals", partitions_def=users)
    def made() -> Any:
        return returned

    return made


def of_several(user: list[Any], month: list[Any]) -> pa.Table:
    """Return rows of `moves`, one for each of these addresses."""
    rows = moves_of(*("abcdefgh"[: n + 1] for n in range(len(user))))
    return rows.append_column("user", [user]).append_column("month", [month])


@pytest.mark.parametrize(
    "frame_of",
    [
        pa.Table.combine_chunks,
        pa.Table.to_pandas,
        pl.from_arrow,
        lambda rows: pl.LazyFrame(pl.from_arrow(rows)),
    ],
    ids=["Table", "pandas", "polars", "lazy"],
)
def test_one_partition(lake: LakeRuns, frame_of: Callable[[pa.Table], Any]) -> None:
    """The rows of one partition are one file with the declared columns and no others."""
    assert lake.run(moves_asset(frame_of(moves_of("x", "yy"))), key=ANNA_IN_MAY).success
    assert lake.files() == ["moves/user=anna/month=2022-05/part-0.parquet"]
    stored = lake.stored(MOVES, "anna", MAY)
    assert stored.to_pylist() == [{"game_id": "x", "plies": 1}, {"game_id": "yy", "plies": 2}]
    assert stored.schema.equals(MOVES.columns)


def test_one_partition_with_its_address(lake: LakeRuns) -> None:
    """Rows of one partition may say whose they are; the file leaves that to its path."""
    assert lake.run(moves_asset(of_several(["anna"], ["2022-05"])), key=ANNA_IN_MAY).success
    assert lake.stored(MOVES, "anna", MAY).equals(moves_of("a"))


def test_many_partitions(lake: LakeRuns) -> None:
    """One table of several players and months becomes a file for each, empty ones included."""
    rows = of_several(["bob", "anna", "bob"], ["2022-05", "2022-07", "2022-05"])
    span = span_of("anna", MAY, JULY, last_user="bob")
    assert lake.run(moves_asset(rows), span=span).success
    assert len(lake.files()) == 6
    assert lake.stored(MOVES, "bob", MAY)["game_id"].to_pylist() == ["a", "abc"]
    assert lake.stored(MOVES, "anna", JULY)["game_id"].to_pylist() == ["ab"]
    empty = lake.stored(MOVES, "anna", JUNE)
    assert (empty.num_rows, empty.schema) == (0, MOVES.columns)


def test_frame_of_many_partitions(lake: LakeRuns) -> None:
    """A DataFrame's categories and objects say as well as strings whose the rows are."""
    frame = of_several(["anna", "anna"], ["2022-05", "2022-06"]).to_pandas()
    frame["user"] = frame["user"].astype("category")
    assert lake.run(moves_asset(frame), span=span_of("anna", MAY, JUNE)).success
    assert lake.stored(MOVES, "anna", JUNE).equals(moves_of("ab"))


def test_no_rows_at_all(lake: LakeRuns) -> None:
    """A DataFrame without rows, whose columns have no types, becomes empty typed files."""
    frame = pd.DataFrame({name: [] for name in ("game_id", "plies", "user", "month")}, dtype=object)
    assert lake.run(moves_asset(frame), span=span_of("anna", MAY, JUNE)).success
    assert lake.stored(MOVES, "anna", JUNE).schema.equals(MOVES.columns)


def test_players_without_months(lake: LakeRuns) -> None:
    """An asset partitioned by player has one file a player, from one run or from two."""
    assert lake.run(totals_asset(pa.table({"games": [3]})), key="anna").success
    both = pa.table({"games": [4, 5], "user": ["bob", "anna"]})
    assert lake.run(totals_asset(both), span=("anna", "bob")).success
    assert lake.files() == [f"totals/user={user}/part-0.parquet" for user in ("anna", "bob")]
    assert lake.stored(TOTALS, "anna")["games"].to_pylist() == [5]


@pytest.mark.parametrize(
    ("user", "month"),
    [
        (["anna", "carl"], ["2022-05", "2022-05"]),
        (["anna", "anna"], ["2022-05", "2022-08"]),
        (["anna", "anna"], ["2022-05", None]),
        (["anna", None], ["2022-05", "2022-05"]),
        (["anna", "anna"], ["2022-05", "2022-05-01"]),
    ],
)
def test_strange_rows_are_refused(lake: LakeRuns, user: list[Any], month: list[Any]) -> None:
    """Rows of a partition that is not the run's are refused by name, and nothing is stored."""
    result = lake.run(moves_asset(of_several(user, month)), span=span_of("anna", MAY, JUNE))
    assert f"moves: rows of partitions that are not the run's: [({user[1]!r}, {month[1]!r})]" in (
        failure_of(result)
    )
    assert lake.keys() == []


def test_strange_rows_of_one_partition_are_refused(lake: LakeRuns) -> None:
    """Rows that say that they are another month's are not stored under the run's."""
    result = lake.run(moves_asset(of_several(["anna"], ["2022-06"])), key=ANNA_IN_MAY)
    assert "('anna', '2022-06')" in failure_of(result)
    assert lake.keys() == []


@pytest.mark.parametrize("missing", [["user"], ["month"], ["user", "month"]])
def test_rows_of_nobody_are_refused(lake: LakeRuns, missing: list[str]) -> None:
    """Rows of several partitions that don't say whose they are are refused."""
    rows = of_several(["anna"], ["2022-05"]).drop_columns(missing)
    result = lake.run(moves_asset(rows), span=span_of("anna", MAY, JUNE))
    assert "rows of several partitions need the columns user and month" in failure_of(result)
    assert lake.keys() == []


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ({"game_id": ["a"]}, "missing columns ['plies']"),
        ({"game_id": ["a"], "plies": [1], "extra": [1]}, "undeclared columns ['extra']"),
        ({"game_id": ["a"], "plies": [1.5]}, "1.5"),
        ({"game_id": ["a"], "plies": [2**40]}, "1099511627776"),
        ({"game_id": [None], "plies": [1]}, "game_id is null"),
    ],
)
def test_wrong_columns_are_refused(lake: LakeRuns, rows: dict[str, list[Any]], reason: str) -> None:
    """Rows that are not as declared are refused with the reason, and nothing is stored."""
    result = lake.run(moves_asset(pa.table(rows)), key=ANNA_IN_MAY)
    assert "SchemaMismatch: moves: " in failure_of(result)
    assert reason in failure_of(result)
    assert lake.keys() == []


def test_one_wrong_row_of_many_partitions(lake: LakeRuns) -> None:
    """A wrong row in the last of several partitions keeps all of them from being stored."""
    rows = of_several(["anna", "anna"], ["2022-05", "2022-06"])
    rows = rows.set_column(0, "game_id", pa.array(["a", None]))
    result = lake.run(moves_asset(rows), span=span_of("anna", MAY, JUNE))
    assert "game_id is null" in failure_of(result)
    assert lake.keys() == []


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (
            [{"game_id": "a", "plies": 1}],
            "moves: list is not supported: use pa.Table,",
        ),
        (pd.DataFrame({"game_id": ["a"], "plies": [{1, "a"}]}), "SchemaMismatch: moves: "),
    ],
)
@pytest.mark.parametrize("store", ["folder"], indirect=True)
def test_what_is_no_table_is_refused(lake: LakeRuns, returned: Any, reason: str) -> None:
    """What cannot be a table is refused, saying what to return."""
    assert reason in failure_of(lake.run(moves_asset(returned), key=ANNA_IN_MAY))
    assert lake.keys() == []


@pytest.mark.parametrize("store", ["folder"], indirect=True)
def test_undeclared_table(lake: LakeRuns) -> None:
    """An asset whose columns are declared nowhere has those of its rows, and shows them."""

    @dg.asset(partitions_def=users)
    def unheard_of() -> pa.Table:
        return pa.table({"a": [1]})

    shown = metadata_of(lake.run(unheard_of, key="anna"))
    columns = shown["anna"]["dagster/column_schema"].columns
    assert [(each.name, each.type) for each in columns] == [("a", "int64")]
    assert lake.stored(TableSchema("unheard_of"), "anna").to_pydict() == {"a": [1]}


def test_second_run_replaces_the_first(lake: LakeRuns) -> None:
    """A partition materialized again has the new rows in the same place."""
    lake.run(moves_asset(moves_of("old")), key=ANNA_IN_MAY)
    assert lake.run(moves_asset(moves_of("new")), key=ANNA_IN_MAY).success
    assert lake.files() == ["moves/user=anna/month=2022-05/part-0.parquet"]
    assert lake.stored(MOVES, "anna", MAY).equals(moves_of("new"))


def test_same_rows_are_kept(lake: LakeRuns, store: Store) -> None:
    """Rows that are stored already are written no second time, and the partition is green."""
    shown = [metadata_of(lake.run(moves_asset(moves_of("x")), key=ANNA_IN_MAY))]
    etags = {info.key: info.etag for info in store.list("moves/")}
    shown.append(metadata_of(lake.run(moves_asset(moves_of("x")), key=ANNA_IN_MAY)))
    assert {info.key: info.etag for info in store.list("moves/")} == etags
    assert [each[ANNA_IN_MAY]["action"] for each in shown] == ["stored", "kept"]
    assert shown[0][ANNA_IN_MAY]["content_version"] == shown[1][ANNA_IN_MAY]["content_version"]


def test_one_partition_fails_alone(lake: LakeRuns, store: Store) -> None:
    """A partition that cannot be replaced fails by name; the others are stored and green."""
    path = "moves/user=anna/month=2022-06/part-0.parquet"
    store.put(path, b"no file of ours", if_match=None)
    rows = of_several(["anna", "anna", "anna"], ["2022-05", "2022-06", "2022-07"])
    result = lake.run(moves_asset(rows), span=span_of("anna", MAY, JULY))
    assert "1 of 3 months failed: anna 2022-06: " in failure_of(result)
    assert f"{store.uri_of(path)} is not a readable Parquet file" in failure_of(result)
    logged = lake.instance.all_logs(
        result.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION
    )
    green = [each.dagster_event.partition for each in logged if each.dagster_event]
    assert green == [partition_key("anna", month) for month in (MAY, JULY)]
    assert lake.stored(MOVES, "anna", JULY).equals(moves_of("abc"))
    kept = store.get(path)
    assert kept is not None
    assert kept.body == b"no file of ours"


def test_another_writer_in_between(lake: LakeRuns, store: Store) -> None:
    """A write that another run's comes between is made again."""
    other = LakeRuns(store, lake.instance, lake.tables)
    lake.store = RacedStore(store, lambda: other.put(MOVES, moves_of("another's"), "anna", MAY))
    assert lake.run(moves_asset(moves_of("mine")), key=ANNA_IN_MAY).success
    assert lake.stored(MOVES, "anna", MAY).equals(moves_of("mine"))


def test_metadata_of_each_partition(lake: LakeRuns, store: Store) -> None:
    """Of several partitions each shows its own rows, bytes, place and described columns.

    The columns of tables that declare them are in the asset's definition: see test_table_metadata.
    """
    lake.tables = {}
    rows = of_several(["anna", "anna", "anna"], ["2022-05", "2022-05", "2022-06"])
    shown = metadata_of(lake.run(moves_asset(rows), span=span_of("anna", MAY, JUNE)))
    sizes = {info.key: info.size_bytes for info in store.list("")}
    for month, count in ((MAY, 2), (JUNE, 1)):
        metadata = shown[partition_key("anna", month)]
        path = f"moves/user=anna/month={month}/part-0.parquet"
        assert metadata["dagster/partition_row_count"] == count
        assert metadata["dagster/uri"] == store.uri_of(path)
        assert metadata["size_bytes"] == sizes[path]
        assert metadata["action"] == "stored"
        columns = metadata["dagster/column_schema"].columns
        assert [(each.name, each.type, each.description) for each in columns] == [
            ("game_id", "string", "The game."),
            ("plies", "int32", "How many plies it has."),
        ]
        assert [each.constraints.nullable for each in columns] == [False, True]


def test_metadata_of_a_player(lake: LakeRuns, store: Store) -> None:
    """A partition of a player without months shows the same."""
    shown = metadata_of(lake.run(totals_asset(pa.table({"games": [3]})), key="bob"))
    assert shown["bob"]["dagster/partition_row_count"] == 1
    assert shown["bob"]["dagster/uri"] == store.uri_of("totals/user=bob/part-0.parquet")
