"""Many months of derived tables brought up to date at once, wherever there is somebody to do it.

What is as it should be is told apart from what is due without reading any rows. What is due goes
to workers as bytes, and comes back as the bytes of a file, which is stored here. Who the workers
are is for whoever has some: `Here` is this process.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from chess_assets.domain.lake.derived_table import (
    DerivedTable,
    MonthWork,
    NotComputed,
    OtherVersion,
    SourceMissing,
)
from chess_assets.domain.lake.lost_games import GamesMissing
from chess_assets.domain.lake.outage import NotAttempted, Outage
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.row_groups import EncodedFile
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import Done, Failed, TableOutcome
from chess_assets.domain.store import Conflict, StoreError

_FAILS_ITS_MONTH_ONLY = (
    UnreadableFile,
    SourceMissing,
    GamesMissing,
    NotComputed,
    OtherVersion,
    StoreError,
)

Result = EncodedFile | Exception
"""What came of a month's work: the file, or what it stumbled over."""


class WorkersGone(Exception):
    """There is nobody left to do the work; its message is a sentence for the user."""


class NotDone(Exception):
    """A month's work that workers did not get to the end of; its message is a sentence."""


class Workers(Protocol):
    """Where months are computed."""

    def results(self, works: Iterable[MonthWork]) -> Iterator[tuple[MonthWork, Result]]:
        """Do the work, in any order, yielding each result as it comes.

        Args:
            works: Taken one by one, only so many ahead as can be worked on.

        Raises:
            WorkersGone: when what was taken and not yielded will not be done.
        """
        ...


def attempt(work: MonthWork) -> Result:
    """Do a month's work; what it stumbles over is a result too."""
    try:
        return work.file()
    except Exception as error:  # noqa: BLE001 - whatever a month stumbles over is its own
        return error


class Here:
    """This process: one month after another."""

    def __str__(self) -> str:
        return "in this process"

    def results(self, works: Iterable[MonthWork]) -> Iterator[tuple[MonthWork, Result]]:
        """Do the work, in order."""
        for work in works:
            yield work, attempt(work)


class Backlog:
    """Months that are to be brought up to date.

    Attributes:
        settled: Months that need no work: they are current, or cannot be computed.
        due: Months that do, with the table they belong to.
        source_rows: How many rows there are upstream of what is due.
    """

    def __init__(self) -> None:
        self.settled: list[TableOutcome] = []
        self.due: list[tuple[DerivedTable, Month]] = []
        self.source_rows = 0
        self._outage = Outage()

    def add(self, table: DerivedTable, months: Iterable[Month]) -> None:
        """Look which of a player's months are due: one LIST and one GET a table, no rows read."""
        for month in months:
            try:
                self._outage.check()
                kept = table.kept(month)
                source = table.source.state(month)
            except (UnreadableFile, StoreError, NotAttempted) as error:
                self._outage.note(error)
                self._settle(table, month, Failed(error))
                continue
            if kept is not None:
                self._settle(table, month, kept)
            else:
                self.due.append((table, month))
                self.source_rows += source.rows if source is not None else 0

    def work_off(self, workers: Workers) -> Iterator[TableOutcome]:
        """Let workers do what is due, yielding each month's outcome as soon as it is stored.

        Raises:
            WorkersGone: when nobody is left to work; months yielded before are stored.
        """
        tables = {(table.target.user, month): table for table, month in self.due}
        unread: list[TableOutcome] = []
        for work, result in workers.results(self._works(unread)):
            table = tables[work.user, work.month]
            outcome = _outcome(table, work, result)
            self._note(table, outcome)
            yield TableOutcome(work.user, work.month, outcome)
        yield from unread

    def _works(self, unread: list[TableOutcome]) -> Iterator[MonthWork]:
        """Read what is due, one month at a time; what cannot be computed is set aside."""
        for table, month in self.due:
            try:
                self._outage.check()
                yield table.work(month)
            except (*_FAILS_ITS_MONTH_ONLY, NotAttempted) as error:
                failed = Failed(error)
                self._note(table, failed)
                unread.append(TableOutcome(table.target.user, month, failed))

    def _note(self, table: DerivedTable, outcome: Done | Failed) -> None:
        error = outcome.error if isinstance(outcome, Failed) else None
        self._outage.note(error, table.target.try_a_write)

    def _settle(self, table: DerivedTable, month: Month, outcome: Done | Failed) -> None:
        self.settled.append(TableOutcome(table.target.user, month, outcome))


def _outcome(table: DerivedTable, work: MonthWork, result: Result) -> Done | Failed:
    try:
        if isinstance(result, EncodedFile):
            return _stored(table, work, result)
    except _FAILS_ITS_MONTH_ONLY as error:
        return Failed(error)
    if isinstance(result, (UnreadableFile, NotDone)):
        return Failed(result)
    return Failed(table.not_computed(work.month, result))


def _stored(table: DerivedTable, work: MonthWork, file: EncodedFile) -> Done:
    try:
        return table.store(work, file)
    except Conflict:  # rare, and known to be current most of the time: no reason to go far
        table.target.look_again(work.month)
        return table.update(work.month)
