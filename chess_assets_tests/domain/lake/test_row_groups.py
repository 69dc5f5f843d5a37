"""A file written table by table is one file, whole and of its table."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.lake.parquet_file import decode, read_footer
from chess_assets.domain.lake.row_groups import RowGroupWriter
from chess_assets.domain.schemas.table import SchemaMismatch
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets_tests.domain.raw_rows import raw_row, raw_table

FACTS = {"content_version": "v1", "unmatched_games": "0"}


@given(st.lists(st.integers(0, 7), max_size=6), st.integers(1, 9))
def test_rows(sizes: list[int], row_group_rows: int) -> None:
    """Whatever tables it is made of, the file has their rows in order, and its facts."""
    writer = RowGroupWriter(RAW, row_group_rows)
    tables = [
        raw_table(*(raw_row(f"{n}-{k}") for k in range(size))) for n, size in enumerate(sizes)
    ]
    for table in tables:
        writer.add(table)
    file = writer.finish(FACTS)

    assert decode(file.body, RAW, where="x").table.equals(pa.concat_tables([RAW.empty(), *tables]))
    footer = read_footer(file.body, where="x", table="raw_pgn_archives")
    assert (footer.rows, footer.facts) == (file.rows, file.facts) == (sum(sizes), FACTS)


@given(st.lists(st.integers(0, 7), max_size=6), st.integers(1, 9))
def test_groups(sizes: list[int], row_group_rows: int) -> None:
    """Every row group but the last has at least the rows asked for, and none is empty."""
    writer = RowGroupWriter(RAW, row_group_rows)
    for size in sizes:
        writer.add(raw_table(*(raw_row(f"g{n}") for n in range(size))))
    metadata = pq.ParquetFile(io.BytesIO(writer.finish({}).body)).metadata
    rows = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
    assert all(count >= row_group_rows for count in rows[:-1])
    assert 0 not in rows


def test_any_reader() -> None:
    """A plain Parquet reader sees the rows, the facts and zstd."""
    writer = RowGroupWriter(RAW)
    writer.add(raw_table(raw_row()))
    file = pq.ParquetFile(io.BytesIO(writer.finish(FACTS).body))
    assert file.schema_arrow.field("pgn").metadata is None  # descriptions are the UI's
    assert file.metadata.metadata[b"content_version"] == b"v1"
    assert file.metadata.row_group(0).column(3).compression == "ZSTD"


def test_of_another_table() -> None:
    """Rows of another table are refused."""
    with pytest.raises(SchemaMismatch, match="missing columns"):
        RowGroupWriter(RAW).add(pa.table({"x": [1]}))
