"""Many partitions are read as one table, or as a dataset, with the columns of their paths."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.parquet_file import UnreadableFile, encode
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.lake.read_partitions import (
    PartitionMissing,
    open_dataset,
    read_each,
    read_partition,
    read_partitions,
)
from chess_assets.domain.months import Month
from chess_assets.domain.players import InvalidPlayerName
from chess_assets.domain.schemas.table import SchemaMismatch
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets.domain.store import FolderStore, Store
from chess_assets_tests.domain.raw_rows import raw_row, raw_table

MAY, JUNE, JULY = Month(2022, 5), Month(2022, 6), Month(2022, 7)
STORED: dict[tuple[str, Month], tuple[str, ...]] = {
    ("anna", MAY): ("a1", "a2"),
    ("anna", JUNE): (),
    ("ben", JUNE): ("b1",),
    ("ben", JULY): ("b2", "b3"),
}
ALL: list[tuple[str, Month]] = [("ben", JULY), ("ben", JUNE), ("anna", JUNE), ("anna", MAY)]
GAMES = [
    *(("anna", "2022-05", "a1"), ("anna", "2022-05", "a2")),
    *(("ben", "2022-06", "b1"), ("ben", "2022-07", "b2"), ("ben", "2022-07", "b3")),
]


def fill(store: Store) -> LakeTable:
    """Store what is in `STORED`."""
    for (user, month), game_ids in STORED.items():
        table = PlayerTable(store, RAW, user)
        table.write(month, raw_table(*map(raw_row, game_ids)), {"etag": user}, replacing=None)
        table.save_index()
    return LakeTable(store, RAW)


def of(*addresses: tuple[str, Month | None]) -> dict[str, Partition]:
    """Return partitions by keys, as Dagster's have them."""
    return {f"{month}|{user}": Partition.of_player(user, month) for user, month in addresses}


def games_in(table: pa.Table) -> list[tuple[str, str, str]]:
    """Return the user, month and game of every row."""
    return list(
        zip(*(table[name].to_pylist() for name in ("user", "month", "game_id")), strict=True)
    )


def test_one(store: Store) -> None:
    """One partition is read as its file is, without the columns of its path."""
    table = read_partition(fill(store), Partition.of_player("ben", JULY))

    assert table is not None
    assert table.equals(raw_table(raw_row("b2"), raw_row("b3")))


def test_one_missing(folder: FolderStore) -> None:
    """A partition that is not stored is None, and an error names it with what to do."""
    table, missing = fill(folder), Partition.of_player("ben", MAY)

    assert read_partition(table, missing) is None
    said = str(PartitionMissing(table, missing))
    assert said.startswith(folder.uri_of(partition_path(RAW.name, "ben", MAY)))
    assert said.endswith("does not exist: materialize raw_pgn_archives for it first.")


def test_each(store: Store) -> None:
    """Many partitions are read each by itself, by their keys, those that are stored."""
    read = read_each(fill(store), of(*ALL, ("ben", MAY)))

    assert {key: rows["game_id"].to_pylist() for key, rows in read.items()} == {
        f"{month}|{user}": [*game_ids] for (user, month), game_ids in STORED.items()
    }


def test_many(store: Store) -> None:
    """Many partitions are one table, by user and month, whatever order they are asked for in."""
    table = read_partitions(fill(store), of(*ALL))

    assert games_in(table) == GAMES
    assert table.schema.names == [*RAW.columns.names, "user", "month"]


def test_some_missing(folder: FolderStore) -> None:
    """What is not stored has no rows, and what was not asked for stays away."""
    table = read_partitions(fill(folder), of(("ben", MAY), ("ben", JUNE), ("carl", MAY)))

    assert games_in(table) == [("ben", "2022-06", "b1")]


@pytest.mark.parametrize("columns", [None, ["pgn", "game_id"]])
def test_none_stored(folder: FolderStore, columns: list[str] | None) -> None:
    """Where nothing is stored, the table is empty and typed like any other."""
    empty = read_partitions(LakeTable(folder, RAW), of(("carl", MAY)), columns)
    some = read_partitions(fill(folder), of(("ben", JUNE)), columns)

    assert empty.num_rows == 0
    assert empty.schema.equals(some.schema, check_metadata=True)


def test_columns(folder: FolderStore) -> None:
    """Only the columns asked for are read; `user` and `month` always come with them."""
    table = fill(folder)

    assert read_partitions(table, of(*ALL), ["game_id"]).schema.names == [
        *("game_id", "user", "month")
    ]
    assert read_partitions(table, of(*ALL), [])["month"].to_pylist() == [
        month for _, month, _ in GAMES
    ]
    with pytest.raises(SchemaMismatch, match="elo"):
        read_partitions(table, of(*ALL), ["elo"])


def test_unreadable(folder: FolderStore) -> None:
    """An unreadable file among many is named."""
    table = fill(folder)
    folder.put(partition_path(RAW.name, "ben", MAY), b"nonsense", if_match=None)

    with pytest.raises(UnreadableFile, match="user=ben/month=2022-05"):
        read_partitions(table, of(*ALL, ("ben", MAY)))


def test_hostile(folder: FolderStore) -> None:
    """A hostile name is refused, not looked for."""
    with pytest.raises(InvalidPlayerName):
        read_partitions(LakeTable(folder, RAW), of(("../../etc", MAY)))


def test_dataset(store: Store) -> None:
    """A dataset has the same rows and columns, and filters by the columns of the path."""
    dataset = open_dataset(fill(store), of(*ALL))

    assert sorted(games_in(dataset.to_table())) == GAMES
    ben = dataset.to_table(
        columns=["game_id"], filter=(pc.field("user") == "ben") & (pc.field("month") == "2022-07")
    )
    assert ben.to_pydict() == {"game_id": ["b2", "b3"]}


def test_empty_dataset(store: Store) -> None:
    """A dataset of what is not stored is empty and typed."""
    dataset = open_dataset(LakeTable(store, RAW), of(("carl", MAY)))

    assert dataset.to_table().num_rows == 0
    assert dataset.schema.names == [*RAW.columns.names, "user", "month"]


def test_by_user_only(folder: FolderStore) -> None:
    """Tables with one file a player have no `month`."""
    folder.put(partition_path(RAW.name, "anna", None), _file("a1"), if_match=None)
    table, players = LakeTable(folder, RAW), of(("anna", None), ("ben", None))

    assert read_partitions(table, players).schema.names[-1] == "user"
    assert open_dataset(table, players).to_table()["user"].to_pylist() == ["anna"]
    assert open_dataset(table, of(("ben", None))).schema.names[-1] == "user"


def _file(game_id: str) -> bytes:
    return encode(raw_table(raw_row(game_id)), {})
