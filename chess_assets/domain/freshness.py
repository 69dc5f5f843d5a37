"""The rule that says whether a player's month has to be fetched: one pure function of three facts.

It takes the place of an input-hash cache. Where the facts come from belongs in `lake` (when the
month was last fetched) and in the caller (the clock).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chess_assets.domain.months import Month


class Freshness(StrEnum):
    """What a stored month is worth now."""

    MISSING = "missing"
    STALE = "stale"
    FRESH = "fresh"
    SEALED = "sealed"

    @property
    def is_due(self) -> bool:
        """Whether the month has to be fetched."""
        return self in {Freshness.MISSING, Freshness.STALE}


@dataclass(frozen=True, slots=True)
class FreshnessRule:
    """The rule's two settings.

    Attributes:
        fresh_for: How long an answer about an unsettled month counts as new.
        settles_after: How long after its end a month may still change at chess.com.
    """

    fresh_for: timedelta = timedelta(hours=6)
    settles_after: timedelta = timedelta(hours=24)

    def judge(
        self,
        month: Month,
        fetched_at: datetime | None,
        now: datetime,
        *,
        asked_at: datetime | None = None,
        server_time: datetime | None = None,
    ) -> Freshness:
        """Say what a month is worth that was last fetched at `fetched_at` (None: never).

        A time of fetching that was still to come (by chess.com's clock, where that is known, else
        by this one) was written by a wrong clock: it proves nothing, so the month is stale.

        Args:
            month: The month.
            fetched_at: What the stored answer proves, by whichever clock was behind.
            now: This clock's time.
            asked_at: The time that the clock of who asked showed; None: `fetched_at`. It says how
                long ago that was to a clock that is as wrong, which else would ask at every look.
            server_time: The newest time that chess.com's responses named; None: none did.
        """
        if fetched_at is None:
            return Freshness.MISSING
        if fetched_at > (now if server_time is None else server_time):
            return Freshness.STALE
        if fetched_at >= month.end + self.settles_after:
            return Freshness.SEALED
        if timedelta() <= now - _asked_at(fetched_at, asked_at, now) < self.fresh_for:
            return Freshness.FRESH
        return Freshness.STALE

    def due_at(
        self,
        month: Month,
        fetched_at: datetime,
        now: datetime | None = None,
        *,
        asked_at: datetime | None = None,
    ) -> datetime | None:
        """Return from when on a month fetched at `fetched_at` is stale; None: it is sealed.

        Args:
            month: The month.
            fetched_at: As `judge` takes it.
            now: This clock's time, which says whether `asked_at` was read from a clock like it.
            asked_at: As `judge` takes it.
        """
        if fetched_at >= month.end + self.settles_after:
            return None
        return _asked_at(fetched_at, asked_at, now or fetched_at) + self.fresh_for


def _asked_at(fetched_at: datetime, asked_at: datetime | None, now: datetime) -> datetime:
    """Return since when an answer ages; a clock that is ahead of this one says nothing about it."""
    return asked_at if asked_at is not None and fetched_at <= asked_at <= now else fetched_at
