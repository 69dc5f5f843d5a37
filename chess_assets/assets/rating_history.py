"""`rating_history`: a player's rating day by day, for each kind of game."""

from dagster import AssetIn, BackfillPolicy, asset

from chess_assets.domain.lake.partitioned_table import PartitionedTable, StoredPartitions
from chess_assets.domain.player_tables.rating_history import (
    RATED_COLUMNS,
    RATING_HISTORY_VERSION,
    rating_history_of,
)
from chess_assets.domain.schemas.tables import RATING_HISTORY
from chess_assets.io_managers.parquet import COLUMNS
from chess_assets.io_managers.table_metadata import definition_metadata
from chess_assets.partitions import users


@asset(
    ins={"player_games": AssetIn(metadata={COLUMNS: [*RATED_COLUMNS]})},
    partitions_def=users,
    code_version=RATING_HISTORY_VERSION,
    group_name="players",
    kinds={"python", "parquet"},
    tags={"domain": "chess"},
    metadata=definition_metadata(RATING_HISTORY),
    io_manager_key="lake",
    backfill_policy=BackfillPolicy.single_run(),
)
def rating_history(player_games: StoredPartitions) -> PartitionedTable:
    """One row per rules, time class and UTC day with rated games. Key: `rules, time_class, day`.

    First, last, highest and lowest rating of the day, games and score.
    """
    return player_games.map(rating_history_of)
