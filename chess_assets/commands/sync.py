"""`sync`: a player's months materialized through Dagster, with a line a month as they land."""

import click
from dagster import (
    AssetKey,
    DagsterExecutionInterruptedError,
    DagsterUserCodeExecutionError,
    Definitions,
    Failure,
)

from chess_assets.assets.games import GAMES_KEY
from chess_assets.assets.player_months import player_months
from chess_assets.assets.raw_pgn_archives import RAW_KEY
from chess_assets.commands.abandoned_runs import (
    end_abandoned_runs,
    is_pool_taken,
    process_tags,
)
from chess_assets.commands.workplace import Workplace
from chess_assets.definitions import build_defs
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import MonthOutcome
from chess_assets.domain.sentences import Tally, month_sentence
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.partitions import partition_key
from chess_assets.resources.progress import Progress

_SELECTED: list[AssetKey] = [RAW_KEY, GAMES_KEY]
_RANGE_START = "dagster/asset_partition_range_start"
_RANGE_END = "dagster/asset_partition_range_end"


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
    end_abandoned_runs(workplace.instance)
    if is_pool_taken(workplace.instance):
        click.echo("Another run is asking chess.com; this one waits for its turn.")
    lines = ProgressLines()
    job = _definitions(workplace, lines).resolve_implicit_global_asset_job_def()
    try:
        job.execute_in_process(
            instance=workplace.instance,
            asset_selection=_SELECTED,
            tags={
                _RANGE_START: partition_key(user, first),
                _RANGE_END: partition_key(user, last),
                **process_tags(),
            },
            run_config={
                "ops": {player_months.op.name: {"config": {"refresh": is_refresh}}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
        )
    except DagsterExecutionInterruptedError as error:
        raise KeyboardInterrupt from error
    except Failure:
        if not lines.tally.months["failed"]:
            raise
    except DagsterUserCodeExecutionError as error:
        raise error.user_exception from error
    return lines.tally


def _definitions(workplace: Workplace, progress: Progress) -> Definitions:
    return build_defs(
        {
            "lake": ParquetIOManager(workplace.lake),
            "chess_com": workplace.chess_com,
            "freshness": workplace.freshness,
            "clock": workplace.clock,
            "progress": progress,
        }
    )
