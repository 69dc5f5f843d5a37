"""The months chess.com files games under: calendar months of America/Los_Angeles, by end time.

Measured on 80,533 games: none is misplaced under this zone (676 are under UTC). Whether a month's
games have to be fetched belongs in `freshness`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo

CHESS_COM_TIMEZONE = "America/Los_Angeles"
_ZONE = ZoneInfo(CHESS_COM_TIMEZONE)
_TEXT = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])")  # every month read here has an end


class InvalidMonth(ValueError):
    """A text that is not a month of chess.com's archives."""

    def __init__(self, text: object) -> None:
        super().__init__(
            f"{ascii(text)[:40]} is not a month: write YYYY-MM, {FIRST_MONTH} or later."
        )


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One calendar month of chess.com's archives."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `YYYY-MM`.

        Raises:
            InvalidMonth: for any other text, and for months before chess.com's first games.
        """
        match = _TEXT.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise InvalidMonth(text)
        month = cls(int(match[1]), int(match[2]))
        if month < FIRST_MONTH:
            raise InvalidMonth(text)
        return month

    @classmethod
    def of(cls, instant: datetime) -> Self:
        """Return the month that a game ending at this (aware) instant is filed under."""
        local = instant.astimezone(_ZONE)
        return cls(local.year, local.month)

    @property
    def start(self) -> datetime:
        """The month's first instant, in UTC (07:00 or 08:00 on the 1st)."""
        return datetime(self.year, self.month, 1, tzinfo=_ZONE).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first instant after the month, in UTC."""
        return self.next().start

    def next(self) -> "Month":
        """Return the month after this one."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


FIRST_MONTH = Month(2007, 5)


def months_between(first: Month, last: Month) -> Iterator[Month]:
    """Yield the months from `first` to `last`, both included; none if `last` is before `first`."""
    month = first
    while month <= last:
        yield month
        month = month.next()
