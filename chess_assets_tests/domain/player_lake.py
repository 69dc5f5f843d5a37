"""A player's tables as runs bring them up to date, without Dagster: each call is a run of its own.

What an asset is given is what Dagster's partitions name: every month, stored or not.
"""

from collections.abc import Sequence

from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.outcomes import Done, Failed
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partitioned_table import PartitionedTable, StoredPartitions
from chess_assets.domain.months import FIRST_MONTH, Month, months_between
from chess_assets.domain.player_tables.all_months import player_games_of
from chess_assets.domain.player_tables.player_games import GAMES_COLUMNS, PLAYER_GAMES_VERSION
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, PLAYER_GAMES
from chess_assets.domain.store import Store

_LAST_MONTH = Month(2026, 12)


def all_months(
    store: Store, schema: TableSchema, user: str, columns: Sequence[str] | None = None
) -> StoredPartitions:
    """Return a player's months of a table, as an asset that follows it is given them."""
    months = months_between(FIRST_MONTH, _LAST_MONTH)
    partitions = {str(month): Partition.of_player(user, month) for month in months}
    return StoredPartitions(LakeTable(store, schema), partitions, columns)


def one_file(
    store: Store, schema: TableSchema, user: str, columns: Sequence[str] | None = None
) -> StoredPartitions:
    """Return a player's one file of a table, as an asset that follows it is given it."""
    return StoredPartitions(LakeTable(store, schema), {user: Partition.of_player(user)}, columns)


def update(
    made: PartitionedTable, store: Store, schema: TableSchema, partition: Partition, version: str
) -> Done:
    """Bring one partition of a table up to date with what an asset returned.

    Raises:
        Exception: why it failed.
    """
    table = LakeTable(store, schema)
    (updated,) = made.updates(table, [partition], version)
    table.save_indexes()
    assert updated.partition == partition
    if isinstance(updated.outcome, Failed):
        raise updated.outcome.error
    return updated.outcome


def update_player_games(store: Store, user: str) -> Done:
    """Bring a player's `player_games` up to date with the months of their `games`."""
    made = all_months(store, GAMES, user, GAMES_COLUMNS).combine(player_games_of)
    return update(made, store, PLAYER_GAMES, Partition.of_player(user), PLAYER_GAMES_VERSION)
