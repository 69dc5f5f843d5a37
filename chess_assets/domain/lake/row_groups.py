"""A Parquet file made of one table after another, of which only the written bytes stay in memory.

For tables with all months of a player in one file. Row groups are small enough for readers to
skip the years they don't want. One month's rows in one go belong in `parquet_file`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from chess_assets.domain.lake.digests import with_digests
from chess_assets.domain.lake.encodings import write_options
from chess_assets.domain.lake.parquet_file import footer_entries
from chess_assets.domain.schemas.table import TableSchema

ROW_GROUP_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """A whole Parquet file, not yet stored."""

    body: bytes
    rows: int
    facts: Mapping[str, str]


class RowGroupWriter:
    """Writes a file in row groups of `row_group_rows`, or as many as the last table brings more.

    Args:
        schema: The table that the rows are of.
        row_group_rows: The rows from which on a row group is closed.
    """

    def __init__(self, schema: TableSchema, row_group_rows: int = ROW_GROUP_ROWS) -> None:
        self.rows = 0
        self._schema = schema
        self._row_group_rows = row_group_rows
        self._waiting = schema.empty()
        self._sink = pa.BufferOutputStream()
        options = write_options(schema.columns)
        self._writer = pq.ParquetWriter(self._sink, schema.columns, **options)

    def add(self, rows: pa.Table) -> None:
        """Write more rows, below those before.

        Raises:
            SchemaMismatch: when they do not have the table's declared columns.
        """
        self._waiting = pa.concat_tables([self._waiting, self._schema.enforce(rows)])
        self.rows += rows.num_rows
        if self._waiting.num_rows >= self._row_group_rows:
            self._close_group()

    def finish(self, facts: Mapping[str, str]) -> EncodedFile:
        """Return the file, its footer carrying the facts; nothing can be added after."""
        self._close_group()
        self._writer.add_key_value_metadata(footer_entries(facts, self.rows))
        self._writer.close()
        return EncodedFile(with_digests(bytes(self._sink.getvalue())), self.rows, facts)

    def _close_group(self) -> None:
        if self._waiting.num_rows:
            self._writer.write_table(self._waiting, row_group_size=self._waiting.num_rows)
            self._waiting = self._schema.empty()
