"""How the assets with one file a player are made: a step that updates one player after another.

A player whose file fails doesn't stop the others. What each asset is, and how its file follows
from what is upstream, belongs in the asset's own module.
"""

from collections.abc import Callable, Iterator

from dagster import (
    AssetCheckResult,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    BackfillPolicy,
    MaterializeResult,
    ResourceParam,
    multi_asset,
)

from chess_assets.asset_checks import check_specs
from chess_assets.assets.partition_events import PartitionEvents
from chess_assets.domain.checks.check import Stored
from chess_assets.domain.lake.derived_file import update_from_file
from chess_assets.domain.lake.derived_table import Computation, NotComputed, SourceMissing
from chess_assets.domain.lake.lost_games import GamesMissing
from chess_assets.domain.lake.outage import NotAttempted, Outage
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.player_file import PlayerFile
from chess_assets.domain.outcomes import Done, Failed, Outcome
from chess_assets.domain.player_tables.all_months import UNMATCHED_GAMES
from chess_assets.domain.players import InvalidPlayerName
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import PLAYER_GAMES
from chess_assets.domain.sentences import file_sentence, unmatched_sentence
from chess_assets.domain.store import StoreError
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.io_managers.table_metadata import definition_metadata
from chess_assets.partitions import address_of, users
from chess_assets.run_range import partition_keys_of

FAILS_ITS_PLAYER_ONLY = (
    InvalidPlayerName,
    SourceMissing,
    GamesMissing,
    NotAttempted,
    NotComputed,
    UnreadableFile,
    StoreError,
)

Update = Callable[[ParquetIOManager, str], Done]
"""Brings one player's file up to date."""


def player_files(
    schema: TableSchema, update: Update, *, upstream: AssetKey, version: str, description: str
) -> AssetsDefinition:
    """Return the asset of a table with one file a player; it has the table's name.

    Args:
        schema: The table.
        update: Brings one player's file up to date.
        upstream: The asset whose partitions of the same user the file follows from.
        version: The computation's.
        description: What the UI says.
    """
    spec = AssetSpec(
        AssetKey(schema.name),
        deps=[upstream],
        description=description,
        group_name="players",
        kinds={"python", "parquet"},
        partitions_def=users,
        code_version=version,
        metadata=definition_metadata(schema),
    ).with_io_manager_key("lake")

    @multi_asset(
        name=schema.name,
        specs=[spec],
        check_specs=check_specs(spec.key),
        backfill_policy=BackfillPolicy.single_run(),
    )
    def step(
        context: AssetExecutionContext, lake: ResourceParam[ParquetIOManager]
    ) -> Iterator[MaterializeResult[None] | AssetCheckResult]:
        stored, outage = [], Outage()
        with PartitionEvents(context, called="players") as events:
            for user in partition_keys_of(context):
                outcome = _outcome(update, lake, user, outage)
                _log(context, user, outcome)
                if isinstance(outcome, Done):
                    events.land(spec.key, user, outcome)
                    stored.append(Stored(user, outcome.state.rows, outcome.state.facts))
                else:
                    events.fail(user, outcome.error)
            events.judge(spec.key, stored)
        yield from events.results()
        yield from events.check_results()

    return step


def player_summary(
    schema: TableSchema, computation: Computation, *, description: str
) -> AssetsDefinition:
    """Return the asset of a table that follows from each player's `player_games`.

    Args:
        schema: The table.
        computation: What is made of the games.
        description: What the UI says.
    """

    def update(lake: ParquetIOManager, user: str) -> Done:
        games = PlayerFile(lake.store, PLAYER_GAMES, user)
        return update_from_file(games, PlayerFile(lake.store, schema, user), computation)

    return player_files(
        schema,
        update,
        upstream=AssetKey(PLAYER_GAMES.name),
        version=computation.version,
        description=description,
    )


def _outcome(update: Update, lake: ParquetIOManager, key: str, outage: Outage) -> Outcome:
    try:
        outage.check()
        user, _ = address_of(key)
        return update(lake, user)
    except FAILS_ITS_PLAYER_ONLY as error:
        outage.note(error)
        return Failed(error)


def _log(context: AssetExecutionContext, user: str, outcome: Outcome) -> None:
    if isinstance(outcome, Failed):
        context.log.error(str(outcome.error))
        return
    context.log.info(file_sentence(user, outcome))
    state = outcome.state
    if unmatched := int(state.facts.get(UNMATCHED_GAMES, "0")):
        context.log.error(unmatched_sentence(user, unmatched, state.rows))
