"""What to ask for now: of the months that players need those not waiting, in ranges, a few at once.

What players need belongs in `upkeep`, for how long a month waits in `backoff`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chess_assets.domain.month_ranges import months_of, ranges_of
from chess_assets.domain.months import Month

HISTORIES_AT_ONCE = 10
"""The most players whose histories are under way at once: refreshes queue behind these few."""

_REFRESH = 2  # months: the open one, and the one before while it settles

Months = Mapping[str, Collection[Month]]
"""Months by player."""
WaitingMonths = Mapping[str, Mapping[Month, datetime]]
"""Months by player, and until when each is left alone."""
CancelledMonths = Mapping[str, Mapping[Month, datetime | None]]
"""The same, of months that somebody cancelled; None: until they are asked for by hand."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is on for now, of the months that players need.

    Attributes:
        due: The months to be asked for now; of those who need more than a refresh, only so many
            players that no more histories than that are under way.
        under_way: The months that a run is about to make.
        waiting: Months that were asked for in vain, of so many players, and until when they are
            left alone.
        cancelled: Months that somebody cancelled, of so many players, and until when they are left
            alone.
    """

    due: dict[str, set[Month]] = field(default_factory=dict)
    under_way: dict[str, set[Month]] = field(default_factory=dict)
    waiting: dict[str, dict[Month, datetime]] = field(default_factory=dict)
    cancelled: dict[str, dict[Month, datetime | None]] = field(default_factory=dict)

    def all(self) -> dict[str, set[Month]]:
        """Return the months of all four."""
        parts: tuple[Months, ...] = (self.due, self.under_way, self.waiting, self.cancelled)
        users = {user for part in parts for user in part}
        return {user: set().union(*(part.get(user, ()) for part in parts)) for user in users}


def agenda_of(
    needed: Months,
    waiting: WaitingMonths,
    under_way: Months,
    cancelled: CancelledMonths | None = None,
) -> Agenda:
    """Return what is on.

    Args:
        needed: What the players need.
        waiting: What of it was asked for and is not made yet, and until when it is left alone.
        under_way: What runs are making: needed or not, and asked for by whomever.
        cancelled: What of it somebody cancelled, and until when it is left alone.
    """
    at_work = {user: set(needed[user]) & set(under_way.get(user, ())) for user in sorted(needed)}
    given_up = {
        user: {m: at for m, at in (cancelled or {}).get(user, {}).items() if m not in busy}
        for user, busy in at_work.items()
    }
    left_alone = {
        user: {
            month: at
            for month, at in waiting.get(user, {}).items()
            if month not in busy and month not in given_up[user]
        }
        for user, busy in at_work.items()
    }
    free = {
        user: set(needed[user]) - busy - left_alone[user].keys() - given_up[user].keys()
        for user, busy in at_work.items()
    }
    refreshes = [user for user, months in free.items() if 0 < len(months) <= _REFRESH]
    histories = [user for user, months in free.items() if len(months) > _REFRESH]
    others = [user for user, months in under_way.items() if len(months) > _REFRESH]
    more = histories[: max(HISTORIES_AT_ONCE - len(others), 0)]
    some_left_alone = [user for user, months in left_alone.items() if months]
    some_given_up = [user for user, months in given_up.items() if months]
    return Agenda(
        due={user: free[user] for user in refreshes + more},
        under_way={user: months for user, months in at_work.items() if months},
        waiting={user: left_alone[user] for user in some_left_alone[:HISTORIES_AT_ONCE]},
        cancelled={user: given_up[user] for user in some_given_up[:HISTORIES_AT_ONCE]},
    )


def to_ask_for(
    ready: Months, needed: Months, impossible: Months | None = None
) -> dict[str, set[Month]]:
    """Return the months of one request: a contiguous range a player, but for months to leave alone.

    Between the months that are ready, a range has months that are fresh: they cost nothing. Dagster
    makes one run a player of a request that has fewer players than months, and else one run a
    month; either is right, a mixture is not (a run a month for one player's history). So a request
    holds histories and fewer players than months, or refreshes only. Who is left out has their turn
    in one of the next ticks.

    Args:
        ready: The months that are due and not under way.
        needed: All months that the players need, ready or not.
        impossible: Months that a run could only fail to make, needed or not.
    """
    wanted = {}
    for user, months in sorted(ready.items()):
        but_not = set(needed[user]) | set((impossible or {}).get(user, ()))
        wanted[user] = months_of(ranges_of(months, but_not=but_not - set(months)))
    histories = [user for user, months in wanted.items() if len(months) > _REFRESH]
    if not histories:
        return wanted
    most = len({month for user in histories for month in wanted[user]}) - 1
    refreshes = [user for user in wanted if user not in histories]
    return {user: wanted[user] for user in (histories + refreshes)[:most]}
