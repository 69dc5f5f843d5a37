"""The step that brings `raw_pgn_archives` and `games` up to date, a player's months in one run.

The two assets share a step so that a month is parsed and stored while the next one is fetched,
and so that `games` follows for every month that landed, even when another month of the run failed:
Dagster skips whole steps, never partitions. Either asset can be selected alone.
"""

from collections.abc import Iterator

from dagster import (
    AssetExecutionContext,
    BackfillPolicy,
    Config,
    MaterializeResult,
    ResourceParam,
    multi_asset,
)
from pydantic import Field

from chess_assets.assets.games import GAMES_KEY, games, games_replaying
from chess_assets.assets.month_events import MonthEvents
from chess_assets.assets.raw_pgn_archives import RAW_KEY, raw_pgn_archives
from chess_assets.domain.games import REPLAYED_SHARE
from chess_assets.domain.lake.derived_table import Computation, DerivedTable
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import MonthOutcome
from chess_assets.domain.player_sync import sync_months
from chess_assets.domain.raw_archives.archive import RawPgnArchives
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import StoreError
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.partitions import address_of, months_of_each_user
from chess_assets.resources.chess_com import ChessComResource
from chess_assets.resources.freshness import Clock, FreshnessResource
from chess_assets.resources.progress import Progress

CHESS_COM_POOL = "chess_com_api"


class PlayerMonthsConfig(Config):
    """What a run may be told."""

    refresh: bool = Field(
        default=False,
        description="Ask chess.com again for sealed and fresh months too (conditional requests).",
    )
    replayed_share: float = Field(
        default=REPLAYED_SHARE,
        ge=0,
        le=1,
        description=(
            "The share of the games that are typed by columns to play again with python-chess; "
            "where one disagrees, its whole month is typed game by game."
        ),
    )


@multi_asset(
    specs=[raw_pgn_archives, games],
    can_subset=True,
    backfill_policy=BackfillPolicy.single_run(),
    pool=CHESS_COM_POOL,
)
def player_months(
    context: AssetExecutionContext,
    config: PlayerMonthsConfig,
    chess_com: ChessComResource,
    freshness: FreshnessResource,
    clock: Clock,
    progress: ResourceParam[Progress],
    lake: ResourceParam[ParquetIOManager],
) -> Iterator[MaterializeResult[None]]:
    """Fetch what is due of each player's months, and parse what changed."""
    computation = games_replaying(config.replayed_share)
    with MonthEvents(context) as events, chess_com.client(clock.now) as client:
        for user, keys in months_of_each_user(context.partition_keys):
            raw = RawPgnArchives(
                lake.player_table(RAW_PGN_ARCHIVES, user),
                client,
                freshness.rule(),
                clock.now,
                is_refresh=config.refresh,
            )
            months = [month for _, month in map(address_of, keys) if month is not None]
            for outcome in _synced(context, lake, raw, computation, months):
                events.note(outcome)
                progress.note(outcome)
    yield from events.results()


def _synced(
    context: AssetExecutionContext,
    lake: ParquetIOManager,
    raw: RawPgnArchives,
    computation: Computation,
    months: list[Month],
) -> Iterator[MonthOutcome]:
    """Bring the selected ones of the two tables up to date; keep what was learnt, come what may."""
    user = raw.table.user
    parsed = DerivedTable(raw.table, lake.player_table(GAMES, user), computation)
    selected = context.selected_asset_keys
    try:
        yield from sync_months(
            user,
            months,
            raw=raw if RAW_KEY in selected else None,
            games=parsed if GAMES_KEY in selected else None,
        )
    finally:
        for table in (raw.table, parsed.target):
            _save_index(context, table)


def _save_index(context: AssetExecutionContext, table: PlayerTable) -> None:
    """Save what was learnt of a table; it is only a cache, so that a run never fails over it."""
    try:
        table.save_index()
    except StoreError as error:
        context.log.warning("The next run has to look at every file again: %s", error)
