"""`sync`: a player's months materialized through Dagster, with a line a month as they land."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import click
from dagster import AssetKey, DagsterInstance, Failure

from chess_assets.assets.games import games
from chess_assets.assets.raw_pgn_archives import raw_pgn_archives
from chess_assets.commands.materialize import materialize
from chess_assets.commands.workplace import Workplace
from chess_assets.domain.lake.outcomes import Failed, PartitionOutcome
from chess_assets.domain.lake.paths import CHESS_COM_LEASE
from chess_assets.domain.month_ranges import ranges_of
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.domain.sentences import Tally, outcome_sentence
from chess_assets.domain.store import end_lease_of, lease_holder
from chess_assets.partitions import partition_key
from chess_assets.resources.chess_com import CHESS_COM_POOL
from chess_assets.resources.progress import Progress
from chess_assets.run_processes import end_abandoned_runs


class InvalidRange(ValueError):
    """A range of months that holds none."""


class ProgressLines(Progress):
    """Prints each raw month as soon as it is stored, and games that fail.

    Attributes:
        tally: What became of the raw months.
        landed: The raw months that are stored.
    """

    def __init__(self) -> None:
        self.tally = Tally()
        self.landed: list[Month] = []
        self._games_failed = 0

    @property
    def has_failed(self) -> bool:
        """Whether something of a month failed, in either table."""
        return bool(self.tally.partitions["failed"] or self._games_failed)

    def note(self, schema: TableSchema, outcome: PartitionOutcome) -> None:
        """Print a month and count it."""
        is_failed = isinstance(outcome.outcome, Failed)
        if schema.name == RAW_PGN_ARCHIVES.name:
            self.tally.add(outcome.outcome)
            if not is_failed and outcome.partition.month is not None:
                self.landed.append(outcome.partition.month)
        elif is_failed:
            self._games_failed += 1
        else:
            return
        click.echo(outcome_sentence(outcome, schema.rows_are), err=is_failed)


def sync(
    workplace: Workplace, user: str, first: Month, last: Month, *, is_refresh: bool = False
) -> ProgressLines:
    """Materialize a player's months from `first` to `last` in one Dagster run.

    Where a month fails, Dagster skips `games`: a second run makes those of the months that landed.
    The player has to be registered. Months that fail are in what is returned; everything else that
    goes wrong is raised, and the months printed before are stored.

    Raises:
        InvalidRange: when `last` is before `first` or in the future.
    """
    open_month = Month.of(workplace.clock.now())
    if first > last or last > open_month:
        raise InvalidRange(
            f"There is no month from {first} to {last}: "
            f"give a range that ends by the open month, {open_month}."
        )
    _end_abandoned_runs(workplace)
    lines = ProgressLines()
    assets = [raw_pgn_archives.key, games.key]
    config = {raw_pgn_archives.op.name: {"config": {"refresh": is_refresh}}}
    try:
        _materialize(workplace, assets, user, (first, last), lines, config)
    except Failure:
        if not lines.has_failed:
            raise
        if lines.tally.partitions["failed"]:
            _make_games(workplace, user, lines)
    return lines


def _make_games(workplace: Workplace, user: str, lines: ProgressLines) -> None:
    """Make the games of the months that landed, as contiguous ranges."""
    every = set(months_between(min(lines.landed), max(lines.landed))) if lines.landed else set()
    for span in ranges_of(lines.landed, but_not=every.difference(lines.landed)):
        with suppress(Failure):  # what failed was printed, and counts
            _materialize(workplace, [games.key], user, span, lines, {})


def _materialize(
    workplace: Workplace,
    assets: Sequence[AssetKey],
    user: str,
    span: tuple[Month, Month],
    lines: ProgressLines,
    config: Mapping[str, Any],
) -> None:
    first, last = (partition_key(user, month) for month in span)
    materialize(workplace, assets, first, last, progress=lines, ops=config)


def _end_abandoned_runs(workplace: Workplace) -> None:
    """End runs whose process is gone, and say whom this run has to wait for."""
    for run in end_abandoned_runs(workplace.instance):
        click.echo(f"An earlier run was killed and is ended now: {run.run_id}")
        end_lease_of(workplace.lake, CHESS_COM_LEASE, run.run_id)
    if _is_pool_taken(workplace.instance):
        holder = lease_holder(workplace.lake, CHESS_COM_LEASE)
        click.echo(
            f"Another run is asking chess.com{f' ({holder})' if holder else ''}; "
            "this one waits for its turn."
        )


def _is_pool_taken(instance: DagsterInstance) -> bool:
    """Whether another run is asking chess.com now, so that a new one has to wait."""
    storage = instance.event_log_storage
    if not storage.supports_global_concurrency_limits:
        return False
    return bool(storage.get_concurrency_info(CHESS_COM_POOL).claimed_slots)
