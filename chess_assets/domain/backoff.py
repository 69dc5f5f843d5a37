"""When to ask again for what was asked for in vain: an hour later, then twice as long, up to a day.

Whether asking was in vain is read from what the lake holds now, not from how a run ended: a run
that failed, was killed or never started counts the same.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chess_assets.domain.months import Month

_FIRST_WAIT = timedelta(hours=1)
_LONGEST_WAIT = timedelta(hours=24)
_DOUBLINGS = 5  # more than these are beyond the longest wait
_REMEMBERED = 48

NeededMonths = Mapping[Month, datetime | None]
"""Months that have to be made, and when each was last made (None: never, or it does not matter)."""


def wait_after(times: int) -> timedelta:
    """Return how long to wait after asking `times` times in vain, once at least."""
    doublings = min(times - 1, _DOUBLINGS)
    return min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Request:
    """A range of one player's months that was asked for.

    Attributes:
        first: The first month of the range.
        last: The last month of the range.
        at: When it was asked for.
        needed: How many months the player needed then, in the range or not.
    """

    first: Month
    last: Month
    at: datetime
    needed: int

    def is_unanswered(self, months: NeededMonths) -> bool:
        """Whether some month of the range was not made since, and nothing else was either.

        A request that got something done was interrupted, or met one bad month among many: what is
        left may be asked for again at once.
        """
        if len(months) < self.needed:
            return False
        return any(self.is_in_vain_for(month, made_at) for month, made_at in months.items())

    def is_in_vain_for(self, month: Month, made_at: datetime | None) -> bool:
        """Whether a month that is needed was asked for by this and not made since."""
        return self.first <= month <= self.last and (made_at is None or made_at < self.at)


def unanswered(requests: Iterable[Request], months: NeededMonths) -> list[Request]:
    """Return the requests of a player that were in vain so far, the newest of very many."""
    return [each for each in requests if each.is_unanswered(months)][-_REMEMBERED:]


def waiting_months(
    requests: Collection[Request], months: NeededMonths, now: datetime
) -> dict[Month, datetime]:
    """Return the needed months that must not be asked for yet, and until when.

    Args:
        requests: The player's unanswered requests.
        months: What the player needs.
        now: The present moment.
    """
    waiting = {}
    for month, made_at in months.items():
        in_vain = [each.at for each in requests if each.is_in_vain_for(month, made_at)]
        until = max(in_vain) + wait_after(len(in_vain)) if in_vain else now
        if now < until:
            waiting[month] = until
    return waiting
