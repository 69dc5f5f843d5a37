"""The Parquet IO manager: everything but the choice of the store, which its factories make.

Assets that decide month by month what is due write through `player_table`, so that a range of 200
months never lies in memory at once; assets that return their rows have them stored by
`handle_output`. Both end in the same files.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
from dagster import InputContext, IOManager, OutputContext

from chess_assets.domain.lake.parquet_file import encode
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.lake.read_partitions import (
    Address,
    open_dataset,
    read_partition,
    read_partitions,
)
from chess_assets.domain.schemas.table import SchemaMismatch, TableSchema
from chess_assets.domain.schemas.tables import TABLES
from chess_assets.domain.store import Conflict, Store
from chess_assets.io_managers.table_metadata import table_metadata
from chess_assets.partitions import address_of

_ATTEMPTS = 10
COLUMNS = "columns"


class ParquetIOManager(IOManager):
    """Stores and loads the partitions of the lake's tables.

    An asset's argument says by its annotation what it is given: `pa.Table`, `pd.DataFrame` or
    `pyarrow.dataset.Dataset` (lazy). One partition comes as it was stored; many come as one table
    with `user` and `month` columns. The input metadata `{"columns": [...]}` reads only those.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def player_table(self, schema: TableSchema, user: str) -> PlayerTable:
        """Return one player's months of a table, for assets that decide what is due."""
        return PlayerTable(self.store, schema, user)

    def handle_output(self, context: OutputContext, obj: pa.Table | pd.DataFrame) -> None:
        """Store the rows of the run's partition, or of each of its partitions.

        Raises:
            SchemaMismatch: when the rows do not have the columns that the table declares, or
                belong to partitions that are not the run's.
        """
        schema = _schema_of(context)
        table = _as_table(obj, schema)
        addresses = sorted(map(address_of, context.asset_partition_keys), key=str)
        size_bytes = rows = 0
        for address, part in _parts(schema, table, addresses):
            size_bytes += self._replace(partition_path(schema.name, *address), schema, part)
            rows += part.num_rows
        where = partition_path(schema.name, *addresses[0]) if len(addresses) == 1 else schema.name
        uri = self.store.uri_of(where)
        context.add_output_metadata(table_metadata(schema, rows, size_bytes, uri))

    def load_input(self, context: InputContext) -> Any:
        """Return the partitions that the input maps to, as the type its annotation names.

        Raises:
            PartitionMissing: when the only partition asked for is not stored.
            TypeError: for an annotation that is none of the three types.
        """
        schema = _schema_of(context)
        addresses = list(map(address_of, context.asset_partition_keys))
        columns: Sequence[str] | None = (context.definition_metadata or {}).get(COLUMNS)
        wanted = context.dagster_type.typing_type
        if wanted is pads.Dataset:
            return open_dataset(self.store, schema, addresses)
        if wanted not in {pa.Table, pd.DataFrame, Any}:
            raise TypeError(
                f"{context.name}: annotate it as pa.Table, pd.DataFrame or pyarrow.dataset.Dataset,"
                f" not {wanted}."
            )
        if len(addresses) == 1:
            table = read_partition(self.store, schema, addresses[0], columns)
        else:
            table = read_partitions(self.store, schema, addresses, columns)
        return table.to_pandas() if wanted is pd.DataFrame else table

    def _replace(self, path: str, schema: TableSchema, rows: pa.Table) -> int:
        """Store rows whatever was there before; return the file's size in bytes."""
        body = encode(schema.enforce(rows), {})
        for attempt in range(_ATTEMPTS):
            before = self.store.head(path)
            try:
                self.store.put(path, body, if_match=before.etag if before else None)
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                break
        return len(body)


def _schema_of(context: InputContext | OutputContext) -> TableSchema:
    name = "/".join(context.asset_key.path)
    if name not in TABLES:
        raise SchemaMismatch(f"{name} declares no columns: add it to domain/schemas/tables.py.")
    return TABLES[name]


def _as_table(obj: pa.Table | pd.DataFrame, schema: TableSchema) -> pa.Table:
    if isinstance(obj, pd.DataFrame):
        return pa.Table.from_pandas(obj, preserve_index=False)
    if isinstance(obj, pa.Table):
        return obj
    raise TypeError(f"{schema.name}: return a pa.Table or pd.DataFrame, not {type(obj).__name__}.")


def _parts(
    schema: TableSchema, table: pa.Table, addresses: Sequence[Address]
) -> Iterator[tuple[Address, pa.Table]]:
    """Yield each partition's rows; of several, `user` and `month` say which are whose."""
    if len(addresses) == 1:
        yield addresses[0], table
        return
    by = [name for name in ("user", "month") if name in table.column_names]
    given = set(zip(*(table[name].to_pylist() for name in by), strict=True)) if by else set()
    wanted = {(user, *([str(month)] if month else []))[: len(by)] for user, month in addresses}
    if not by or not given <= wanted:
        raise SchemaMismatch(
            f"{schema.name}: rows of several partitions need the columns user and month, and only "
            f"the run's own values in them; strange here: {sorted(given - wanted)[:5]}."
        )
    for user, month in addresses:
        mask = pc.equal(table["user"], user)
        if month is not None:
            mask = pc.and_(mask, pc.equal(table["month"], str(month)))
        yield (user, month), table.filter(mask).drop_columns(by)
