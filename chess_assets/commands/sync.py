"""`sync`: a player's months materialized through Dagster, with a line a month as they land."""

import click
from dagster import AssetKey, DagsterInstance, Failure

from chess_assets.assets.games import GAMES_KEY
from chess_assets.assets.player_months import CHESS_COM_POOL, player_months
from chess_assets.assets.raw_pgn_archives import RAW_KEY
from chess_assets.commands.materialize import materialize
from chess_assets.commands.workplace import Workplace
from chess_assets.domain.lake.paths import CHESS_COM_LEASE
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import MonthOutcome
from chess_assets.domain.sentences import Tally, month_sentence
from chess_assets.domain.store import end_lease_of, lease_holder
from chess_assets.partitions import partition_key
from chess_assets.resources.progress import Progress
from chess_assets.run_processes import end_abandoned_runs

_SELECTED: list[AssetKey] = [RAW_KEY, GAMES_KEY]


class InvalidRange(ValueError):
    """A range of months that holds none."""


class ProgressLines(Progress):
    """Prints each month as soon as it is stored, and keeps the tally."""

    def __init__(self) -> None:
        self.tally = Tally()

    def note(self, outcome: MonthOutcome) -> None:
        """Print a month and count it."""
        self.tally.add(outcome)
        click.echo(month_sentence(outcome), err=outcome.error is not None)


def sync(
    workplace: Workplace, user: str, first: Month, last: Month, *, is_refresh: bool = False
) -> Tally:
    """Materialize a player's months from `first` to `last` in one Dagster run.

    The player has to be registered. Months that fail are in the tally; everything else that goes
    wrong is raised, and the months printed before are stored.

    Raises:
        InvalidRange: when `last` is before `first` or in the future.
    """
    open_month = Month.of(workplace.clock.now())
    if first > last or last > open_month:
        raise InvalidRange(
            f"There is no month from {first} to {last}: "
            f"give a range that ends by the open month, {open_month}."
        )
    for run in end_abandoned_runs(workplace.instance):
        click.echo(f"An earlier run was killed and is ended now: {run.run_id}")
        end_lease_of(workplace.lake, CHESS_COM_LEASE, run.run_id)
    if _is_pool_taken(workplace.instance):
        holder = lease_holder(workplace.lake, CHESS_COM_LEASE)
        click.echo(
            f"Another run is asking chess.com{f' ({holder})' if holder else ''}; "
            "this one waits for its turn."
        )
    lines = ProgressLines()
    try:
        materialize(
            workplace,
            _SELECTED,
            partition_key(user, first),
            partition_key(user, last),
            progress=lines,
            ops={player_months.op.name: {"config": {"refresh": is_refresh}}},
        )
    except Failure:
        if not lines.tally.months["failed"]:
            raise
    return lines.tally


def _is_pool_taken(instance: DagsterInstance) -> bool:
    """Whether another run is asking chess.com now, so that a new one has to wait."""
    storage = instance.event_log_storage
    if not storage.supports_global_concurrency_limits:
        return False
    return bool(storage.get_concurrency_info(CHESS_COM_POOL).claimed_slots)
