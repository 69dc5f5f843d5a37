"""A damaged file gives the rows it was written with, or an error that names it, however read."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chess_assets.domain.games import PARSER_VERSION, games_from_raw
from chess_assets.domain.lake.digests import DIGESTS
from chess_assets.domain.lake.encodings import write_options
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import player_file
from chess_assets.domain.lake.paths import month_in, partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.lake.read_partitions import open_dataset, read_partition, read_partitions
from chess_assets.domain.months import Month
from chess_assets.domain.player_tables.opening_repertoire import (
    PLAYED_COLUMNS,
    opening_repertoire_of,
)
from chess_assets.domain.player_tables.rating_history import RATED_COLUMNS, rating_history_of
from chess_assets.domain.positions import (
    GAMES_COLUMNS,
    POSITIONS_VERSION,
    positions_from_games,
)
from chess_assets.domain.raw_archives.merge import merge_answer
from chess_assets.domain.raw_archives.rows import raw_games
from chess_assets.domain.reading.errors import QueryFailed
from chess_assets.domain.reading.sql import answer
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import (
    GAMES,
    OPENING_REPERTOIRE,
    PLAYER_GAMES,
    POSITIONS,
    RATING_HISTORY,
    RAW_PGN_ARCHIVES,
    TABLES,
)
from chess_assets.domain.store import FolderStore
from chess_assets_tests.domain.player_lake import (
    all_months,
    one_file,
    update,
    update_player_games,
)
from chess_assets_tests.made_games import USER
from chess_assets_tests.small_lake import FETCHED_AT, JANUARY, at, game

Read = Callable[[FolderStore, TableSchema], list[dict[str, Any]]]
_FLIPS = 60
_MONTHLY = {"raw_pgn_archives", "games", "positions"}


@pytest.fixture
def lake(folder: FolderStore) -> FolderStore:
    """A lake with one player's month in every table."""
    raw = PlayerTable(folder, RAW_PGN_ARCHIVES, USER)
    sent = [game(number, at(JANUARY, 1 + number), white=USER) for number in range(1, 9)]
    rows = merge_answer(None, raw_games(sent), fetched_at=FETCHED_AT, last_fetched_at=None).table
    raw.write(JANUARY, rows, {"fetched_at": FETCHED_AT.isoformat()}, replacing=None)
    games = all_months(folder, RAW_PGN_ARCHIVES, USER).map(games_from_raw)
    update(games, folder, GAMES, partition_of(GAMES), PARSER_VERSION)
    positions = all_months(folder, GAMES, USER, GAMES_COLUMNS).map(positions_from_games)
    update(positions, folder, POSITIONS, partition_of(POSITIONS), POSITIONS_VERSION)
    update_player_games(folder, USER)
    history = one_file(folder, PLAYER_GAMES, USER, RATED_COLUMNS).map(rating_history_of)
    update(history, folder, RATING_HISTORY, partition_of(RATING_HISTORY), "1")
    played = one_file(folder, PLAYER_GAMES, USER, PLAYED_COLUMNS).map(opening_repertoire_of)
    update(played, folder, OPENING_REPERTOIRE, partition_of(OPENING_REPERTOIRE), "1")
    return folder


def month_of(schema: TableSchema) -> Month | None:
    """Return the month of the file of a table, None where it has all months."""
    return JANUARY if schema.name in _MONTHLY else None


def partition_of(schema: TableSchema) -> Partition:
    """Return the one partition that a table has."""
    return Partition.of_player(USER, month_of(schema))


def key_of(schema: TableSchema) -> str:
    """Return the key of the one file of a table."""
    return partition_path(schema.name, USER, month_of(schema))


def queried(lake: FolderStore, schema: TableSchema) -> list[dict[str, Any]]:
    """Return the rows as `query` and `report` read them."""
    found = answer(lake, f"select * exclude ({path_columns(schema)}) from {schema.name}")  # noqa: S608 - our names
    return [row for batch in found.batches for row in batch.to_pylist()]


def path_columns(schema: TableSchema) -> str:
    """Return the columns that come from the path."""
    return '"user", "month"' if month_of(schema) else '"user"'


def counted(lake: FolderStore, schema: TableSchema) -> list[dict[str, Any]]:
    """Return the number of rows, which takes no column, as often as there are rows."""
    found = answer(lake, f"select count(*) as n from {schema.name}")  # noqa: S608 - as above
    (count,) = [row["n"] for batch in found.batches for row in batch.to_pylist()]
    return [{}] * count


def scanned(lake: FolderStore, schema: TableSchema) -> list[dict[str, Any]]:
    """Return the rows as an asset that is given a dataset reads them."""
    dataset = open_dataset(LakeTable(lake, schema), {"it": partition_of(schema)})
    rows: list[dict[str, Any]] = dataset.to_table(schema.columns.names).to_pylist()
    return rows


def loaded(lake: FolderStore, schema: TableSchema) -> list[dict[str, Any]]:
    """Return the rows as an asset that is given a table, and `export`, read them."""
    table, partition = LakeTable(lake, schema), partition_of(schema)
    stored = read_partition(table, partition)
    assert stored is not None
    rows: list[dict[str, Any]] = stored.to_pylist()
    together = read_partitions(table, {"it": partition}, schema.columns.names)
    assert together.select(schema.columns.names).to_pylist() == rows
    return rows


def upstream(lake: FolderStore, schema: TableSchema) -> list[dict[str, Any]]:
    """Return the rows as the table that follows reads them."""
    given = all_months if month_of(schema) else one_file
    stored, state = given(lake, schema, USER).read(partition_of(schema), None)
    assert state.rows == stored.num_rows
    rows: list[dict[str, Any]] = stored.to_pylist()
    return rows


WAYS: list[Read] = [queried, counted, scanned, loaded, upstream]
REFUSALS = (QueryFailed, UnreadableFile, pa.ArrowInvalid)


def flipped(body: bytes) -> Iterator[bytes]:
    """Yield a file with one bit flipped, at places all over it, and in the name of its digests."""
    step = max(len(body) // _FLIPS, 1)
    at = body.rfind(DIGESTS.encode())
    name = range(at, at + len(DIGESTS) + 3)  # with the length of what follows
    for number, place in enumerate([*range(0, len(body), step), *name, *range(-40, 0, 3)]):
        damaged = bytearray(body)
        damaged[place] ^= 1 << number % 8
        yield bytes(damaged)


def cut(body: bytes) -> Iterator[bytes]:
    """Yield a file that ends early, or lacks a part in the middle."""
    for length in (0, 3, 8, len(body) // 3, len(body) - 8, len(body) - 1):
        yield body[:length]
    yield body[: len(body) // 2] + body[len(body) // 2 + 1 :]
    yield body + b"PAR1"


def replaced(lake: FolderStore, key: str, body: bytes) -> None:
    """Put other bytes in a file's place."""
    stored = lake.get(key)
    assert stored is not None
    lake.put(key, body, if_match=stored.etag)


def check_ways(lake: FolderStore, schema: TableSchema, bodies: Iterator[bytes]) -> int:
    """Read each body in every way; return how often it was refused."""
    key = key_of(schema)
    truth = {way: way(lake, schema) for way in WAYS}
    refusals: list[str] = []
    for number, body in enumerate(bodies):
        replaced(lake, key, body)
        way = WAYS[number % len(WAYS)]
        try:
            rows = way(lake, schema)
        except REFUSALS as error:
            refusals.append(str(error))
        else:
            assert rows == truth[way], (number, way)
    assert [refusal for refusal in refusals if key not in refusal] == []
    return len(refusals)


@pytest.mark.parametrize("schema", TABLES.values(), ids=lambda schema: schema.name)
def test_flipped_bits(lake: FolderStore, schema: TableSchema) -> None:
    """One flipped bit anywhere: the same rows, or an error that names the file."""
    stored = lake.get(key_of(schema))
    assert stored is not None
    assert check_ways(lake, schema, flipped(stored.body)) >= _FLIPS


@pytest.mark.parametrize("schema", TABLES.values(), ids=lambda schema: schema.name)
def test_cut_files(lake: FolderStore, schema: TableSchema) -> None:
    """A file that is too short or too long is refused by name."""
    stored = lake.get(key_of(schema))
    assert stored is not None
    bodies = list(cut(stored.body))
    assert check_ways(lake, schema, iter(bodies)) == len(bodies)


def older(rows: pa.Table, facts: dict[str, str], row_group_rows: int) -> bytes:
    """Return a file as it was written before there were digests."""
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, rows.schema, **write_options(rows.schema)) as writer:
        writer.write_table(rows, row_group_size=row_group_rows)
        writer.add_key_value_metadata(facts)
    return bytes(sink.getvalue())


@pytest.mark.parametrize("way", WAYS)
def test_files_without_digests(lake: FolderStore, way: Read) -> None:
    """A file of an older version is read as ever."""
    truth = way(lake, GAMES)
    rows = games_in(lake)

    replaced(lake, key_of(GAMES), older(rows, {}, 3))

    assert way(lake, GAMES) == truth


@pytest.mark.parametrize("way", WAYS)
def test_fewer_rows(lake: FolderStore, way: Read) -> None:
    """A file with fewer rows than it says it was written with is refused, digests or not."""
    rows = games_in(lake)
    for facts in ({"rows_written": "8"}, dict(footer_of(lake))):
        replaced(lake, key_of(GAMES), older(rows.slice(0, 5), facts, 100))
        with pytest.raises(REFUSALS, match="month=2023-01"):
            way(lake, GAMES)


@pytest.mark.parametrize("way", WAYS)
def test_other_row_groups(lake: FolderStore, way: Read) -> None:
    """Row groups in another order than they were written are refused."""
    rows = games_in(lake)
    facts = dict(footer_of(lake))
    swapped = pa.concat_tables([rows.slice(4), rows.slice(0, 4)])
    replaced(lake, key_of(GAMES), older(swapped, facts, 4))
    with pytest.raises(REFUSALS, match="month=2023-01"):
        way(lake, GAMES)


def games_in(lake: FolderStore) -> pa.Table:
    """Return the month of games."""
    rows = read_partition(LakeTable(lake, GAMES), partition_of(GAMES))
    assert rows is not None
    return rows


def footer_of(lake: FolderStore) -> dict[str, str]:
    """Return what the footer of the month of games carries, digests included."""
    stored = lake.get(key_of(GAMES))
    assert stored is not None
    entries = pq.ParquetFile(io.BytesIO(stored.body)).metadata.metadata
    return {name.decode(): text.decode() for name, text in entries.items()}


@pytest.mark.parametrize("schema", [PLAYER_GAMES, RATING_HISTORY], ids=lambda each: each.name)
def test_facts_of_a_footer(lake: FolderStore, schema: TableSchema) -> None:
    """What checks and the next run are told of a file is what was written, or it is refused."""
    file = player_file(lake, schema, USER)
    truth = file.state()
    stored = lake.get(key_of(schema))
    assert truth is not None
    assert stored is not None
    for body in flipped(stored.body):
        replaced(lake, key_of(schema), body)
        try:
            state = file.state()
        except UnreadableFile:
            continue
        assert state is not None
        assert (state.rows, state.facts) == (truth.rows, truth.facts)


def test_keys_are_of_months(lake: FolderStore) -> None:
    """What this module calls monthly is."""
    assert {name for name, each in TABLES.items() if month_in(key_of(each))} == _MONTHLY
