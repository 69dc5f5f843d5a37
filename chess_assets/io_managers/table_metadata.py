"""What the UI shows of a table and its partitions: columns and lineage, rows, bytes, place.

A table's columns are declared, so they belong to its definition: repeated in the event of each
partition they made half of the event log.
"""

from typing import Any

from dagster import (
    AssetKey,
    MetadataValue,
    TableColumn,
    TableColumnConstraints,
    TableColumnDep,
    TableColumnLineage,
)
from dagster import TableSchema as UiSchema

from chess_assets.domain.schemas.columns import description_of
from chess_assets.domain.schemas.lineage import LINEAGES
from chess_assets.domain.schemas.table import TableSchema


def column_schema(schema: TableSchema) -> UiSchema:
    """Return a table's declared columns, with their descriptions, as the UI shows them."""
    return UiSchema(
        columns=[
            TableColumn(
                name=field.name,
                type=str(field.type),
                description=description_of(field),
                constraints=TableColumnConstraints(nullable=field.nullable),
            )
            for field in schema.columns
        ]
    )


def definition_metadata(schema: TableSchema) -> dict[str, Any]:
    """Return what an asset's definition says of its table: the columns, and what they follow from.

    Dagster's open-source UI shows the columns; their lineage is there for what reads its API.
    """
    metadata: dict[str, Any] = {"dagster/column_schema": column_schema(schema)}
    lineage = LINEAGES.get(schema.name)
    if lineage is not None:
        source = AssetKey(lineage.source)
        metadata["dagster/column_lineage"] = TableColumnLineage(
            {
                column: [TableColumnDep(source, each) for each in sources]
                for column, sources in lineage.columns.items()
            }
        )
    return metadata


def table_metadata(rows: int, size_bytes: int, uri: str) -> dict[str, Any]:
    """Return the metadata of stored rows: `rows` and `size_bytes` of what lies at `uri`."""
    return {
        "dagster/partition_row_count": MetadataValue.int(rows),
        "dagster/uri": MetadataValue.text(uri),
        "size_bytes": MetadataValue.int(size_bytes),
    }
