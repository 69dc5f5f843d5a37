"""Who is told of each month as soon as it is stored: nobody, unless a way in wants to know."""

from chess_assets.domain.outcomes import MonthOutcome, TableOutcome


class Progress:
    """Told of every month's outcome while a run goes on; the command line overrides it."""

    def note(self, outcome: MonthOutcome) -> None:
        """Take notice of a month; here, none: the run's log says what matters."""

    def note_table(self, outcome: TableOutcome) -> None:
        """Take notice of a month of one table; here, none."""
