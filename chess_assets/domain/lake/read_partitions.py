"""Many partitions of a table read as one: the rows at once, or a dataset that reads when asked.

`user` and `month` are in the paths, not in the files: here they become columns. One player's
months for a run that decides about them belong in `player_table`.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pyarrow as pa

from chess_assets.domain.lake.parquet_file import decode
from chess_assets.domain.lake.paths import partition_path, player_prefix
from chess_assets.domain.lake.placement import check_place
from chess_assets.domain.lake.verified_dataset import VerifiedFiles, verified_dataset
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import Store

if TYPE_CHECKING:
    import pyarrow.dataset as pads

Address = tuple[str, Month | None]

_READERS = 8  # S3 answers in tens of milliseconds; more threads than this gain little
_LOG = logging.getLogger(__name__)
_USER = pa.field("user", pa.string())
_MONTH = pa.field("month", pa.string())


class PartitionMissing(LookupError):
    """A partition that was asked for by itself and is not stored."""


def read_partition(
    store: Store, schema: TableSchema, address: Address, columns: Sequence[str] | None = None
) -> pa.Table:
    """Return one partition's rows, without `user` and `month`.

    Raises:
        PartitionMissing: when it is not stored.
        UnreadableFile: when what is stored is no Parquet file of this partition.
    """
    path = partition_path(schema.name, *address)
    stored = store.get(path)
    if stored is None:
        raise PartitionMissing(
            f"{store.uri_of(path)} is not there: materialize {schema.name} for it first."
        )
    file = decode(stored.body, schema, columns, where=store.uri_of(path))
    check_place(file.facts, schema.name, *address, where=store.uri_of(path))
    return file.table


def read_partitions(
    store: Store,
    schema: TableSchema,
    addresses: Iterable[Address],
    columns: Sequence[str] | None = None,
) -> pa.Table:
    """Return those of the partitions that are stored as one table, by user and month.

    Args:
        store: Where the lake is.
        schema: The table.
        addresses: The partitions wanted; what is not stored has no rows.
        columns: The columns wanted besides `user` and `month`; None for all.
    """
    wanted = list(addresses)
    stored = _stored_among(store, schema, wanted)
    if not stored:
        month = next((month for _, month in wanted), None)
        kept = schema if columns is None else schema.select(columns)
        return _with_address(kept.empty(), ("", month))
    with ThreadPoolExecutor(max_workers=min(_READERS, len(stored))) as readers:
        tables = list(readers.map(lambda a: read_partition(store, schema, a, columns), stored))
    return pa.concat_tables([_with_address(t, a) for t, a in zip(tables, stored, strict=True)])


def open_dataset(
    store: Store,
    schema: TableSchema,
    addresses: Iterable[Address],
    columns: Sequence[str] | None = None,
) -> "pads.Dataset":
    """Return a dataset over those of the partitions that are stored; it reads when it is asked.

    Reading a damaged file raises pyarrow's own error, which names the file; the log says what to
    do about it.

    Args:
        store: Where the lake is.
        schema: The table.
        addresses: The partitions wanted; what is not stored has no rows.
        columns: The columns the dataset has besides `user` and `month`; None for all.
    """
    wanted = list(addresses)
    path_columns = [_USER] if wanted and wanted[0][1] is None else [_USER, _MONTH]
    kept = schema if columns is None else schema.select(columns)
    keys = (
        partition_path(schema.name, *address) for address in _stored_among(store, schema, wanted)
    )
    files = VerifiedFiles(store, schema, lambda error: _LOG.error("%s", error))
    return verified_dataset(files, keys, kept.columns, pa.schema(path_columns))


def _stored_among(store: Store, schema: TableSchema, addresses: Iterable[Address]) -> list[Address]:
    wanted: dict[str, set[Month | None]] = defaultdict(set)
    for user, month in addresses:
        wanted[user].add(month)
    return [address for user in sorted(wanted) for address in _stored(store, schema, user, wanted)]


def _stored(
    store: Store, schema: TableSchema, user: str, wanted: dict[str, set[Month | None]]
) -> list[Address]:
    listed: Collection[str] = {info.key for info in store.list(player_prefix(schema.name, user))}
    months = sorted(wanted[user], key=str)
    return [(user, m) for m in months if partition_path(schema.name, user, m) in listed]


def _with_address(table: pa.Table, address: Address) -> pa.Table:
    user, month = address
    table = table.append_column(_USER, pa.array([user] * table.num_rows, pa.string()))
    if month is None:
        return table
    return table.append_column(_MONTH, pa.array([str(month)] * table.num_rows, pa.string()))
