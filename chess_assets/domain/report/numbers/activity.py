"""When the player plays: games a day, in UTC."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

_SHOWN_YEARS = 3


@dataclass(frozen=True, slots=True)
class Activity:
    """Games by day and by year.

    Attributes:
        by_day: The number of games on every day that has some.
        by_year: The number of games in every year from the first to the last, ascending.
    """

    by_day: dict[date, int]
    by_year: dict[int, int]

    @property
    def busiest(self) -> tuple[date, int]:
        """The day with the most games, the first of several, and their number."""
        day = max(self.by_day, key=lambda each: (self.by_day[each], -each.toordinal()))
        return day, self.by_day[day]

    @property
    def last_years(self) -> list[int]:
        """The last years of the history, the newest first."""
        return list(reversed(self.by_year))[:_SHOWN_YEARS]


def activity_of(games: pa.Table) -> Activity:
    """Count some games by day and by year."""
    days = games["end_time"].to_numpy().astype("datetime64[D]").tolist()
    by_day = Counter(days)
    by_year = Counter(day.year for day in days)
    years = range(min(by_year), max(by_year) + 1) if by_year else range(0)
    return Activity(dict(sorted(by_day.items())), {year: by_year[year] for year in years})
