"""`opening_repertoire`: what a player plays with each colour, and how it goes."""

from dagster import AssetIn, BackfillPolicy, asset

from chess_assets.domain.lake.partitioned_table import PartitionedTable, StoredPartitions
from chess_assets.domain.player_tables.opening_repertoire import (
    OPENING_REPERTOIRE_VERSION,
    PLAYED_COLUMNS,
    opening_repertoire_of,
)
from chess_assets.domain.schemas.tables import OPENING_REPERTOIRE
from chess_assets.io_managers.parquet import COLUMNS
from chess_assets.io_managers.table_metadata import definition_metadata
from chess_assets.partitions import users


@asset(
    ins={"player_games": AssetIn(metadata={COLUMNS: [*PLAYED_COLUMNS]})},
    partitions_def=users,
    code_version=OPENING_REPERTOIRE_VERSION,
    group_name="players",
    kinds={"python", "parquet"},
    tags={"domain": "chess"},
    metadata=definition_metadata(OPENING_REPERTOIRE),
    io_manager_key="lake",
    backfill_policy=BackfillPolicy.single_run(),
)
def opening_repertoire(player_games: StoredPartitions) -> PartitionedTable:
    """One row per colour, opening family and ECO code. Key: `is_white, opening_family, eco`.

    Of the player's games of standard chess: games, wins, draws, losses, score and performance
    rating (Elo's formula solved for the rating).
    """
    return player_games.map(opening_repertoire_of)
