"""`positions`: every position of every game, computed where there are cores for it."""

import json
from collections.abc import Iterator

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    BackfillPolicy,
    Failure,
    MaterializeResult,
    ResourceParam,
    multi_asset,
)

from chess_assets.assets.games import GAMES_KEY
from chess_assets.assets.partition_events import PartitionEvents
from chess_assets.assets.saved_indexes import save_indexes
from chess_assets.domain.lake.backlog import Backlog, WorkersGone
from chess_assets.domain.lake.derived_table import DerivedTable
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import Action, Done, TableOutcome
from chess_assets.domain.positions import FIRST_FAULTS, POSITIONS_VERSION
from chess_assets.domain.positions_table import POSITIONS_FROM_GAMES
from chess_assets.domain.schemas.tables import GAMES, POSITIONS
from chess_assets.domain.sentences import Tally, table_sentence
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.io_managers.table_metadata import definition_metadata
from chess_assets.partitions import months_by_player, months_by_user, partition_key
from chess_assets.resources.dask import DaskResource
from chess_assets.resources.progress import Progress
from chess_assets.run_range import partition_keys_of

POSITIONS_KEY = AssetKey(POSITIONS.name)

_SPEC = AssetSpec(
    POSITIONS_KEY,
    deps=[GAMES_KEY],
    description=(
        "One row a position: the start of each game and what every ply made of it, with FEN, "
        "Zobrist key, material, clock. Key: `game_id, ply`.\n\n"
        "From `games`, and only when a month's content or the computation changed. It is the one "
        "table that takes a rules engine, so nothing asks for it by itself; many months are "
        "computed on all cores, or on a Dask cluster. Bughouse has no moves and so no positions."
    ),
    group_name="core",
    kinds={"python", "parquet", "dask"},
    partitions_def=months_by_user,
    code_version=POSITIONS_VERSION,
    metadata=definition_metadata(POSITIONS),
).with_io_manager_key("lake")


@multi_asset(name=POSITIONS.name, specs=[_SPEC], backfill_policy=BackfillPolicy.single_run())
def positions(
    context: AssetExecutionContext,
    dask: DaskResource,
    progress: ResourceParam[Progress],
    lake: ResourceParam[ParquetIOManager],
) -> Iterator[MaterializeResult[None]]:
    """Bring the positions of each player's months up to date with the games."""
    tally = Tally(of="positions")
    with PartitionEvents(context, called="months") as events:
        months = months_by_player(partition_keys_of(context))
        tables = [(positions_table(lake, user), of_user) for user, of_user in months]
        try:
            for outcome in _updated(context, tables, dask):
                _note(context, events, outcome)
                tally.add_table(outcome)
                progress.note_table(outcome)
        except WorkersGone as error:
            raise Failure(f"{tally.sentence()}. {error}") from error
        finally:
            for table, _ in tables:
                save_indexes(context, table.source, table.target)
    context.log.info(tally.sentence())
    yield from events.results()


def _updated(
    context: AssetExecutionContext,
    tables: list[tuple[DerivedTable, list[Month]]],
    dask: DaskResource,
) -> Iterator[TableOutcome]:
    """Yield what is as it should be, then each month as soon as it is computed and stored."""
    backlog = Backlog()
    for table, months in tables:
        backlog.add(table, months)
    yield from backlog.settled
    with dask.workers(backlog, context.run.run_id) as workers:
        if backlog.due:
            count, games = len(backlog.due), f"{backlog.source_rows:,}"
            context.log.info("%d months of %s games to compute %s", count, games, workers)
        yield from backlog.work_off(workers)


def positions_table(lake: ParquetIOManager, user: str) -> DerivedTable:
    """Return a player's months of positions, as they follow from the stored games."""
    source, target = lake.player_table(GAMES, user), lake.player_table(POSITIONS, user)
    return DerivedTable(source, target, POSITIONS_FROM_GAMES)


def _note(context: AssetExecutionContext, events: PartitionEvents, noted: TableOutcome) -> None:
    """Log a month, unless nothing was due, and keep it for the events."""
    key = partition_key(noted.user, noted.month)
    sentence = table_sentence(noted, "positions")
    if isinstance(noted.outcome, Done):
        events.land(POSITIONS_KEY, key, noted.outcome)
        if noted.outcome.action is not Action.KEPT:
            context.log.info(sentence)
            _warn_of_faults(context, noted, noted.outcome)
    else:
        events.fail(key, noted.outcome.error)
        context.log.error(sentence)


def _warn_of_faults(context: AssetExecutionContext, noted: TableOutcome, done: Done) -> None:
    for fault in json.loads(done.state.facts.get(FIRST_FAULTS, "[]")):
        context.log.warning("%s %s  %s", noted.user, noted.month, fault)
