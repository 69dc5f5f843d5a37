"""When a player's raw months were fetched, and what of it still proves something.

The facts of each month say so; `freshness` decides by them. Facts are texts in files that may have
been written by any version, under any clock.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from chess_assets.domain.chess_com.response_times import CLOCK_TOLERANCE, ResponseTimes
from chess_assets.domain.freshness import Freshness, FreshnessRule
from chess_assets.domain.lake.partition_file import PartitionState
from chess_assets.domain.months import Month

FETCHED_AT = "fetched_at"
SOURCE_URL = "source_url"
_ASKED_AT = "asked_at"
_SERVER_TIME = "server_time"
FETCH_FACTS = frozenset({FETCHED_AT, SOURCE_URL, _ASKED_AT, _SERVER_TIME})
"""The facts about the newest fetch: a newer one replaces all of them."""


def fetch_facts(times: ResponseTimes, url: str | None) -> dict[str, str]:
    """Return the facts about a fetch.

    Args:
        times: When it was.
        url: What was asked for; None for a month that the list of months did not name.
    """
    facts = {FETCHED_AT: times.fetched_at.isoformat()}
    if url is not None:
        facts[SOURCE_URL] = url
    if times.server_time is not None:  # never later than this clock: a Date may say anything
        facts[_SERVER_TIME] = min(times.server_time, times.asked_at).isoformat()
    if times.asked_at - times.fetched_at > CLOCK_TOLERANCE:
        facts[_ASKED_AT] = times.asked_at.isoformat()
    return facts


def fetched_at_of(state: PartitionState | None) -> datetime | None:
    """Return when a raw month was last fetched; None where nothing usable says so."""
    return _instant(state, FETCHED_AT)


def was_never_asked_for(state: PartitionState) -> bool:
    """Whether a stored month is empty only because a list of months did not name it."""
    return state.rows == 0 and not state.facts.get(SOURCE_URL)


class _Sighting(NamedTuple):
    """A time of the server's, and what the clock of who asked showed then."""

    server_time: datetime
    asked_at: datetime


class StoredFetches:
    """The fetches of a player's stored months, judged by the freshness rule.

    Args:
        states: What is known of each month; it may change while this is used.
        rule: The rule.
    """

    def __init__(self, states: Mapping[Month, PartitionState], rule: FreshnessRule) -> None:
        self._states = states
        self._rule = rule
        self._newest = max(filter(None, map(_sighting, states.values())), default=None)

    def fetched_at(self, month: Month, named: Collection[Month]) -> datetime | None:
        """Return when a month was last fetched; None where it was not.

        Args:
            month: The month.
            named: The months that the newest list names: one of them that is stored as empty, but
                was never asked for, counts as never fetched.
        """
        state = self._states.get(month)
        is_hole = state is not None and month in named and was_never_asked_for(state)
        return None if is_hole else fetched_at_of(state)

    def asked_at(self, month: Month, named: Collection[Month]) -> datetime | None:
        """Return what the clock of who fetched a month showed; None as for `fetched_at`."""
        fetched_at = self.fetched_at(month, named)
        return fetched_at and (_instant(self._states.get(month), _ASKED_AT) or fetched_at)

    def freshness(
        self,
        month: Month,
        now: datetime,
        named: Collection[Month],
        seen: ResponseTimes | None = None,
    ) -> Freshness:
        """Say what a month is worth.

        Args:
            month: The month.
            now: This clock's time.
            named: As for `fetched_at`.
            seen: The times of the response, of those since the states were read, with the newest
                server time.
        """
        fetched_at = self.fetched_at(month, named)
        return self._rule.judge(
            month,
            fetched_at,
            now,
            asked_at=self.asked_at(month, named),
            server_time=self._server_time_against(fetched_at, seen),
        )

    def due_at(self, month: Month, now: datetime, named: Collection[Month]) -> datetime | None:
        """Return from when on a month that is not due now is; None: it never is by itself."""
        fetched_at = self.fetched_at(month, named)
        if fetched_at is None:
            return None
        return self._rule.due_at(month, fetched_at, now, asked_at=self.asked_at(month, named))

    def _server_time_against(
        self, fetched_at: datetime | None, seen: ResponseTimes | None
    ) -> datetime | None:
        """Return the newest server time, where it speaks about this time of fetching.

        It says nothing about what was fetched after it was seen: else a server that sends no Date
        any more would have every month fetched at every look.
        """
        sightings = [self._newest] if self._newest is not None else []
        if seen is not None and seen.server_time is not None:
            server_time = min(seen.server_time, seen.asked_at)  # as `fetch_facts` keeps it
            sightings.append(_Sighting(server_time, seen.asked_at))
        newest = max(sightings, default=None)
        if newest is None or fetched_at is None or fetched_at > newest.asked_at:
            return None
        return newest.server_time


def _sighting(state: PartitionState) -> _Sighting | None:
    server_time = _instant(state, _SERVER_TIME)
    if server_time is None:
        return None
    asked_at = _instant(state, _ASKED_AT) or fetched_at_of(state) or server_time
    return _Sighting(server_time, max(asked_at, server_time))


def _instant(state: PartitionState | None, fact: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(state.facts[fact]) if state is not None else None
    except (KeyError, ValueError):
        return None
    return at if at is not None and at.tzinfo is not None else None
