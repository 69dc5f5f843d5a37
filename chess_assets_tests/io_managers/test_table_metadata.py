"""What an asset's definition says of its table: every column, and what it follows from."""

import dagster as dg
import pytest

from chess_assets.definitions import defs
from chess_assets.domain.schemas.tables import TABLES


@pytest.mark.parametrize("table", TABLES)
def test_columns(table: str) -> None:
    """The definition has every declared column with its description, where the UI reads them."""
    metadata = defs.resolve_asset_graph().get(dg.AssetKey(table)).metadata
    columns = metadata["dagster/column_schema"].columns
    assert [column.name for column in columns] == TABLES[table].columns.names
    assert all(column.description for column in columns)


@pytest.mark.parametrize("table", [name for name in TABLES if name != "raw_pgn_archives"])
def test_lineage(table: str) -> None:
    """Each column's lineage is in the definition, and leads to an asset that it depends on."""
    node = defs.resolve_asset_graph().get(dg.AssetKey(table))
    by_column = node.metadata["dagster/column_lineage"].deps_by_column
    assert set(by_column) == set(TABLES[table].columns.names)
    sources = {dep.asset_key for deps in by_column.values() for dep in deps}
    assert sources == set(node.parent_keys)
