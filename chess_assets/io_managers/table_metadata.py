"""What the UI shows of a table and its partitions: columns and lineage, rows, bytes, place.

A table's columns are declared, so they belong to its definition: repeated in the event of each
partition they made half of the event log.
"""

import json
import re
from typing import Any

import pyarrow as pa
from dagster import (
    AssetKey,
    MarkdownMetadataValue,
    MetadataValue,
    TableColumn,
    TableColumnConstraints,
    TableColumnDep,
    TableColumnLineage,
)
from dagster import TableSchema as UiSchema

from chess_assets.domain.lake.outcomes import Done
from chess_assets.domain.lake.partition_file import PartitionState
from chess_assets.domain.report.stored_report import NUMBERS, PICTURES
from chess_assets.domain.schemas.columns import description_of
from chess_assets.domain.schemas.lineage import LINEAGES
from chess_assets.domain.schemas.table import TableSchema


def column_schema(columns: pa.Schema) -> UiSchema:
    """Return a table's columns, with their descriptions where declared, as the UI shows them."""
    return UiSchema(
        columns=[
            TableColumn(
                name=field.name,
                type=str(field.type),
                description=description_of(field),
                constraints=TableColumnConstraints(nullable=field.nullable),
            )
            for field in columns
        ]
    )


def definition_metadata(schema: TableSchema) -> dict[str, Any]:
    """Return what an asset's definition says of its table: the columns, and what they follow from.

    Dagster's open-source UI shows the columns; their lineage is there for what reads its API.
    """
    metadata: dict[str, Any] = {"dagster/column_schema": column_schema(schema.columns)}
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


def partition_metadata(schema: TableSchema, done: Done) -> dict[str, Any]:
    """Return what the event of a partition says: rows, bytes, place, what was done and counted."""
    state = done.state
    metadata: dict[str, Any] = {
        "dagster/partition_row_count": MetadataValue.int(state.rows),
        "dagster/uri": MetadataValue.text(state.uri),
        "size_bytes": MetadataValue.int(state.size_bytes),
        "action": done.action.value,
        "content_version": state.content_version,
        **{name: json.loads(state.facts[name]) for name in schema.counts if name in state.facts},
    }
    if NUMBERS in state.facts:
        metadata |= _report_metadata(state)
    if done.columns is not None:
        metadata["dagster/column_schema"] = column_schema(done.columns)
    if done.freshness is not None:
        metadata |= {
            "freshness": done.freshness.value,
            "fetched_at": state.facts["fetched_at"],
            "new_games": done.new,
            "unlisted_games": done.unlisted,
        }
    return metadata


def _report_metadata(state: PartitionState) -> dict[str, Any]:
    """Return the headline and the figures of a player's page, which the UI shows without it."""
    pictures = json.loads(state.facts[PICTURES])
    return {
        **json.loads(state.facts[NUMBERS]),
        **{_name(title): _image(title, png) for title, png in pictures.items()},
        "report": MetadataValue.path(state.uri),
    }


def _name(title: str) -> str:
    return re.sub(r"[^a-z]+", "_", title.lower())


def _image(title: str, png: str) -> MarkdownMetadataValue:
    """Return Markdown that is nothing but the picture; its title has no text from outside."""
    return MetadataValue.md(f"![{title}](data:image/png;base64,{png})")
