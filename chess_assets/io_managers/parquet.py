"""The Parquet IO manager: everything but the choice of the store, which its factories make.

Assets that decide month by month what is due write through `player_table`, so that a range of 200
months never lies in memory at once; assets that return their rows have them stored by
`handle_output`. Both end in the same files.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
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
from chess_assets.io_managers.partition_metadata import add_partition_metadata
from chess_assets.io_managers.table_metadata import column_schema, table_metadata
from chess_assets.partitions import address_of
from chess_assets.run_range import require_partitions

if TYPE_CHECKING:
    import pandas as pd

_ATTEMPTS = 10
_SHOWN_STRANGE = 5
COLUMNS = "columns"


class ParquetIOManager(IOManager):
    """Stores and loads the partitions of the lake's tables.

    An asset's argument says by its annotation what it is given: `pa.Table`, `pd.DataFrame` or
    `pyarrow.dataset.Dataset` (lazy). A run of one partition gets its one partition as it was
    stored; everything else comes as one table with `user` and `month` columns, however many
    partitions it is. The input metadata `{"columns": [...]}` reads only those.

    Args:
        store: Where the lake is.
        tables: The tables it stores and loads, by the name of their asset.
    """

    def __init__(self, store: Store, tables: Mapping[str, TableSchema] = TABLES) -> None:
        self.store = store
        self._tables = tables

    def player_table(self, schema: TableSchema, user: str) -> PlayerTable:
        """Return one player's months of a table, for assets that decide what is due."""
        return PlayerTable(self.store, schema, user)

    def handle_output(self, context: OutputContext, obj: "pa.Table | pd.DataFrame") -> None:
        """Store the rows of the run's partition, or of each of its partitions.

        Rows of several partitions have the columns `user` and `month` (`user` alone where the
        asset has no months), which say which are whose; rows of one partition may.

        Raises:
            SchemaMismatch: when the rows do not have the columns that the table declares, or
                belong to partitions that are not the run's; nothing is stored then.
            Failure: when the run has no partitions.
        """
        schema = self._schema_of(context)
        step = context.step_context
        require_partitions(context.asset_partition_keys, step.run_tags, step.instance)
        keys = {address_of(key): key for key in context.asset_partition_keys}
        metadata: dict[str, dict[str, Any]] = {}
        for address, rows in _parts(schema, _as_table(obj, schema), list(keys)):
            path = partition_path(schema.name, *address)
            size_bytes = self._replace(path, rows)
            metadata[keys[address]] = {
                **table_metadata(rows.num_rows, size_bytes, self.store.uri_of(path)),
                # Whoever made the asset may not have declared the columns with it.
                "dagster/column_schema": column_schema(schema),
            }
        # The output's own metadata would be the same on all partitions of the run.
        add_partition_metadata(context.step_context, context.asset_key, metadata)

    def load_input(self, context: InputContext) -> Any:
        """Return the partitions that the input maps to, as the type its annotation names.

        Raises:
            PartitionMissing: when the partition of a run of one is not stored.
            SchemaMismatch: when the input metadata names columns that the table does not have.
            TypeError: for an annotation that is none of the three types.
        """
        import pandas as pd  # noqa: PLC0415 - loads only for those who load rows
        import pyarrow.dataset as pads  # noqa: PLC0415 - as above

        schema = self._schema_of(context)
        addresses = list(map(address_of, context.asset_partition_keys))
        columns: Sequence[str] | None = (context.definition_metadata or {}).get(COLUMNS)
        wanted = context.dagster_type.typing_type
        if wanted is pads.Dataset:
            return open_dataset(self.store, schema, addresses, columns)
        if wanted not in {pa.Table, pd.DataFrame, Any}:
            raise TypeError(
                f"{context.name}: annotate it as pa.Table, pd.DataFrame or pyarrow.dataset.Dataset,"
                f" not {wanted}."
            )
        if len(addresses) == 1 and context.has_partition_key:
            table = read_partition(self.store, schema, addresses[0], columns)
        else:
            table = read_partitions(self.store, schema, addresses, columns)
        return table.to_pandas() if wanted is pd.DataFrame else table

    def _schema_of(self, context: InputContext | OutputContext) -> TableSchema:
        name = "/".join(context.asset_key.path)
        if name not in self._tables:
            raise SchemaMismatch(f"{name} declares no columns: add it to domain/schemas/tables.py.")
        return self._tables[name]

    def _replace(self, path: str, rows: pa.Table) -> int:
        """Store rows whatever was there before; return the file's size in bytes."""
        body = encode(rows, {})
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


def _as_table(obj: "pa.Table | pd.DataFrame", schema: TableSchema) -> pa.Table:
    if isinstance(obj, pa.Table):
        return obj
    import pandas as pd  # noqa: PLC0415 - loads only for assets that return its frames

    if not isinstance(obj, pd.DataFrame):
        raise TypeError(
            f"{schema.name}: return a pa.Table or pd.DataFrame, not {type(obj).__name__}."
        )
    try:
        return pa.Table.from_pandas(obj, preserve_index=False)
    except pa.ArrowException as error:
        raise SchemaMismatch(f"{schema.name}: {error}") from error


def _parts(
    schema: TableSchema, table: pa.Table, addresses: Sequence[Address]
) -> list[tuple[Address, pa.Table]]:
    """Return each partition's rows, all of them checked before the first is stored."""
    by = ["user"] if addresses[0][1] is None else ["user", "month"]
    given = set(by) & set(table.column_names)
    if len(addresses) == 1 and not given:
        return [(addresses[0], schema.enforce(table))]
    if len(given) < len(by):
        raise SchemaMismatch(
            f"{schema.name}: rows of several partitions need the columns {' and '.join(by)}."
        )
    wanted = {(user, str(month))[: len(by)] for user, month in addresses}
    strange = set(zip(*(table[name].to_pylist() for name in by), strict=True)) - wanted
    if strange:
        raise SchemaMismatch(
            f"{schema.name}: rows of partitions that are not the run's: "
            f"{sorted(strange, key=repr)[:_SHOWN_STRANGE]}."
        )
    return [(each, schema.enforce(_rows_of(each, table).drop_columns(by))) for each in addresses]


def _rows_of(address: Address, table: pa.Table) -> pa.Table:
    user, month = address
    is_wanted = pc.equal(table["user"], user)
    if month is not None:
        is_wanted = pc.and_(is_wanted, pc.equal(table["month"], str(month)))
    return table.filter(is_wanted)
