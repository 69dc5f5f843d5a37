"""What the UI shows of a table and its partitions: rows, bytes, place, columns."""

from typing import Any

from dagster import MetadataValue, TableColumn, TableColumnConstraints
from dagster import TableSchema as UiSchema

from chess_assets.domain.schemas.columns import description_of
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


def table_metadata(schema: TableSchema, rows: int, size_bytes: int, uri: str) -> dict[str, Any]:
    """Return the metadata of stored rows: `rows` and `size_bytes` of what lies at `uri`."""
    return {
        "dagster/partition_row_count": MetadataValue.int(rows),
        "dagster/uri": MetadataValue.text(uri),
        "dagster/column_schema": column_schema(schema),
        "size_bytes": MetadataValue.int(size_bytes),
    }
