"""Many partitions of a table read as one: the rows at once, or a dataset that reads when asked.

A partition's dimensions are in the paths, not in the files: here they become columns.
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import ParquetPartition
from chess_assets.domain.lake.paths import file_path, table_prefix
from chess_assets.domain.lake.verified_dataset import VerifiedFiles, verified_dataset

if TYPE_CHECKING:
    import pyarrow.dataset as pads

_READERS = 8  # S3 answers in tens of milliseconds; more threads than this gain little
_LOG = logging.getLogger(__name__)


class PartitionMissing(LookupError):
    """A partition that was asked for by itself and is not stored."""

    def __init__(self, table: LakeTable, partition: Partition) -> None:
        uri = table.store.uri_of(file_path(table.schema.name, partition))
        super().__init__(f"{uri} does not exist: materialize {table.schema.name} for it first.")


def read_partition(
    table: LakeTable, partition: Partition, columns: Sequence[str] | None = None
) -> pa.Table | None:
    """Return one partition's rows, without its dimensions; None where it is not stored.

    Raises:
        UnreadableFile: when what is stored is no Parquet file of this partition.
    """
    stored = ParquetPartition(table.store, table.schema, partition).read(columns)
    return None if stored is None else stored[0]


def read_each(
    table: LakeTable, partitions: Mapping[str, Partition], columns: Sequence[str] | None = None
) -> dict[str, pa.Table]:
    """Return the rows of those of the partitions that are stored, by the given keys.

    Args:
        table: The table.
        partitions: The partitions wanted.
        columns: The columns wanted; None for all.
    """
    stored = _stored(table, partitions)
    if not stored:
        return {}
    with ThreadPoolExecutor(max_workers=min(_READERS, len(stored))) as readers:
        read = readers.map(lambda each: read_partition(table, each, columns), stored.values())
        return {key: rows for key, rows in zip(stored, read, strict=True) if rows is not None}


def read_partitions(
    table: LakeTable, partitions: Mapping[str, Partition], columns: Sequence[str] | None = None
) -> pa.Table:
    """Return those of the partitions that are stored as one table, ordered by dimension.

    Args:
        table: The table.
        partitions: The partitions wanted; what is not stored has no rows.
        columns: The columns wanted besides the dimensions; None for all.
    """
    read = read_each(table, partitions, columns)
    tables = [with_dimensions(rows, partitions[key]) for key, rows in read.items()]
    if not tables:
        kept = table.schema if columns is None else table.schema.select(columns)
        dimensions = next(iter(partitions.values()), Partition()).dimensions
        return with_dimensions(kept.empty(), Partition(dimensions))
    return pa.concat_tables(tables, promote_options="default")


def open_dataset(
    table: LakeTable,
    partitions: Mapping[str, Partition],
    columns: Sequence[str] | None = None,
    *,
    has_dimensions: bool = True,
) -> "pads.Dataset":
    """Return a dataset over those of the partitions that are stored; it reads when it is asked.

    Reading a damaged file raises pyarrow's own error, which names the file; the log says what to
    do about it.

    Args:
        table: The table.
        partitions: The partitions wanted; what is not stored has no rows.
        columns: The columns the dataset has besides the dimensions; None for all.
        has_dimensions: Whether the dimensions are columns.
    """
    stored = _stored(table, partitions)
    dimensions = next(iter(partitions.values()), Partition()).dimensions if has_dimensions else ()
    path_columns = pa.schema([(name, pa.string()) for name, _ in dimensions])
    keys = [file_path(table.schema.name, each) for each in stored.values()]
    kept = table.schema if columns is None else table.schema.select(columns)
    declared = _columns_of(table, keys, columns) if kept.declared is None else kept.declared
    files = VerifiedFiles(table.store, table.schema, lambda error: _LOG.error("%s", error))
    return verified_dataset(files, keys, declared, path_columns)


def _columns_of(table: LakeTable, keys: Sequence[str], columns: Sequence[str] | None) -> pa.Schema:
    """Return the columns of files whose table declares none: all that any of them has."""
    filesystem, root = table.store.filesystem()
    found = (pq.read_schema(f"{root}/{key}", filesystem=filesystem) for key in keys)
    unified = pa.unify_schemas([pa.schema([]), *found], promote_options="permissive")
    if columns is None:
        return unified
    return replace(table.schema, declared=unified).select(columns).columns


def with_dimensions(rows: pa.Table, partition: Partition) -> pa.Table:
    """Return a partition's rows with its dimensions as text columns behind them."""
    for name, value in partition.dimensions:
        rows = rows.append_column(name, pa.array([value] * rows.num_rows, pa.string()))
    return rows


def _stored(table: LakeTable, partitions: Mapping[str, Partition]) -> dict[str, Partition]:
    """Return those of the partitions that have a file, by one LIST of each folder above them."""
    ordered = sorted(partitions.items(), key=lambda item: item[1])
    paths = {key: file_path(table.schema.name, each) for key, each in ordered}
    if len(paths) == 1:
        (path,) = paths.values()
        return dict(partitions) if table.store.head(path) is not None else {}
    folders = {_folder_to_list(table, each) for each in partitions.values()}
    listed = {info.key for folder in folders for info in table.store.list(folder)}
    return {key: partitions[key] for key, path in paths.items() if path in listed}


def _folder_to_list(table: LakeTable, partition: Partition) -> str:
    """Return the first dimension's folder where there are more of them below, else the table's."""
    first = partition.dimensions[:1] if len(partition.dimensions) > 1 else ()
    return f"{table_prefix(table.schema.name)}{Partition(first).folder}"
