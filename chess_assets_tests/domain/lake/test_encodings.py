"""How columns are written: columns that there are, encodings that readers know, few bytes."""

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chess_assets.domain.games.parsed_games import parse_games
from chess_assets.domain.lake.encodings import write_options
from chess_assets.domain.lake.parquet_file import encode
from chess_assets.domain.raw_archives.merge import merge_answer
from chess_assets.domain.raw_archives.rows import raw_games
from chess_assets.domain.schemas.tables import TABLES
from chess_assets_tests.domain.games.raw_games import CORPUS

AT = datetime(2024, 2, 1, tzinfo=UTC)


def raw_month(path: Path) -> pa.Table:
    """Return a recorded month as it is stored after the first answer."""
    games = json.loads(gzip.decompress(path.read_bytes()))["games"]
    return merge_answer(None, raw_games(games), fetched_at=AT, last_fetched_at=None).table


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_is_written_so(name: str) -> None:
    """An empty table of each kind is written with its options, and read back with its columns."""
    columns = TABLES[name].columns
    sink = io.BytesIO()
    pq.write_table(columns.empty_table(), sink, **write_options(columns))
    assert pq.read_table(pa.BufferReader(sink.getvalue())).schema.equals(columns)


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the corpus of real months is not at {CORPUS}")
def test_real_months_are_small_and_read_elsewhere(tmp_path: Path) -> None:
    """Ten real months take 900 bytes a game raw, 505 typed; DuckDB and polars read all of it."""
    months = [raw_month(path) for path in sorted(CORPUS.glob("*.json.gz"))]
    typed = [parse_games(month, replayed_share=0).table for month in months]
    games = sum(month.num_rows for month in months)
    for tables, most_bytes in ((months, 900), (typed, 505)):
        assert sum(len(encode(table, {})) for table in tables) / games <= most_bytes
        file = tmp_path / "month.parquet"
        file.write_bytes(encode(tables[0], {}))
        assert pl.read_parquet(file).to_arrow().num_rows == tables[0].num_rows
        by_duckdb = duckdb.read_parquet(str(file)).arrow().read_all()
        assert by_duckdb.cast(tables[0].schema).to_pylist() == tables[0].to_pylist()
