"""Outcomes of months as events of `raw_pgn_archives` and `games`, and as lines of the run's log."""

from collections.abc import Iterator

from dagster import AssetExecutionContext, MaterializeResult

from chess_assets.assets.games import GAMES_KEY
from chess_assets.assets.partition_events import PartitionEvents
from chess_assets.assets.raw_pgn_archives import RAW_KEY
from chess_assets.domain.outcomes import Action, Done, MonthOutcome
from chess_assets.domain.sentences import Tally, month_sentence
from chess_assets.partitions import partition_key


class MonthEvents(PartitionEvents):
    """Collects a run's outcomes; use it as a context manager around the work."""

    def __init__(self, context: AssetExecutionContext) -> None:
        super().__init__(context, called="months")
        self._tally = Tally()

    def note(self, outcome: MonthOutcome) -> None:
        """Log an outcome, unless nothing was due, and keep it for the events."""
        self._tally.add(outcome)
        key = partition_key(outcome.user, outcome.month)
        for asset_key, part in ((RAW_KEY, outcome.raw), (GAMES_KEY, outcome.games)):
            if isinstance(part, Done):
                self.land(asset_key, key, part)
        if outcome.error is not None:
            self.fail(key, outcome.error)
            self._context.log.error(month_sentence(outcome))
        elif not _is_kept(outcome):
            self._context.log.info(month_sentence(outcome))

    def results(self) -> Iterator[MaterializeResult[None]]:
        """Yield the results of the selected assets, after a line that sums the run up.

        Raises:
            Failure: naming every month that failed, after reporting those that landed.
        """
        self._context.log.info(self._tally.sentence())
        yield from super().results()


def _is_kept(outcome: MonthOutcome) -> bool:
    parts = [each for each in (outcome.raw, outcome.games) if isinstance(each, Done)]
    return all(each.action is Action.KEPT for each in parts)
