"""Files of the lake become assets' arguments: one partition, many or all, as the type asked for."""

from collections.abc import Sequence
from typing import Any

import dagster as dg
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as pads
import pytest

from chess_assets.domain.games import games_from_raw
from chess_assets.domain.lake.computing import SourceMissing
from chess_assets.domain.lake.partitioned_table import PartitionedTable, StoredPartitions
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES
from chess_assets.partitions import months_by_user, partition_key, users
from chess_assets_tests.domain.games.raw_games import FOOLS_MATE_PGN, changed, raw_table
from chess_assets_tests.io_managers.lake_runs import (
    JULY,
    JUNE,
    MAY,
    MOVES,
    TOTALS,
    LakeRuns,
    moves,
    moves_of,
    span_of,
    totals,
)
from chess_assets_tests.s3_server import S3Server
from chess_assets_tests.workbench import failure_of

KINDS = [pa.Table, pd.DataFrame, pads.Dataset, pl.DataFrame, pl.LazyFrame]
WITH_ADDRESS = ["game_id", "plies", "user", "month"]


@pytest.fixture
def played(lake: LakeRuns) -> LakeRuns:
    """A lake in which anna played in May and June, and bob in June."""
    lake.put(MOVES, moves_of("a", "ab"), "anna", MAY)
    lake.put(MOVES, moves_of("abc"), "anna", JUNE)
    lake.put(MOVES, moves_of("b"), "bob", JUNE)
    return lake


def load(
    lake: LakeRuns,
    annotation: Any,
    *,
    partitions: dg.PartitionsDefinition[Any] | None = months_by_user,
    columns: Sequence[str] | None = None,
    upstream: dg.AssetSpec = moves,
    **span: Any,
) -> Any:
    """Return what an asset downstream of `upstream` is given, or the run that failed to."""
    given: list[Any] = []
    metadata = {"columns": columns} if columns is not None else None

    def reader(rows: Any) -> None:
        given.append(rows)

    reader.__annotations__["rows"] = annotation
    ins = {"rows": dg.AssetIn(upstream.key, metadata=metadata)}
    result = lake.run(upstream, dg.asset(reader, ins=ins, partitions_def=partitions), **span)
    return given[0] if result.success else result


def as_table(loaded: Any) -> pa.Table:
    """Return what was loaded, of whichever type, as a table."""
    has_order = not isinstance(loaded, pads.Dataset | pl.LazyFrame)
    if isinstance(loaded, pl.LazyFrame):
        loaded = loaded.collect()
    if isinstance(loaded, pl.DataFrame):
        loaded = loaded.to_arrow()
    elif isinstance(loaded, pads.Dataset):
        loaded = loaded.to_table()
    elif isinstance(loaded, pd.DataFrame):
        loaded = pa.Table.from_pandas(loaded, preserve_index=False)
    assert isinstance(loaded, pa.Table)
    by = [name for name in ("user", "month") if name in loaded.column_names]
    if has_order or not by:
        return loaded
    return loaded.sort_by([(name, "ascending") for name in by])


@pytest.mark.parametrize("kind", KINDS)
def test_one_partition(played: LakeRuns, kind: type) -> None:
    """A run of one partition gets it as it was stored, as the type its argument names."""
    loaded = load(played, kind, key=partition_key("anna", MAY))
    assert isinstance(loaded, kind)
    assert as_table(loaded).to_pydict() == {"game_id": ["a", "ab"], "plies": [1, 2]}


def test_without_annotation(played: LakeRuns) -> None:
    """An argument without a type is a table."""
    loaded = load(played, Any, key=partition_key("anna", MAY))
    assert loaded.equals(moves_of("a", "ab"))


@pytest.mark.parametrize("kind", KINDS)
def test_many_partitions(played: LakeRuns, kind: type) -> None:
    """A run of many gets one table by user and month; what is not stored has no rows."""
    loaded = load(played, kind, span=span_of("anna", MAY, JULY, last_user="bob"))
    assert isinstance(loaded, kind)
    assert as_table(loaded).to_pydict() == {
        "game_id": ["a", "ab", "abc", "b"],
        "plies": [1, 2, 3, 1],
        "user": ["anna", "anna", "anna", "bob"],
        "month": ["2022-05", "2022-05", "2022-06", "2022-06"],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_span_of_one(played: LakeRuns, kind: type) -> None:
    """A span that happens to be one month has the same columns as a longer one."""
    loaded = as_table(load(played, kind, span=span_of("bob", JUNE, JUNE)))
    assert loaded.column_names == WITH_ADDRESS
    assert loaded["user"].to_pylist() == ["bob"]


@pytest.mark.parametrize("kind", KINDS)
def test_all_months_of_a_player(played: LakeRuns, kind: type) -> None:
    """An asset of players gets all of its player's months, and nobody else's."""
    loaded = as_table(load(played, kind, partitions=users, key="anna"))
    assert loaded["game_id"].to_pylist() == ["a", "ab", "abc"]
    assert loaded["month"].to_pylist() == ["2022-05", "2022-05", "2022-06"]
    assert set(loaded["user"].to_pylist()) == {"anna"}


@pytest.mark.parametrize("kind", KINDS)
def test_names_that_are_numbers(lake: LakeRuns, kind: type) -> None:
    """Players named 00700 and 12345 stay text, also where nobody has another name."""
    lake.register("00700", "12345")
    for name in ("00700", "12345"):
        lake.put(MOVES, moves_of("a"), name, MAY)
    loaded = as_table(load(lake, kind, span=span_of("00700", MAY, JUNE, last_user="12345")))
    assert loaded["user"].to_pylist() == ["00700", "12345"]
    assert loaded["month"].to_pylist() == ["2022-05", "2022-05"]


@pytest.mark.parametrize("kind", KINDS)
def test_everything(played: LakeRuns, kind: type) -> None:
    """An asset without partitions gets all months of all players."""
    loaded = as_table(load(played, kind, partitions=None))
    assert loaded["game_id"].to_pylist() == ["a", "ab", "abc", "b"]
    assert loaded.column_names == WITH_ADDRESS


@pytest.mark.parametrize("names", [["anna"], ["anna", "bob"]])
def test_everything_of_players(lake: LakeRuns, names: list[str]) -> None:
    """All of a table of players has the column `user`, be it one player or more."""
    for name in {"anna", "bob"} - set(names):
        lake.instance.delete_dynamic_partition("users", name)
    for count, name in enumerate(names):
        lake.put(TOTALS, pa.table({"games": [count]}), name)
    for kind in KINDS:
        loaded = load(lake, kind, partitions=None, upstream=totals)
        assert as_table(loaded).to_pydict() == {"games": [0, 1][: len(names)], "user": names}


def test_one_of_players(lake: LakeRuns) -> None:
    """A player's partition of a table without months comes as it was stored."""
    lake.put(TOTALS, pa.table({"games": [7]}), "bob")
    loaded = load(lake, pa.Table, partitions=users, upstream=totals, key="bob")
    assert loaded.to_pydict() == {"games": [7]}


def test_only_some_columns(played: LakeRuns) -> None:
    """The input metadata `columns` reads only those, in that order."""
    one = load(played, pa.Table, columns=["plies"], key=partition_key("anna", MAY))
    assert one.to_pydict() == {"plies": [1, 2]}
    for kind in KINDS:
        many = load(played, kind, columns=["plies"], span=span_of("anna", MAY, JUNE))
        assert as_table(many).column_names == ["plies", "user", "month"]


def test_columns_of_nothing(lake: LakeRuns) -> None:
    """Where nothing is stored the columns and their types are there all the same."""
    span = span_of("anna", MAY, JUNE)
    for kind in (pa.Table, pads.Dataset):
        moves_loaded = as_table(load(lake, kind, span=span))
        assert (moves_loaded.num_rows, moves_loaded.column_names) == (0, WITH_ADDRESS)
        assert moves_loaded.schema.field("plies").type == pa.int32()
        totals_loaded = as_table(load(lake, kind, partitions=None, upstream=totals))
        assert totals_loaded.column_names == ["games", "user"]


@pytest.mark.parametrize("kind", [pa.Table, pads.Dataset])
@pytest.mark.parametrize("store", ["folder"], indirect=True)
def test_unknown_columns_are_refused(played: LakeRuns, kind: type) -> None:
    """Columns that the table does not declare are refused by name."""
    failed = load(played, kind, columns=["plies", "elo"], span=span_of("anna", MAY, JUNE))
    assert "moves has no columns ['elo']" in failure_of(failed)


def test_missing_partition(played: LakeRuns) -> None:
    """A run of one partition that is not stored says which file is missing and what to do."""
    failed = failure_of(load(played, pa.Table, key=partition_key("bob", MAY)))
    where = played.store.uri_of(partition_path("moves", "bob", MAY))
    assert f"{where} does not exist: materialize moves for it first." in failed


def test_unreadable_file(played: LakeRuns) -> None:
    """A file that is no Parquet is named, with what to do, among many too."""
    path = partition_path("moves", "bob", MAY)
    played.store.put(path, b"PAR1 and then nothing", if_match=None)
    failed = failure_of(load(played, pa.Table, span=span_of("bob", MAY, JUNE)))
    assert f"{played.store.uri_of(path)} is not a readable Parquet file" in failed


@pytest.mark.parametrize("kind", [pa.Table, pd.DataFrame, pl.DataFrame, pl.LazyFrame])
def test_by_partition_key(played: LakeRuns, kind: Any) -> None:
    """A dict has the stored partitions by their keys, without the dimensions as columns."""
    loaded = load(played, dict[str, kind], span=span_of("anna", MAY, JULY))
    assert {key: as_table(rows).to_pydict() for key, rows in loaded.items()} == {
        "2022-05-01|anna": {"game_id": ["a", "ab"], "plies": [1, 2]},
        "2022-06-01|anna": {"game_id": ["abc"], "plies": [3]},
    }


@pytest.mark.parametrize("kind", KINDS)
def test_partition_that_may_be_missing(played: LakeRuns, kind: Any) -> None:
    """An argument that may be None is None for a partition that is not stored, and only then."""
    assert load(played, kind | None, key=partition_key("anna", JULY)) is None
    stored = load(played, kind | None, key=partition_key("anna", MAY))
    assert as_table(stored).to_pydict() == {"game_id": ["a", "ab"], "plies": [1, 2]}


@pytest.mark.parametrize("kind", [PartitionedTable, StoredPartitions])
def test_partitions_to_compute_from(played: LakeRuns, kind: type) -> None:
    """A `PartitionedTable` reads a partition when it is asked for, and says what is not stored."""
    span = span_of("anna", MAY, JULY)
    loaded: StoredPartitions = load(played, kind, columns=["plies"], span=span)
    assert [str(each) for each in loaded.states()] == ["anna 2022-05", "anna 2022-06"]
    assert loaded["2022-06-01|anna"].to_pydict() == {"plies": [3]}
    with pytest.raises(SourceMissing, match="anna 2022-07: moves is not stored"):
        _ = loaded["2022-07-01|anna"]


@pytest.mark.parametrize("annotation", [list[pa.Table], dict[str, int], int])
@pytest.mark.parametrize("store", ["folder"], indirect=True)
def test_other_types_are_refused(played: LakeRuns, annotation: Any) -> None:
    """An argument of another type is refused, naming those that there are."""
    failed = failure_of(load(played, annotation, span=span_of("anna", MAY, JUNE)))
    assert "is not supported: use pa.Table, pd.DataFrame, pl.DataFrame, pl.LazyFrame" in failed
    assert "rows: " in failed


def test_dataset_filters(played: LakeRuns) -> None:
    """A dataset filters by its paths' columns and by its own, and projects."""
    dataset = load(played, pads.Dataset, partitions=None)
    in_june = pads.field("month") == "2022-06"
    found = dataset.to_table(columns=["game_id"], filter=in_june & (pads.field("plies") > 1))
    assert found.to_pydict() == {"game_id": ["abc"]}


@pytest.mark.parametrize("store", ["s3"], indirect=True)
def test_dataset_reads_when_asked(played: LakeRuns, s3_server: S3Server) -> None:
    """Making a dataset reads no file, and asking it for a month reads that month's only."""
    s3_server.forget()
    dataset = load(played, pads.Dataset, partitions=users, key="anna")
    assert s3_server.count("GET") == 0
    assert dataset.count_rows(filter=pads.field("month") == "2022-05") == 2
    read = {request.path for request in s3_server.requests if request.operation == "GET"}
    assert len(read) == 1
    assert read.pop().endswith("/the/lake/moves/user=anna/month=2022-05/part-0.parquet")


def test_what_is_loaded_can_be_stored(played: LakeRuns) -> None:
    """An asset that hands on what it was given works for one partition and for many."""

    @dg.asset(partitions_def=months_by_user, ins={"rows": dg.AssetIn("moves")})
    def copies(rows: pa.Table) -> pa.Table:
        return rows

    schema = TableSchema("copies", MOVES.columns)
    played.tables = {**played.tables, "copies": schema}
    assert played.run(moves, copies, key=partition_key("anna", MAY)).success
    assert played.run(moves, copies, span=span_of("anna", JUNE, JULY)).success
    assert played.stored(schema, "anna", MAY).equals(moves_of("a", "ab"))
    assert played.stored(schema, "anna", JUNE).equals(moves_of("abc"))
    assert played.stored(schema, "anna", JULY).num_rows == 0


@pytest.mark.parametrize("store", ["folder"], indirect=True)
def test_games_survive_pandas(lake: LakeRuns) -> None:
    """Typed games that an asset takes and returns as a DataFrame are stored as they were."""

    @dg.asset(partitions_def=months_by_user, ins={"rows": dg.AssetIn("games")})
    def copies(rows: pd.DataFrame) -> pd.DataFrame:
        return rows

    schema = TableSchema("copies", GAMES.columns)
    lake.tables = {"games": GAMES, "copies": schema}
    payloads = [changed(), changed(accuracies=...), "{}", changed(rules="bughouse")]
    rows = games_from_raw(raw_table((payload, FOOLS_MATE_PGN) for payload in payloads))
    lake.put(GAMES, rows, "anna", MAY)
    games = dg.AssetSpec("games", partitions_def=months_by_user)
    assert lake.run(games, copies, key=partition_key("anna", MAY)).success
    assert lake.stored(schema, "anna", MAY).equals(rows)
