"""`player_games`: a player's games of all months in one file, from their side."""

from dagster import AssetIn, BackfillPolicy, asset

from chess_assets.domain.lake.partitioned_table import PartitionedTable, StoredPartitions
from chess_assets.domain.player_tables.all_months import player_games_of
from chess_assets.domain.player_tables.player_games import GAMES_COLUMNS, PLAYER_GAMES_VERSION
from chess_assets.domain.schemas.tables import PLAYER_GAMES
from chess_assets.io_managers.parquet import COLUMNS
from chess_assets.io_managers.table_metadata import definition_metadata
from chess_assets.partitions import users


@asset(
    ins={"games": AssetIn(metadata={COLUMNS: [*GAMES_COLUMNS]})},
    partitions_def=users,
    code_version=PLAYER_GAMES_VERSION,
    group_name="players",
    kinds={"python", "parquet"},
    tags={"domain": "chess"},
    metadata=definition_metadata(PLAYER_GAMES),
    io_manager_key="lake",
    backfill_policy=BackfillPolicy.single_run(),
)
def player_games(games: StoredPartitions) -> PartitionedTable:
    """One row per game, from the followed player's side. Key: `game_id`.

    Rating, opponent, outcome, opening, clock left; all months in one file, ascending by `end_time`.
    A game that several months list is there once. From `games`, and only when a month's content or
    the computation changed. The player is followed by uuid, through renames.
    """
    return games.combine(player_games_of)
