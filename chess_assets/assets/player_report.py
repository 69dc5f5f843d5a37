"""`player_report`: a page with a player's figures."""

from dagster import AssetIn, BackfillPolicy, asset

from chess_assets.domain.lake.partitioned_table import PartitionedTable, StoredPartitions
from chess_assets.domain.report import REPORT_VERSION
from chess_assets.domain.report.numbers.played import COLUMNS as REPORT_COLUMNS
from chess_assets.domain.report.stored_report import Reports
from chess_assets.io_managers.parquet import COLUMNS
from chess_assets.partitions import users
from chess_assets.resources.freshness import Clock


@asset(
    ins={"player_games": AssetIn(metadata={COLUMNS: [*REPORT_COLUMNS]})},
    partitions_def=users,
    code_version=REPORT_VERSION,
    group_name="players",
    kinds={"python", "html"},
    tags={"domain": "chess"},
    io_manager_key="lake",
    backfill_policy=BackfillPolicy.single_run(),
)
def player_report(player_games: StoredPartitions, clock: Clock) -> PartitionedTable:
    """One HTML page per player: `report.html` in the player's folder.

    Rating over time, results, openings, score against rating difference, time trouble, accuracy,
    activity, streaks, opponents. The page loads nothing from anywhere.

    From `player_games`, and only when its content or the report's program changed.
    """
    return Reports(player_games, clock.now)
