"""Two small tables, and runs of assets that store and load them in a lake of either kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pyarrow as pa

from chess_assets.domain.lake.parquet_file import decode, encode
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.columns import column
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import Store
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.partitions import USERS, months_by_user, partition_key, users

MAY, JUNE, JULY = Month(2022, 5), Month(2022, 6), Month(2022, 7)

MOVES = TableSchema(
    "moves",
    pa.schema(
        [
            column("game_id", pa.string(), "The game.", is_nullable=False),
            column("plies", pa.int32(), "How many plies it has."),
        ]
    ),
)
TOTALS = TableSchema("totals", pa.schema([column("games", pa.int32(), "How many games.")]))
SMALL_TABLES: Mapping[str, TableSchema] = {table.name: table for table in (MOVES, TOTALS)}

_QUIETLY = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

moves = dg.AssetSpec("moves", partitions_def=months_by_user)
totals = dg.AssetSpec("totals", partitions_def=users)


def moves_of(*game_ids: str) -> pa.Table:
    """Return rows of `moves`; a game's plies are the length of its id."""
    plies = [len(game_id) for game_id in game_ids]
    return MOVES.enforce(pa.table({"game_id": pa.array(game_ids, pa.string()), "plies": plies}))


@dataclass
class LakeRuns:
    """A lake, a Dagster instance that knows `users`, and runs of assets over them."""

    store: Store
    instance: dg.DagsterInstance
    tables: Mapping[str, TableSchema]

    def register(self, *names: str) -> None:
        """Add dynamic partitions, as the UI does: with any text."""
        self.instance.add_dynamic_partitions(USERS, list(names))

    def run(
        self, *assets: Any, key: str | None = None, span: tuple[str, str] | None = None
    ) -> dg.ExecuteInProcessResult:
        """Materialize assets for one partition, a span of them, or (with neither) unpartitioned."""
        ends = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
        return dg.materialize(
            assets,
            instance=self.instance,
            partition_key=key,
            tags=dict(zip(ends, span, strict=True)) if span else None,
            resources={"io_manager": ParquetIOManager(self.store, self.tables)},
            run_config=_QUIETLY,
            raise_on_error=False,
        )

    def stored(self, schema: TableSchema, user: str, month: Month | None = None) -> pa.Table:
        """Read one partition's file back."""
        key = partition_path(schema.name, user, month)
        found = self.store.get(key)
        assert found is not None, f"{key} is not stored"
        return decode(found.body, schema, where=key).table

    def put(
        self, schema: TableSchema, rows: pa.Table, user: str, month: Month | None = None
    ) -> None:
        """Store one partition's file, as an earlier run did."""
        body = encode(schema.enforce(rows), {})
        self.store.put(partition_path(schema.name, user, month), body, if_match=None)

    def keys(self) -> list[str]:
        """Return everything that is in the lake."""
        return [info.key for info in self.store.list("")]

    def files(self) -> list[str]:
        """Return the tables' files, without the indexes: caches of what they say."""
        return [key for key in self.keys() if not key.startswith("_index/")]


def span_of(user: str, first: Month, last: Month, *, last_user: str | None = None) -> Any:
    """Return the ends of a range of partitions."""
    return partition_key(user, first), partition_key(last_user or user, last)


def metadata_of(result: dg.ExecuteInProcessResult) -> dict[str, Mapping[str, Any]]:
    """Return each partition's metadata, as the UI shows it."""
    events: Iterable[Any] = result.get_asset_materialization_events()
    return {
        str(event.partition): {
            name: value.value for name, value in event.materialization.metadata.items()
        }
        for event in events
    }
