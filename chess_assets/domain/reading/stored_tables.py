"""The tables that a lake holds, each as one lazy dataset over all its files.

Opening one costs a LIST; reading it, only the files that a filter on `user` and `month` leaves.
Chosen partitions of one table belong in `lake.read_partitions`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.dataset as pads

from chess_assets.domain.lake.paths import month_in, partition_path
from chess_assets.domain.lake.verified_dataset import CannotRead, VerifiedFiles, verified_dataset
from chess_assets.domain.players import InvalidPlayerName
from chess_assets.domain.schemas.columns import column
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import Store

_USER = column("user", pa.string(), "The player followed, in lower case; from the path.")
_MONTH = column("month", pa.string(), "chess.com's month of the game, YYYY-MM; from the path.")


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table that the lake holds.

    Attributes:
        dataset: All its files; its columns are the declared ones, then `user`, then `month` where
            the table has months.
        failures: Why files could not be read; the errors of the dataset's readers do not say it.
    """

    dataset: pads.Dataset
    failures: list[CannotRead]


def stored_tables(store: Store, schemas: Iterable[TableSchema]) -> dict[str, StoredTable]:
    """Return, by its name, each of the tables that has files in the lake."""
    tables = {schema.name: _stored_table(store, schema) for schema in schemas}
    return {name: table for name, table in tables.items() if table is not None}


def _stored_table(store: Store, schema: TableSchema) -> StoredTable | None:
    listed = (info.key for info in store.list(f"{schema.name}/"))
    keys = [key for key in listed if _is_partition(schema.name, key)]
    if not keys:
        return None
    path_columns = [_USER, _MONTH] if any(map(month_in, keys)) else [_USER]
    failures: list[CannotRead] = []
    files = VerifiedFiles(store, schema, failures.append)
    dataset = verified_dataset(files, keys, schema.columns, pa.schema(path_columns))
    return StoredTable(dataset, failures)


def _is_partition(table: str, key: str) -> bool:
    """Whether a key is one that this program writes, and no file that somebody else put there."""
    user = key.removeprefix(f"{table}/user=").partition("/")[0]
    try:
        return key == partition_path(table, user, month_in(key))
    except InvalidPlayerName:
        return False
