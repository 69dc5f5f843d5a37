"""What became of one month of one table in a run: what events, progress and summaries say.

Only the words: how a month is fetched or computed belongs to the tables' own parts of the domain.
"""

from dataclasses import dataclass
from enum import StrEnum

from chess_assets.domain.freshness import Freshness
from chess_assets.domain.lake.player_table import PartitionState
from chess_assets.domain.months import Month


class Action(StrEnum):
    """What a run did for a month."""

    FETCHED = "fetched"
    """The answer brought something new and was merged and stored."""
    UNCHANGED = "unchanged"
    """chess.com was asked, and nothing had changed."""
    EMPTY = "empty"
    """chess.com lists no games: an empty table was stored without a request."""
    COMPUTED = "computed"
    """The rows were computed anew from the table upstream."""
    KEPT = "kept"
    """Nothing was due: nothing was asked, read or written."""


@dataclass(frozen=True, slots=True)
class Done:
    """A month that is as it should be.

    Attributes:
        action: What it took.
        state: What is stored now.
        freshness: What it is worth now; None for tables that follow another by content.
        new: Games never seen before.
        unlisted: Stored games that chess.com's newest answer no longer has.
    """

    action: Action
    state: PartitionState
    freshness: Freshness | None = None
    new: int = 0
    unlisted: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """A month that could not be brought up to date; what was stored before is untouched."""

    error: Exception


Outcome = Done | Failed


@dataclass(frozen=True, slots=True)
class MonthOutcome:
    """What became of one month of a player; None for a table that was not asked for."""

    user: str
    month: Month
    raw: Outcome | None
    games: Outcome | None

    @property
    def error(self) -> Exception | None:
        """The first reason why something of the month failed."""
        failed = [each for each in (self.raw, self.games) if isinstance(each, Failed)]
        return failed[0].error if failed else None


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """What became of one month of a player in one table."""

    user: str
    month: Month
    outcome: Outcome
