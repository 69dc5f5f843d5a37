"""The step that brings `raw_pgn_archives` and `games` up to date, a player's months in one run.

The two assets share a step so that a month is parsed and stored while the next one is fetched,
and so that `games` follows for every month that landed, even when another month of the run failed:
Dagster skips whole steps, never partitions. Either asset can be selected alone.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from dagster import (
    AssetCheckResult,
    AssetExecutionContext,
    BackfillPolicy,
    Config,
    MaterializeResult,
    ResourceParam,
    multi_asset,
)
from pydantic import Field

from chess_assets.asset_checks import check_specs
from chess_assets.assets.games import GAMES_KEY, games, games_replaying
from chess_assets.assets.month_events import MonthEvents
from chess_assets.assets.raw_pgn_archives import RAW_KEY, raw_pgn_archives
from chess_assets.assets.saved_indexes import save_indexes
from chess_assets.domain.checks.check import Stored
from chess_assets.domain.checks.stored_months import stored_months
from chess_assets.domain.games import REPLAYED_SHARE
from chess_assets.domain.lake.derived_table import DerivedTable
from chess_assets.domain.lake.outage import Outage
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import MonthOutcome
from chess_assets.domain.player_sync import sync_months
from chess_assets.domain.raw_archives.archive import RawPgnArchives
from chess_assets.domain.registry import PlayerRegistry, UnreadableRegistry
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import StoreError
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.partitions import months_by_player
from chess_assets.resources.chess_com import ChessComResource
from chess_assets.resources.freshness import Clock, FreshnessResource
from chess_assets.resources.progress import Progress
from chess_assets.run_range import partition_keys_of

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
    check_specs=check_specs(RAW_KEY, GAMES_KEY),
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
) -> Iterator[MaterializeResult[None] | AssetCheckResult]:
    """Fetch what is due of each player's months, parse what changed, judge what is stored."""
    computation = games_replaying(config.replayed_share)
    tables = []
    registry = PlayerRegistry(lake.store)
    followed = registry.players()
    with (
        MonthEvents(context) as events,
        chess_com.client(clock.now, lake.store, run_id=context.run.run_id) as client,
    ):
        outage = Outage()
        for user, months in _players(context, followed):
            raw = RawPgnArchives(
                lake.player_table(RAW_PGN_ARCHIVES, user),
                client,
                freshness.rule(),
                clock.now,
                is_refresh=config.refresh,
                followed=followed.get(user),
            )
            parsed = DerivedTable(raw.table, lake.player_table(GAMES, user), computation)
            tables.append(parsed)
            for outcome in _synced(context, registry, raw, parsed, months, outage):
                events.note(outcome)
                progress.note(outcome)
        events.judge(RAW_KEY, _stored((table.source, None) for table in tables))
        events.judge(GAMES_KEY, _stored((table.target, table.source) for table in tables))
    yield from events.results()
    yield from events.check_results()


def _players(
    context: AssetExecutionContext, followed: Iterable[str]
) -> list[tuple[str, list[Month]]]:
    """Return the run's players and months; a run of checks alone has all players, and no months."""
    if not context.selected_asset_keys:
        return [(user, []) for user in followed]
    return months_by_player(partition_keys_of(context))


def _stored(tables: Iterable[tuple[PlayerTable, PlayerTable | None]]) -> Iterator[Stored]:
    """Yield what checks know of tables, each with its source; what cannot be listed has failed."""
    for table, source in tables:
        with suppress(StoreError):
            yield from stored_months(table, source)


def _synced(
    context: AssetExecutionContext,
    registry: PlayerRegistry,
    raw: RawPgnArchives,
    parsed: DerivedTable,
    months: list[Month],
    outage: Outage,
) -> Iterator[MonthOutcome]:
    """Bring the selected ones of the two tables up to date; keep what was learnt, come what may."""
    selected = context.selected_asset_keys
    try:
        yield from sync_months(
            raw.table.user,
            months,
            raw=raw if RAW_KEY in selected else None,
            games=parsed if GAMES_KEY in selected else None,
            outage=outage,
        )
    finally:
        save_indexes(context, raw.table, parsed.target)
        _learn_uuid(context, registry, raw)


def _learn_uuid(
    context: AssetExecutionContext, registry: PlayerRegistry, raw: RawPgnArchives
) -> None:
    """Keep the account's uuid for the next run, which else finds it in the stored games."""
    followed, uuid = raw.account.followed, raw.account.uuid
    if followed is None or uuid is None or uuid == followed.uuid:
        return
    try:
        registry.learn_uuid(followed.name, followed.player_id, uuid)
    except (StoreError, UnreadableRegistry) as error:
        context.log.warning("The next run has to find the player's uuid again: %s", error)
