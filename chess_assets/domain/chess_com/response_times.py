"""When a response was sent, by two clocks: this machine's, and the server's `Date` and `Age`.

This machine's clock may be wrong, and the headers may hold anything. So the earlier of the two
counts: a month that is taken for fetched too early is fetched once more, one that is taken for
fetched too late would be sealed while it still grows (issue 10: 402 of 462 games never came).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

CLOCK_TOLERANCE = timedelta(minutes=5)
"""By how much this clock and the server's may differ without a word."""

_LONGEST_HEADER = 64
_AGE = re.compile(r"[0-9]{1,9}", re.ASCII)
# Outside of these no clock of chess.com's can be: such a Date counts as none. Were 1970 believed,
# no month would ever be sealed; beyond 3000 sums of times would overflow.
_EARLIEST = datetime(2007, 5, 1, tzinfo=UTC)
_LATEST = datetime(3000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """When a response was asked for and answered; all in UTC, to the millisecond.

    Attributes:
        asked_at: This clock's time before the request.
        fetched_at: What the response proves: it has what there was at this time. Never later than
            `asked_at`, nor than the server's Date minus the response's Age.
        server_time: The server's time when it answered; None where it sent no usable Date.
        ahead_by: How far this clock is ahead of the server's (negative: behind it); zero where they
            agree within the time that the request took, or where the server's is not known.
    """

    asked_at: datetime
    fetched_at: datetime
    server_time: datetime | None
    ahead_by: timedelta

    @property
    def do_clocks_differ(self) -> bool:
        """Whether the two clocks differ by more than `CLOCK_TOLERANCE`."""
        return abs(self.ahead_by) > CLOCK_TOLERANCE


def response_times(
    headers: Mapping[str, str], asked_at: datetime, received_at: datetime
) -> ResponseTimes:
    """Return when a response with these headers was sent.

    Args:
        headers: The response's.
        asked_at: This clock's time before the request; aware.
        received_at: This clock's time when the response was there; aware.
    """
    asked_at = _whole_milliseconds(asked_at)
    date = _date(headers.get("Date"))
    if date is None:
        return ResponseTimes(asked_at, asked_at, None, timedelta())
    age = _age(headers.get("Age"))
    content_at = date - age if date - age >= _EARLIEST else date
    # Caches in between send the Date of the origin or their own: the server's clock is somewhere
    # between Date and Date + Age.
    if asked_at > date + age:
        ahead_by = asked_at - (date + age)
    else:
        ahead_by = min(received_at - date, timedelta())
    return ResponseTimes(asked_at, min(asked_at, content_at), date + age, ahead_by)


def _date(text: str | None) -> datetime | None:
    if text is None or len(text) > _LONGEST_HEADER:
        return None
    try:
        date = parsedate_to_datetime(text)
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return date if _EARLIEST <= date < _LATEST else None


def _age(text: str | None) -> timedelta:
    """Return an Age; what is none says nothing."""
    seconds = _AGE.fullmatch(text.strip()) if text is not None and text.isascii() else None
    return timedelta(seconds=int(seconds[0])) if seconds else timedelta()


def _whole_milliseconds(instant: datetime) -> datetime:
    """Return an instant as the lake keeps it."""
    utc = instant.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
