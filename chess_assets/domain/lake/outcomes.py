"""What became of one partition of one table in a run: what events, progress and summaries say."""

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from chess_assets.domain.freshness import Freshness
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import PartitionState


class Action(StrEnum):
    """What a run did for a partition."""

    FETCHED = "fetched"
    """The response contained something new, and was merged and stored."""
    UNCHANGED = "unchanged"
    """chess.com was asked, and nothing had changed."""
    EMPTY = "empty"
    """chess.com lists no games: an empty table was stored without a request."""
    COMPUTED = "computed"
    """The rows were computed from the table upstream."""
    STORED = "stored"
    """The rows that the asset returned were stored."""
    KEPT = "kept"
    """Nothing was due: nothing was requested, read or written."""


@dataclass(frozen=True, slots=True)
class Done:
    """A partition that is up to date.

    Attributes:
        action: What it took.
        state: What is stored now.
        freshness: What a month is worth now; None for tables that follow another by content.
        new: Games never seen before.
        unlisted: Stored games that chess.com's newest response no longer has.
        columns: The columns of what was stored now, of a table that declares none.
    """

    action: Action
    state: PartitionState
    freshness: Freshness | None = None
    new: int = 0
    unlisted: int = 0
    columns: pa.Schema | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A partition that could not be brought up to date; what was stored before is untouched."""

    error: Exception


Outcome = Done | Failed


@dataclass(frozen=True, slots=True)
class PartitionOutcome:
    """What became of one partition."""

    partition: Partition
    outcome: Outcome
