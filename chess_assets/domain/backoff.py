"""When to ask again for what was asked for in vain: an hour later, then twice as long, up to a day.

A month was asked for in vain when a run failed to make it, whoever started the run; when a request
got nothing done, because its run never started or was killed at once; and when other months of the
same request failed, since what made them fail has kept a run from trying the rest. What is left of
a run that was killed at work may be asked for at once, and so may what could not be made before:
games whose raw month landed since, in a run that did not get to them. What somebody cancelled is
left alone until the freshness rule says that the month would have been due again, had it been made
then.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.months import Month

_FIRST_WAIT = timedelta(hours=1)
_LONGEST_WAIT = timedelta(hours=24)
_DOUBLINGS = 5  # more than these are beyond the longest wait
_REMEMBERED = 48

NeededMonths = Mapping[Month, datetime | None]
"""Months that have to be made, and when each, or what it is made of, was last made.

Only what was asked for later can have been in vain. None: never, or it does not matter.
"""


def wait_after(times: int) -> timedelta:
    """Return how long to wait after asking `times` times in vain, once at least."""
    doublings = min(times - 1, _DOUBLINGS)
    return min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Failure:
    """A month that runs failed to make.

    Attributes:
        times: How often since it was last made, once at least.
        at: When last.
    """

    times: int
    at: datetime


Failures = Mapping[Month, Failure]
"""The months of a player that runs failed to make since each was last made."""


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

    def is_unanswered(self, months: NeededMonths, failures: Failures) -> bool:
        """Whether some month of the range was not made since, and is not just still to be made.

        A request that got something done, and in which nothing failed, was interrupted: what is
        left may be asked for again at once.
        """
        if len(months) < self.needed and not any(map(self._has_met, failures.items())):
            return False
        return any(self.is_in_vain_for(month, made_at) for month, made_at in months.items())

    def _has_met(self, failed: tuple[Month, Failure]) -> bool:
        month, failure = failed
        return self.first <= month <= self.last and failure.at >= self.at

    def is_in_vain_for(self, month: Month, made_at: datetime | None) -> bool:
        """Whether a month that is needed could be made by this, and was not since."""
        return self.first <= month <= self.last and (made_at is None or made_at < self.at)


def unanswered(
    requests: Iterable[Request], months: NeededMonths, failures: Failures
) -> list[Request]:
    """Return the requests of a player that were in vain so far, the newest of very many."""
    return [each for each in requests if each.is_unanswered(months, failures)][-_REMEMBERED:]


def waiting_months(
    requests: Collection[Request], failures: Failures, months: NeededMonths, now: datetime
) -> dict[Month, datetime]:
    """Return the needed months that must not be asked for yet, and until when.

    Args:
        requests: The player's unanswered requests.
        failures: The player's months that failed, whoever asked for them.
        months: What the player needs.
        now: The present moment.
    """
    waiting = {}
    for month, made_at in months.items():
        in_vain = [each.at for each in requests if each.is_in_vain_for(month, made_at)]
        times = len(in_vain)
        if failure := failures.get(month):
            in_vain.append(failure.at)
            times = max(times, failure.times)
        until = max(in_vain) + wait_after(times) if in_vain else now
        if now < until:
            waiting[month] = until
    return waiting


def left_alone(
    cancelled: Mapping[Month, datetime], months: NeededMonths, rule: FreshnessRule, now: datetime
) -> dict[Month, datetime | None]:
    """Return the needed months that somebody cancelled, and until when they are left alone.

    Args:
        cancelled: When months of the player were cancelled that nobody asked for since.
        months: What the player needs.
        rule: Says when a month made then would be due again; never (None) for a settled one.
        now: The present moment.
    """
    until = {month: rule.due_at(month, cancelled[month]) for month in months if month in cancelled}
    return {month: at for month, at in until.items() if at is None or now < at}
