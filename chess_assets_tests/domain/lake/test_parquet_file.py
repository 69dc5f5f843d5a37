"""A table goes into bytes and comes out as it was, or not at all."""

import io
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chess_assets.domain.lake.parquet_file import UnreadableFile, decode, encode, read_footer
from chess_assets.domain.schemas.columns import column
from chess_assets.domain.schemas.table import SchemaMismatch, TableSchema
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets_tests.domain.raw_rows import raw_row, raw_table, raw_tables

FACTS = {"fetched_at": "2024-01-20T12:00:00+00:00", "etag": 'W/"a"', "last_modified": ""}
ROWS = raw_table(*(raw_row(f"g{n}", pgn=None if n % 3 else "1. e4 " * n) for n in range(40)))
BODY = encode(ROWS, FACTS)
# Arrow keeps the schema, and we the number of rows, under names of our own.
FACT_NAMES = st.text(min_size=1).filter(lambda name: name not in {"ARROW:schema", "rows_written"})
WHERE = "s3://lake/raw_pgn_archives/user=hikaru/month=2024-01/part-0.parquet"


@given(raw_tables())
@example(RAW.empty())
def test_rows(rows: pa.Table) -> None:
    """Any rows, with NUL, right-to-left marks and emoji in them, come back as they were."""
    file = decode(encode(rows, FACTS), RAW, where=WHERE)

    assert file.table.equals(rows)
    assert file.table.schema.equals(RAW.columns, check_metadata=True)


@given(st.dictionaries(FACT_NAMES, st.text(), max_size=5))
def test_facts(facts: dict[str, str]) -> None:
    """The facts come back with the rows, and from the footer alone."""
    body = encode(ROWS, facts)

    assert decode(body, RAW, where=WHERE).facts == facts
    assert read_footer(body, where=WHERE, table="raw_pgn_archives").facts == facts
    assert read_footer(body, where=WHERE, table="raw_pgn_archives").rows == 40


def test_columns() -> None:
    """Only the columns asked for are read, in that order; without any, the rows still count."""
    some = decode(BODY, RAW, ["is_listed", "game_id"], where=WHERE)

    assert some.table.equals(ROWS.select(["is_listed", "game_id"]))
    assert some.facts == FACTS
    assert decode(BODY, RAW, [], where=WHERE).table.num_rows == 40


def test_unknown_column() -> None:
    """A column that the table never declared is the reader's mistake, not the file's."""
    with pytest.raises(SchemaMismatch, match=r"raw_pgn_archives has no columns \['elo'\]"):
        decode(BODY, RAW, ["elo"], where=WHERE)


def test_any_reader() -> None:
    """A plain Parquet reader sees the rows, the facts and zstd."""
    file = pq.ParquetFile(io.BytesIO(BODY))

    assert file.read().equals(ROWS)
    assert file.schema_arrow.field("pgn").metadata is None  # descriptions are the UI's
    assert file.metadata.metadata[b"etag"] == b'W/"a"'
    assert file.metadata.row_group(0).column(3).compression == "ZSTD"


def test_arrows_own_schema() -> None:
    """A file that also carries its columns in Arrow's own form is read like one without."""
    sink = io.BytesIO()
    pq.write_table(ROWS.replace_schema_metadata(FACTS), sink, store_schema=True)

    read = decode(sink.getvalue(), RAW, where=WHERE)

    assert b"ARROW:schema" in pq.ParquetFile(sink).metadata.metadata
    assert read.table.equals(ROWS)
    assert read.facts == FACTS


def random_text(seed: int) -> str:
    """Return text that does not compress, so that most of a file is data."""
    return "".join(chr(point) for point in Random(seed).choices(range(32, 127), k=100))


def refused(body: bytes) -> str:
    """Return why a file is refused, in one line that names it."""
    with pytest.raises(UnreadableFile) as unreadable:
        decode(body, RAW, where=WHERE)
    message = str(unreadable.value)
    assert WHERE in message
    assert "\n" not in message
    assert len(message) < 700
    return message


@pytest.mark.parametrize(
    "body", [b"", b"PAR1", b"PAR1PAR1", b"<html>Just a moment</html>", bytes(10_000), BODY[::-1]]
)
def test_no_parquet(body: bytes) -> None:
    """Bytes that are no Parquet file are refused by name, and never an empty table."""
    refused(body)


@given(st.integers(0, len(BODY) - 1))
def test_cut(length: int) -> None:
    """A file that was cut anywhere is refused."""
    refused(BODY[:length])


@given(st.lists(st.tuples(st.integers(0, len(BODY) - 1), st.integers(1, 255)), min_size=1))
def test_flipped(flips: list[tuple[int, int]]) -> None:
    """Bits that flipped are found, or did not matter: no row is ever read wrong."""
    body = bytearray(BODY)
    for at, bits in flips:
        body[at] ^= bits
    try:
        file = decode(bytes(body), RAW, where=WHERE)
    except UnreadableFile:
        return
    assert file.table.equals(ROWS)


@pytest.mark.parametrize("bit", [0x01, 0x10, 0x80])
def test_each_byte_flipped(bit: int) -> None:
    """One flipped bit in any byte is found or harmless, be it of the data or of a count."""
    schema = TableSchema("texts", pa.schema([column("pgn", pa.string(), "Anything.")]))
    rows = pa.table({"pgn": [random_text(n) for n in range(8)]})
    body = encode(schema.enforce(rows), {})
    for at in range(len(body)):
        flipped = bytearray(body)
        flipped[at] ^= bit
        try:
            assert decode(bytes(flipped), schema, where=WHERE).table.equals(rows)
        except UnreadableFile:
            continue


@given(st.binary())
def test_any_bytes(body: bytes) -> None:
    """Any bytes at all are refused in words, by both ways of reading."""
    for read in (
        lambda: decode(body, RAW, where=WHERE),
        lambda: read_footer(body, where=WHERE, table="raw_pgn_archives"),
    ):
        with pytest.raises(UnreadableFile, match=r"part-0\.parquet is not a readable"):
            read()


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (pa.table({"x": [1]}), "missing columns"),
        (ROWS.drop_columns("payload"), r"\['payload'\]"),
        (ROWS.drop_columns("game_id"), r"\['game_id'\]"),
        (ROWS.set_column(2, "end_time", pa.array([[1]] * 40)), "end_time"),
        (ROWS.set_column(0, "game_id", pa.nulls(40, pa.string())), "game_id is null"),
        (ROWS.set_column(3, "payload", pa.array([b"\xff"] * 40)), "payload"),
    ],
)
def test_of_another_table(rows: pa.Table, reason: str) -> None:
    """A whole Parquet file that is not of this table is refused, saying what is wrong with it."""
    sink = io.BytesIO()
    pq.write_table(rows, sink)

    with pytest.raises(UnreadableFile, match=reason):
        decode(sink.getvalue(), RAW, where=WHERE)


def test_strange_facts() -> None:
    """Metadata that is no text makes a file unreadable, not the program."""
    sink = io.BytesIO()
    pq.write_table(ROWS.replace_schema_metadata({b"\xff": b"\xfe"}), sink)

    refused(sink.getvalue())
    with pytest.raises(UnreadableFile):
        read_footer(sink.getvalue(), where=WHERE, table="raw_pgn_archives")
