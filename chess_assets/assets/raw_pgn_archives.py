"""`raw_pgn_archives`: what chess.com sent, merged so that a game once seen is never lost."""

from functools import partial

from dagster import AssetExecutionContext, BackfillPolicy, Config, asset
from pydantic import Field

from chess_assets.domain.lake.partitioned_table import PartitionedTable
from chess_assets.domain.raw_archives.fetched_months import FetchedMonths
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.io_managers.table_metadata import definition_metadata
from chess_assets.partitions import months_by_user
from chess_assets.resources.chess_com import CHESS_COM_POOL, ChessComResource
from chess_assets.resources.freshness import Clock, FreshnessResource


class RawConfig(Config):
    """What a run of `raw_pgn_archives` may be told."""

    refresh: bool = Field(
        default=False,
        description="Ask chess.com again for sealed and fresh months too (conditional requests).",
    )


@asset(
    deps=["chess_com"],
    partitions_def=months_by_user,
    group_name="raw",
    kinds={"python", "parquet"},
    tags={"domain": "chess", "source": "chess_com"},
    metadata=definition_metadata(RAW_PGN_ARCHIVES),
    io_manager_key="lake",
    pool=CHESS_COM_POOL,
    # One run per player and range: 72 months as runs of their own took 16 times the CPU.
    backfill_policy=BackfillPolicy.single_run(),
)
def raw_pgn_archives(
    context: AssetExecutionContext,
    config: RawConfig,
    chess_com: ChessComResource,
    freshness: FreshnessResource,
    clock: Clock,
) -> PartitionedTable:
    """One row per game, as chess.com sent it. Key: `game_id`.

    From the monthly archives of chess.com's Published-Data API. A month is requested when it is
    missing or stale; sealed and fresh months are reported without a request. Games seen once stay,
    with `is_listed` false when chess.com no longer sends them.
    """
    client = partial(chess_com.client, clock.now, run_id=context.run.run_id)
    return FetchedMonths(client, freshness.rule(), clock.now, is_refresh=config.refresh)
