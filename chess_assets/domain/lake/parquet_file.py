"""One table as the bytes of one Parquet file, and back.

The rows, their declared schema and the *facts*: short texts about the rows (where they come from,
their content version), kept in the file's footer, where DuckDB's `parquet_kv_metadata` and
pyarrow's `schema.metadata` show them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from chess_assets.domain.lake.digests import (
    DIGESTS,
    NO_DIGESTS,
    Damaged,
    check_name,
    footer_start,
    verify_file,
    verify_footer,
    with_digests,
)
from chess_assets.domain.lake.encodings import write_options
from chess_assets.domain.lake.remedies import remedy
from chess_assets.domain.schemas.table import SchemaMismatch, TableSchema

_ARROWS_OWN = "ARROW:schema"
_ROWS_WRITTEN = "rows_written"
_MAGIC = b"PAR1"
_TAIL_BYTES = 65_536  # more than any footer of ours; what Arrow's own reader fetches first, too
_REASON_LENGTH = 200
_NO_PARQUET = (pa.ArrowException, OSError, UnicodeDecodeError, Damaged)


class UnreadableFile(ValueError):
    """Bytes in the lake that are damaged, or not a Parquet file of their table."""


class NewerFile(UnreadableFile):
    """A file with columns that only a newer version declares: rewritten here it would lose them."""


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """A decoded file: its rows (perhaps only some columns) and its facts.

    Attributes:
        table: The rows.
        facts: What the file says about them.
        undeclared: Columns that only a newer version of the table declares; not in the rows.
    """

    table: pa.Table
    facts: Mapping[str, str]
    undeclared: Sequence[str] = ()


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
        writer.add_key_value_metadata(footer_entries(facts, table.num_rows))
    return with_digests(bytes(sink.getvalue()))


def footer_entries(facts: Mapping[str, str], rows: int) -> dict[str, str]:
    """Return what a file's footer carries: the facts, then what its readers verify it by."""
    kept = {name: text for name, text in facts.items() if name != DIGESTS}
    return {**kept, _ROWS_WRITTEN: str(rows), DIGESTS: NO_DIGESTS}


def decode(
    body: bytes, schema: TableSchema, columns: Sequence[str] | None = None, *, where: str
) -> ParquetFile:
    """Return the rows (all columns, or those named) and the facts of a file.

    A file of an older version of the table is completed; columns that only a newer version
    declares are left out.

    Raises:
        SchemaMismatch: when the table declares no such columns.
        UnreadableFile: when the bytes are damaged or no Parquet file of this table; `where` names
            them.
    """
    wanted = schema if columns is None else schema.select(columns)
    try:
        # Without digests (older files) the pages' own checksums are the next best.
        is_verified = verify_file(body)
        file = pq.ParquetFile(pa.BufferReader(body), page_checksum_verification=not is_verified)
        names = file.schema_arrow.names
        undeclared = schema.undeclared(names)
        is_older = not set(wanted.columns.names) <= set(names)
        read = None if is_older else wanted.columns.names
        # One thread: two cost twice the CPU for files of this size, and Arrow's threads may abort
        # a process that ends soon after they began.
        table = file.read(read, use_threads=False)
        table.validate(full=True)
        facts = _facts(file.metadata, table.num_rows)
        if is_older:
            table = schema.complete(table, facts).select(wanted.columns.names)
        return ParquetFile(wanted.enforce(table), facts, undeclared)
    except (*_NO_PARQUET, SchemaMismatch) as error:
        raise UnreadableFile(_unreadable(where, error, schema.name)) from error


def verified(body: bytes, schema: TableSchema, *, where: str) -> bytes:
    """Return a Parquet file with the rows that `decode` returns: the body itself, mostly.

    For readers that decode the file themselves and read what they find.

    Raises:
        UnreadableFile: as `decode`.
    """
    try:
        is_verified = verify_file(body)
        is_declared = not schema.lacking(pq.read_schema(pa.BufferReader(body)))
    except _NO_PARQUET as error:
        raise UnreadableFile(_unreadable(where, error, schema.name)) from error
    if is_verified and is_declared:
        return body
    file = decode(body, schema, where=where)
    return body if is_declared else encode(file.table, file.facts)


def read_footer(file: bytes | pa.NativeFile, *, where: str, table: str) -> Footer:
    """Return the number of rows and the facts of a file: its bytes, or the file opened to read.

    Whole bytes are verified as a whole, of an opened file only the footer is read and verified.

    Args:
        file: The file.
        where: Its address, for the error.
        table: The table that it belongs to.

    Raises:
        UnreadableFile: when the bytes are damaged or no Parquet file.
        OSError: when an opened file cannot be read.
    """
    try:
        if isinstance(file, bytes):
            source = file
            verify_file(source)
        else:
            source = _tail(file)
            verify_footer(source)
    except Damaged as error:
        raise UnreadableFile(_unreadable(where, error, table)) from error
    try:
        opened = pq.ParquetFile(pa.BufferReader(source))
        footer = opened.metadata
        facts = _facts(footer, footer.num_rows)
        return Footer(footer.num_rows, facts, opened.schema_arrow)
    except _NO_PARQUET as error:
        raise UnreadableFile(_unreadable(where, error, table)) from error


def _tail(file: pa.NativeFile) -> bytes:
    """Return the end of a file, footer and all, as a file of its own that holds no rows."""
    size = file.size()
    file.seek(max(size - _TAIL_BYTES, 0))
    tail: bytes = file.read()
    missing = -footer_start(tail)
    if missing > size - len(tail):
        raise Damaged("its footer is longer than the file")
    if missing > 0:
        file.seek(size - len(tail) - missing)
        tail = file.read()
    return tail if len(tail) == size else _MAGIC + tail[footer_start(tail) :]


def _facts(footer: pq.FileMetaData, rows: int) -> dict[str, str]:
    facts = {key.decode(): value.decode() for key, value in (footer.metadata or {}).items()}
    check_name(facts)
    facts.pop(_ARROWS_OWN, None)
    facts.pop(DIGESTS, None)
    written = {str(footer.num_rows), facts.pop(_ROWS_WRITTEN, str(footer.num_rows))}
    if written != {str(rows)}:  # older files have no digest of their footer, which has the counts
        raise pa.ArrowInvalid(f"it has {rows} rows of the {max(written, key=int)} written")
    return facts


def _unreadable(where: str, error: Exception, table: str) -> str:
    words = " ".join(str(error).split())[:_REASON_LENGTH]
    reason = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in words)
    return f"{where} is not a readable Parquet file ({reason}). {remedy(table)}"
