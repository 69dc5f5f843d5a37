"""`positions`: every position of every game, computed where there are cores for it."""

from functools import partial

from dagster import AssetExecutionContext, AssetIn, BackfillPolicy, asset

from chess_assets.domain.lake.partitioned_table import PartitionedTable, StoredPartitions
from chess_assets.domain.positions import GAMES_COLUMNS, POSITIONS_VERSION, positions_from_games
from chess_assets.domain.schemas.tables import POSITIONS
from chess_assets.io_managers.parquet import COLUMNS
from chess_assets.io_managers.table_metadata import definition_metadata
from chess_assets.partitions import months_by_user
from chess_assets.resources.dask import DaskResource


@asset(
    ins={"games": AssetIn(metadata={COLUMNS: [*GAMES_COLUMNS]})},
    partitions_def=months_by_user,
    code_version=POSITIONS_VERSION,
    group_name="core",
    kinds={"python", "parquet", "dask"},
    tags={"domain": "chess"},
    metadata=definition_metadata(POSITIONS),
    io_manager_key="lake",
    backfill_policy=BackfillPolicy.single_run(),
)
def positions(
    context: AssetExecutionContext, games: StoredPartitions, dask: DaskResource
) -> PartitionedTable:
    """One row per position, with FEN, Zobrist key, material, clock. Key: `game_id, ply`.

    The start of each game, and what every ply made of it. From `games`, and only when a month's
    content or the computation changed. Nothing requests it by itself: it takes more room than all
    other tables. Many months are computed on all cores, or on a Dask cluster. Bughouse has no moves
    and so no positions.
    """
    return games.map(positions_from_games, workers=partial(dask.workers, context.run.run_id))
