"""`sync --positions`: a player's positions materialized, with a line for each month computed."""

import click
from dagster import Failure

from chess_assets.assets.positions import positions
from chess_assets.commands.materialize import materialize
from chess_assets.commands.workplace import Workplace
from chess_assets.domain.lake.outcomes import Action, Failed, PartitionOutcome
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.sentences import Tally, outcome_sentence
from chess_assets.partitions import partition_key
from chess_assets.resources.progress import Progress


class NoPositions(Exception):
    """A run that ended before every month had its turn; its message says why."""


class _Lines(Progress):
    """Prints each month that took work as soon as it is stored, and keeps the tally."""

    def __init__(self) -> None:
        self.tally = Tally(of="positions")

    def note(self, schema: TableSchema, outcome: PartitionOutcome) -> None:
        """Count a month, and print it unless it is up to date."""
        self.tally.add(outcome.outcome)
        done = outcome.outcome
        if isinstance(done, Failed) or done.action is not Action.KEPT:
            sentence = outcome_sentence(outcome, schema.rows_are)
            click.echo(sentence, err=isinstance(done, Failed))


def make_positions(workplace: Workplace, user: str, first: Month, last: Month) -> Tally:
    """Materialize the positions of a player's stored games, from `first` to `last`, in one run.

    Months that fail are in the tally.

    Raises:
        NoPositions: when the cores went away; the months printed before are stored.
    """
    lines = _Lines()
    keys = partition_key(user, first), partition_key(user, last)
    try:
        materialize(workplace, [positions.key], *keys, progress=lines)
    except Failure as error:
        if not lines.tally.partitions["failed"]:
            raise NoPositions(error.description) from error
    return lines.tally
