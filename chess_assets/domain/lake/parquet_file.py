"""One table as the bytes of one Parquet file, and back.

The rows, their declared schema and the *facts*: short texts about the rows (where they come from,
their content version), kept in the file's footer, where DuckDB's `parquet_kv_metadata` and
pyarrow's `schema.metadata` show them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from chess_assets.domain.lake.encodings import write_options
from chess_assets.domain.schemas.table import SchemaMismatch, TableSchema

_ARROWS_OWN = "ARROW:schema"
_ROWS_WRITTEN = "rows_written"
_REASON_LENGTH = 200
_NO_PARQUET = (pa.ArrowException, OSError, UnicodeDecodeError)


class UnreadableFile(ValueError):
    """Bytes in the lake that are not a Parquet file of their table."""


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """A decoded file: its rows (perhaps only some columns) and its facts."""

    table: pa.Table
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Footer:
    """What a file says about itself without its rows being read."""

    rows: int
    facts: Mapping[str, str]
    columns: pa.Schema


def encode(table: pa.Table, facts: Mapping[str, str]) -> bytes:
    """Return the table as a zstd Parquet file whose footer carries the facts."""
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, table.schema, **write_options(table.schema)) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({**facts, _ROWS_WRITTEN: str(table.num_rows)})
    return bytes(sink.getvalue())


def decode(
    body: bytes, schema: TableSchema, columns: Sequence[str] | None = None, *, where: str
) -> ParquetFile:
    """Return the rows (all columns, or those named) and the facts of a file.

    Raises:
        SchemaMismatch: when the table declares no such columns.
        UnreadableFile: when the bytes are no Parquet file of this table; `where` names them.
    """
    wanted = schema if columns is None else schema.select(columns)
    try:
        file = pq.ParquetFile(pa.BufferReader(body), page_checksum_verification=True)
        # One thread: two cost twice the CPU for files of this size, and Arrow's threads may abort
        # a process that ends soon after they began.
        table = file.read(None if columns is None else list(columns), use_threads=False)
        table.validate(full=True)
        return ParquetFile(wanted.enforce(table), _facts(file.metadata, table.num_rows))
    except (*_NO_PARQUET, SchemaMismatch) as error:
        raise UnreadableFile(_unreadable(where, error)) from error


def read_footer(file: bytes | pa.NativeFile, *, where: str) -> Footer:
    """Return the number of rows and the facts of a file: its bytes, or the file opened to read.

    Raises:
        UnreadableFile: when the bytes are no Parquet file.
    """
    try:
        source = pa.BufferReader(file) if isinstance(file, bytes) else file
        opened = pq.ParquetFile(source)
        footer = opened.metadata
        facts = _facts(footer, footer.num_rows)
        return Footer(footer.num_rows, facts, opened.schema_arrow)
    except _NO_PARQUET as error:
        raise UnreadableFile(_unreadable(where, error)) from error


def _facts(footer: pq.FileMetaData, rows: int) -> dict[str, str]:
    facts = {key.decode(): value.decode() for key, value in (footer.metadata or {}).items()}
    facts.pop(_ARROWS_OWN, None)
    written = facts.pop(_ROWS_WRITTEN, str(footer.num_rows))
    if written != str(rows):  # pages have checksums; the counts in a footer have none
        raise pa.ArrowInvalid(f"it has {rows} rows of the {written} written")
    return facts


def _unreadable(where: str, error: Exception) -> str:
    reason = " ".join(str(error).split())[:_REASON_LENGTH]
    return f"{where} is not a readable Parquet file ({reason}): move it away, then run again."
