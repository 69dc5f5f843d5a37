"""Files with fewer columns than are declared today, or more: read, and not rewritten with less."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from chess_assets.domain.games import games_from_raw
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.outcomes import Action
from chess_assets.domain.lake.parquet_file import NewerFile, UnreadableFile, encode
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.lake.read_partitions import open_dataset, read_partition
from chess_assets.domain.reading.sql import answer
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore
from chess_assets_tests.domain.player_lake import all_months, update
from chess_assets_tests.made_games import USER
from chess_assets_tests.small_lake import FETCHED_AT, JANUARY, small_lake

PARTITION = Partition.of_player(USER, JANUARY)
KEY = partition_path(RAW_PGN_ARCHIVES.name, USER, JANUARY)
FACTS = {"fetched_at": FETCHED_AT.isoformat(), "content_version": "v1"}
NEVER_MISSING = {"game_id", "payload"}
OPTIONAL = [name for name in RAW_PGN_ARCHIVES.columns.names if name not in NEVER_MISSING]


@pytest.fixture
def lake(folder: FolderStore) -> FolderStore:
    """A lake with two games of the player's January."""
    small_lake(folder)
    return folder


def read(
    lake: FolderStore, schema: TableSchema = RAW_PGN_ARCHIVES, columns: list[str] | None = None
) -> pa.Table:
    """Return the rows of the month."""
    rows = read_partition(LakeTable(lake, schema), PARTITION, columns)
    assert rows is not None
    return rows


def replace(lake: FolderStore, rows: pa.Table, facts: dict[str, str] | None = None) -> None:
    """Put other rows in the place of the raw month, as another version would have written them."""
    stored = lake.get(KEY)
    assert stored is not None
    lake.put(KEY, encode(rows, FACTS if facts is None else facts), if_match=stored.etag)


@pytest.mark.parametrize("column", OPTIONAL)
def test_missing_column(lake: FolderStore, column: str) -> None:
    """A raw file without a column is read in every way, with what can be derived derived."""
    truth = read(lake)
    replace(lake, truth.drop_columns(column))

    rows = read(lake)

    names = [name for name in truth.column_names if name != column]
    assert rows.select(names).equals(truth.select(names))
    if column == "pgn":
        assert rows[column].null_count == 2
    else:
        assert rows[column].equals(truth[column])
    where = f"\"user\" = '{USER}' and month = '{JANUARY}'"
    found = answer(lake, f'select * exclude ("user", month) from raw_pgn_archives where {where}')  # noqa: S608 - ours
    assert [row for batch in found.batches for row in batch.to_pylist()] == rows.to_pylist()
    raw = LakeTable(lake, RAW_PGN_ARCHIVES)
    dataset = open_dataset(raw, {"january": PARTITION}, [column])
    assert dataset.to_table([column])[column].to_pylist() == rows[column].to_pylist()
    assert read(lake, columns=[column]).equals(rows.select([column]))


def test_seen_at(lake: FolderStore) -> None:
    """Without both times a game was seen when the month was fetched; in 1970 where nothing says."""
    rows = read(lake).drop_columns(["first_seen_at", "last_seen_at"])
    for facts, expected in ((FACTS, FETCHED_AT), ({}, datetime(1970, 1, 1, tzinfo=UTC))):
        replace(lake, rows, facts)
        assert read(lake)["first_seen_at"].to_pylist() == [expected] * 2
        assert read(lake)["last_seen_at"].to_pylist() == [expected] * 2


@pytest.mark.parametrize("column", sorted(NEVER_MISSING))
def test_without_what_nothing_tells(lake: FolderStore, column: str) -> None:
    """A raw file without its key or its payload is kept, and the advice loses nothing."""
    rows = read(lake)
    replace(lake, rows.drop_columns(column))

    with pytest.raises(UnreadableFile, match=column) as refused:
        read(lake)

    said = str(refused.value)
    assert KEY in said
    assert said.index("versioning") < said.index("backup") < said.index("lost")


@pytest.mark.parametrize("column", OPTIONAL)
def test_games_follow(lake: FolderStore, column: str) -> None:
    """The games of a raw month that lacks a column are made again, every one of them."""
    replace(lake, read(lake).drop_columns(column))
    made = all_months(lake, RAW_PGN_ARCHIVES, USER).map(games_from_raw)

    assert update(made, lake, GAMES, PARTITION, "another").action is Action.COMPUTED

    assert sorted(read(lake, GAMES)["game_id"].to_pylist()) == sorted(
        read(lake)["game_id"].to_pylist()
    )


def test_columns_of_a_newer_version(lake: FolderStore) -> None:
    """Columns that are not declared here are left out when read, and not lost by a rewrite."""
    truth = read(lake)
    replace(lake, truth.append_column("elo", pa.array([1, 2])))

    assert read(lake).equals(truth)
    with pytest.raises(NewerFile, match=r"'elo'.*newer chess_assets") as refused:
        PlayerTable(lake, RAW_PGN_ARCHIVES, USER).read_to_rewrite(JANUARY)
    assert KEY in str(refused.value)


def test_games_without_a_column(lake: FolderStore) -> None:
    """A games file of an older version is completed with nulls."""
    rows = read(lake, GAMES)
    key = partition_path(GAMES.name, USER, JANUARY)
    stored = lake.get(key)
    assert stored is not None
    lake.put(key, encode(rows.drop_columns("match"), {}), if_match=stored.etag)
    assert read(lake, GAMES).equals(rows)


@pytest.mark.parametrize("column", OPTIONAL)
def test_a_name_is_wrong(lake: FolderStore, column: str) -> None:
    """A file that lacks a column and has an unknown one is of no version: its name is damaged."""
    rows = read(lake)
    names = [f"{name}_" if name == column else name for name in rows.column_names]
    replace(lake, rows.rename_columns(names))
    with pytest.raises(UnreadableFile, match=f"missing columns .*{column}.*undeclared"):
        read(lake)
