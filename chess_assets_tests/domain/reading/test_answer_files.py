"""Answers as files, read back by the readers they are meant for."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.reading.answer_files import write_csv, write_json, write_parquet
from chess_assets.domain.reading.errors import QueryFailed
from chess_assets.domain.reading.sql import Answer, answer
from chess_assets.domain.store import FolderStore

TEXTS = st.text() | st.sampled_from(["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", '"', "a,b"])


def answer_of(table: pa.Table) -> Answer:
    """Return a table as an answer of several batches."""
    return Answer(table.schema, iter(table.to_batches(max_chunksize=2)))


def written_csv(table: pa.Table) -> list[list[str]]:
    """Return the lines of a table's CSV, the heading first."""
    file = io.BytesIO()
    assert write_csv(answer_of(table), file) == table.num_rows
    return list(csv.reader(io.StringIO(file.getvalue().decode(), newline="")))


def written_json(table: pa.Table) -> Any:
    """Return what a table's JSON says."""
    file = io.BytesIO()
    assert write_json(answer_of(table), file) == table.num_rows
    return json.loads(file.getvalue())


@given(st.lists(TEXTS))
def test_csv_texts(texts: list[str]) -> None:
    """Any text comes back from CSV, and none begins as a formula does."""
    heading, *lines = written_csv(pa.table({"n": range(len(texts)), "=text": texts}))
    assert heading == ["n", "'=text"]
    cells = [cell for _, cell in lines]
    assert not any(cell.startswith(tuple("=+-@\t\r\n")) for cell in cells)
    assert [cell.removeprefix("'") for cell in cells] == [text.removeprefix("'") for text in texts]


def test_csv_values() -> None:
    """Numbers stay numbers, negative ones too; null is nothing; lists are JSON."""
    table = pa.table(
        {
            "number": [-1.5, None],
            "sum": pa.array([Decimal(-7), None], pa.decimal128(38, 0)),
            "is_rated": [True, None],
            "moves": [["e4", None], None],
            "at": pa.array([0, None], pa.timestamp("ms", "UTC")),
        }
    )
    assert written_csv(table)[1:] == [
        ["-1.5", "-7", "true", '["e4", null]', "1970-01-01T00:00:00Z"],
        ["", "", "", "", ""],
    ]


@given(st.lists(st.fixed_dictionaries({"text": st.none() | st.text(), "n": st.integers(-9, 9)})))
def test_json_rows(rows: list[dict[str, Any]]) -> None:
    """Any rows come back from JSON."""
    table = pa.Table.from_pylist(rows, pa.schema({"text": pa.string(), "n": pa.int64()}))
    assert written_json(table) == rows


def test_json_values(folder_lake: FolderStore) -> None:
    """Every kind of value that SQL makes has its place in JSON."""
    found = answer(
        folder_lake,
        """select [1, null] as list, {'a': date '2023-01-02'} as object, 'nan'::double as nan,
        1.25::decimal(4, 2) as decimal, sum(1) as sum, 'a'::blob as blob, null as nothing,
        time '10:00' as time, max(end_time) as at, 'a'::enum('a', 'b') as enum,
        map {'k': 1} as map from games""",
    )
    file = io.BytesIO()
    write_json(found, file)
    assert json.loads(file.getvalue()) == [
        {
            "list": [1, None],
            "object": {"a": "2023-01-02"},
            "nan": None,
            "decimal": 1.25,
            "sum": 6,
            "blob": "61",
            "nothing": None,
            "time": "10:00:00",
            "at": "2023-02-09T12:00:00Z",
            "enum": "a",
            "map": [["k", 1]],
        }
    ]


def test_time_beyond_the_calendar(folder_lake: FolderStore) -> None:
    """A time that no calendar has fails the answer with a sentence that names its column."""
    found = answer(folder_lake, "select 'infinity'::timestamp as forever")
    with pytest.raises(QueryFailed, match="forever holds times outside"):
        write_json(found, io.BytesIO())


def test_parquet(folder_lake: FolderStore) -> None:
    """Parquet holds the answer with its types."""
    file = io.BytesIO()
    assert write_parquet(answer(folder_lake, "from games order by game_id"), file) == 6
    written = pq.read_table(file)
    again = answer(folder_lake, "from games order by game_id")
    assert written == pa.Table.from_batches(again.batches, again.schema)
