"""Every column of every table says what it is."""

import pyarrow as pa
import pytest

from chess_assets.domain.lake.paths import player_prefix
from chess_assets.domain.schemas.columns import column, description_of
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import TABLES


def test_description() -> None:
    """A column's description is the one it was declared with."""
    assert description_of(column("plies", pa.int32(), "Half-moves played.")) == "Half-moves played."


def test_no_description() -> None:
    """A column of somebody else's has none."""
    assert description_of(pa.field("plies", pa.int32())) == ""


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_all_described(table: TableSchema) -> None:
    """Each column has one sentence of its own, and a name that fits every query engine."""
    descriptions = [description_of(field) for field in table.columns]

    assert all(text.endswith(".") and len(text) > 10 for text in descriptions)
    assert len(set(descriptions)) == len(descriptions)
    assert all(name.isidentifier() and name.islower() for name in table.columns.names)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_partition_columns(table: TableSchema) -> None:
    """`user` and `month` are in the path, so no file has them."""
    assert not {"user", "month"} & set(table.columns.names)


@pytest.mark.parametrize("name", TABLES)
def test_names(name: str) -> None:
    """A table is found under its own name, which can be a folder's."""
    assert TABLES[name].name == name
    assert player_prefix(name, "hikaru")
