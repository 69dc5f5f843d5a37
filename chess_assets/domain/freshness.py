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

    def judge(self, month: Month, fetched_at: datetime | None, now: datetime) -> Freshness:
        """Say what a month is worth that was last fetched at `fetched_at` (None: never).

        A time of fetching that lies in the future was written by a wrong clock: it proves nothing,
        so the month is stale.
        """
        if fetched_at is None:
            return Freshness.MISSING
        if fetched_at > now:
            return Freshness.STALE
        if fetched_at >= month.end + self.settles_after:
            return Freshness.SEALED
        if now - fetched_at < self.fresh_for:
            return Freshness.FRESH
        return Freshness.STALE

    def due_at(self, month: Month, fetched_at: datetime) -> datetime | None:
        """Return from when on a month fetched at `fetched_at` is stale; None: it is sealed."""
        if fetched_at >= month.end + self.settles_after:
            return None
        return fetched_at + self.fresh_for
