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
    """A whole file, not yet stored.

    Attributes:
        body: Its bytes.
        rows: How many rows it has.
        facts: Its metadata.
        columns: Its columns, of a table that declares none.
    """

    body: bytes
    rows: int
    facts: Mapping[str, str]
    columns: pa.Schema | None = None


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
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self._sink = pa.BufferOutputStream()
        self._writer = self._open(schema.columns) if schema.declared is not None else None

    def add(self, rows: pa.Table) -> None:
        """Write more rows, below those before.

        Raises:
            SchemaMismatch: when they do not have the table's declared columns.
        """
        self._waiting.append(self._schema.enforce(rows))
        self._waiting_rows += rows.num_rows
        self.rows += rows.num_rows
        if self._waiting_rows >= self._row_group_rows:
            self._close_group()

    def finish(self, facts: Mapping[str, str]) -> EncodedFile:
        """Return the file, its footer carrying the facts; nothing can be added after."""
        self._close_group()
        writer = self._writer or self._open(pa.schema([]))
        writer.add_key_value_metadata(footer_entries(facts, self.rows))
        writer.close()
        columns = writer.schema if self._schema.declared is None else None
        body = with_digests(bytes(self._sink.getvalue()))
        return EncodedFile(body, self.rows, facts, columns)

    def _close_group(self) -> None:
        if not self._waiting:
            return
        rows = pa.concat_tables(self._waiting)
        self._waiting, self._waiting_rows = [], 0
        self._writer = self._writer or self._open(rows.schema)
        if rows.num_rows:
            self._writer.write_table(rows, row_group_size=rows.num_rows)

    def _open(self, columns: pa.Schema) -> pq.ParquetWriter:
        options = write_options(columns, is_declared=self._schema.declared is not None)
        return pq.ParquetWriter(self._sink, columns, **options)
