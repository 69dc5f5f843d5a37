"""Rows that an asset returned all at once, stored by partition."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.lake.computing import encoded, keep_or_replace, place_of
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.outcomes import Action, Done, PartitionOutcome
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import CONTENT_VERSION
from chess_assets.domain.lake.partitioned_table import PartitionedTable
from chess_assets.domain.schemas.table import SchemaMismatch, TableSchema

_SHOWN = 5


class ReturnedRows(PartitionedTable):
    """Rows of one partition, or of several that columns named like the dimensions tell apart.

    Args:
        rows: The rows.
        schema: The table.
        partitions: The run's partitions.

    Raises:
        SchemaMismatch: when the rows do not have the columns that their table declares, or name
            partitions that are not the run's.
    """

    def __init__(
        self, rows: pa.Table, schema: TableSchema, partitions: Mapping[str, Partition]
    ) -> None:
        parts = _parts(rows, schema.name, list(partitions.values()))
        self._parts = {partition: schema.enforce(part) for partition, part in parts.items()}

    def updates(
        self, target: LakeTable, partitions: Sequence[Partition], version: str
    ) -> Iterator[PartitionOutcome]:
        """Store each partition's rows unless they are stored; see `PartitionedTable`."""
        for partition in partitions:
            yield target.attempt(partition, partial(self._store, target, partition, version))

    def _store(self, target: LakeTable, partition: Partition, version: str) -> Done:
        """Store rows; their content version is a hash of the file that they make."""
        rows, schema = self._parts[partition], target.schema
        body = encoded(rows, schema, {}).body
        digest = hashlib.sha256(body + version.encode()).hexdigest()
        file = target.file(partition)
        metadata = {CONTENT_VERSION: digest, **place_of(schema, partition)}
        return keep_or_replace(
            file, digest, lambda: encoded(rows, schema, metadata), action=Action.STORED
        )


def _parts(
    rows: pa.Table, table: str, partitions: Sequence[Partition]
) -> dict[Partition, pa.Table]:
    """Return each partition's rows, without the columns of the dimensions."""
    if not partitions:
        return {}
    names = [name for name, _ in partitions[0].dimensions]
    given = [name for name in names if name in rows.column_names]
    if len(partitions) == 1 and not given:
        return {partitions[0]: rows}
    if len(given) < len(names):
        raise SchemaMismatch(
            f"{table}: rows of several partitions need the columns {' and '.join(names)}."
        )
    values = [rows[name].cast(pa.string()) for name in names]
    wanted = {tuple(value for _, value in each.dimensions) for each in partitions}
    found = set(zip(*(column.to_pylist() for column in values), strict=True))
    if unknown := found - wanted:
        raise SchemaMismatch(
            f"{table}: rows of partitions that are not the run's: "
            f"{sorted(unknown, key=repr)[:_SHOWN]}."
        )
    rest = rows.drop_columns(names)
    return {each: rest.filter(_is_of(each, values)) for each in partitions}


def _is_of(partition: Partition, columns: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Return which rows have a partition's values in the columns of its dimensions."""
    is_of = pc.equal(columns[0], partition.dimensions[0][1])
    for column, (_, value) in zip(columns[1:], partition.dimensions[1:], strict=True):
        is_of = pc.and_(is_of, pc.equal(column, value))
    return is_of
