"""Rows enter a table only as it declares them."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.schemas.columns import TIMESTAMP, column
from chess_assets.domain.schemas.table import SchemaMismatch, TableSchema

TABLE = TableSchema(
    "clocked",
    pa.schema(
        [
            column("game_id", pa.string(), "The key.", is_nullable=False),
            column("plies", pa.int32(), "Half-moves."),
            column("end_time", TIMESTAMP, "The end."),
            column("clocks_ms", pa.list_(pa.int32()), "Clocks."),
        ]
    ),
)
END = datetime(2024, 1, 20, 12, 0, 0, 1000, tzinfo=UTC)
ROWS: dict[str, Any] = {
    "game_id": pa.array(["a", "b"]),
    "plies": pa.array([3, None], pa.int32()),
    "end_time": pa.array([END, None], TIMESTAMP),
    "clocks_ms": pa.array([[1, None], None], pa.list_(pa.int32())),
}


def test_fits() -> None:
    """Rows as declared stay as they are, and gain the descriptions."""
    enforced = TABLE.enforce(pa.table(ROWS))

    assert enforced.to_pydict() == pa.table(ROWS).to_pydict()
    assert enforced.schema.equals(TABLE.columns, check_metadata=True)


def test_order_and_types() -> None:
    """Other orders, wider types and foreign metadata become the declared ones."""
    rows = {
        "clocks_ms": pa.array([[1, None], None], pa.large_list(pa.int64())),
        "end_time": pa.array([END, None], pa.timestamp("ns", "Europe/Berlin")),
        "plies": pa.array([3.0, None], pa.float64()),
        "game_id": pa.array(["a", "b"]).dictionary_encode(),
    }
    given_table = pa.table(rows).replace_schema_metadata({"pandas": "{}"})

    enforced = TABLE.enforce(given_table)

    assert enforced.to_pydict() == pa.table(ROWS).to_pydict()
    assert enforced.schema.equals(TABLE.columns, check_metadata=True)


@pytest.mark.parametrize("name", ROWS)
def test_missing(name: str) -> None:
    """A column that is missing is named."""
    with pytest.raises(SchemaMismatch, match=rf"clocked: missing columns \['{name}'\]"):
        TABLE.enforce(pa.table(ROWS).drop_columns(name))


def test_undeclared() -> None:
    """A column that was never declared is named, and not left out silently."""
    with pytest.raises(SchemaMismatch, match=r"undeclared columns \['user'\]"):
        TABLE.enforce(pa.table(ROWS | {"user": pa.array(["x", "y"])}))


def test_twice() -> None:
    """A column that is there twice is refused."""
    with pytest.raises(SchemaMismatch):
        TABLE.enforce(pa.table(ROWS).append_column("plies", ROWS["plies"]))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("plies", pa.array([2**31, 0], pa.int64())),
        ("plies", pa.array([1.5, 0])),
        ("plies", pa.array(["three", None])),
        ("plies", pa.array([[1], None])),
        ("end_time", pa.array([1_001, None], pa.timestamp("us", "UTC"))),
        ("end_time", pa.array([1_000_001, None], pa.timestamp("ns", "UTC"))),
        ("end_time", pa.array(["yesterday", None])),
        ("end_time", pa.array([1.5, None])),
        ("clocks_ms", pa.array([[2**31], None])),
        ("clocks_ms", pa.array([[1.5], None])),
        ("clocks_ms", pa.array([{"a": 1}, None])),
        ("clocks_ms", pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int32()))),
        ("game_id", pa.array([b"\xff", b"a"])),
        ("game_id", pa.array([["a"], ["b"]])),
        ("game_id", pa.array([{"a": 1}, {"a": 2}])),
    ],
    ids=lambda value: str(getattr(value, "type", value)),
)
def test_does_not_fit(name: str, values: pa.Array) -> None:
    """Values that the declared type would change or lose are refused, naming table and column."""
    with pytest.raises(SchemaMismatch, match=f"clocked: {name}"):
        TABLE.enforce(pa.table(ROWS | {name: values}))


@pytest.mark.parametrize("values", [pa.array(["a", None]), pa.nulls(2)])
def test_null(values: pa.Array) -> None:
    """A null where the table declares that there never is one is refused, naming the column."""
    with pytest.raises(SchemaMismatch, match="clocked: game_id is null"):
        TABLE.enforce(pa.table(ROWS | {"game_id": values}))


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.none()))
def test_numbers(numbers: list[int | None]) -> None:
    """Any number is either stored as it is or refused."""
    rows = pa.table({"plies": pa.array(numbers, pa.int64())})
    try:
        enforced = TABLE.select(["plies"]).enforce(rows)
    except SchemaMismatch:
        assert any(number is not None and abs(number) >= 2**31 - 1 for number in numbers)
    else:
        assert enforced["plies"].to_pylist() == numbers


def test_empty() -> None:
    """A table without rows has all its types."""
    assert TABLE.empty().num_rows == 0
    assert TABLE.enforce(TABLE.empty()).schema.equals(TABLE.columns, check_metadata=True)


def test_select() -> None:
    """A selection has the columns asked for, in that order, and nothing else."""
    assert TABLE.select(["plies", "game_id"]).columns.names == ["plies", "game_id"]
    with pytest.raises(SchemaMismatch, match=r"clocked has no columns \['elo', 'user'\]"):
        TABLE.select(["plies", "user", "elo"])


def test_no_columns() -> None:
    """Rows of which no column is wanted can still be counted."""
    assert TABLE.select([]).enforce(pa.table(ROWS).select([])).num_rows == 2
