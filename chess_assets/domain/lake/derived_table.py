"""A table computed month by month from another, and only when content or computation changed.

The target's content version is a hash of the source's and the computation's: where it is the
stored one, nothing is read, computed or written.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from chess_assets.domain.lake.player_table import CONTENT_VERSION, PartitionState, PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import Action, Done
from chess_assets.domain.store import Conflict

_ATTEMPTS = 10
_CAUSE_LENGTH = 200


class SourceMissing(LookupError):
    """A file that cannot be computed because what it follows from is not stored.

    Args:
        source: The name of the table upstream.
        whose: The player, and the month if it is a month's.
    """

    def __init__(self, source: str, whose: str) -> None:
        super().__init__(f"{whose}: {source} is not stored; materialize {source} for it first.")


class NotComputed(Exception):
    """A file over whose rows the computation stumbled.

    Args:
        target: The name of the table that should have been computed.
        whose: The player, and the month if it is a month's.
        error: What the computation raised.
    """

    def __init__(self, target: str, whose: str, error: Exception) -> None:
        cause = " ".join(f"{type(error).__name__}: {error}".split())[:_CAUSE_LENGTH]
        super().__init__(
            f"{whose}: {target} could not be computed ({cause}). "
            "This is a fault of the program: report it."
        )


@dataclass(frozen=True, slots=True)
class Computation:
    """How a table's rows follow from another's.

    Attributes:
        version: Changes whenever the rows may.
        compute: Makes them; what it says in the schema's metadata becomes facts of the file.
        columns: The columns upstream that `compute` is given; None for all.
    """

    version: str
    compute: Callable[[pa.Table], pa.Table]
    columns: Sequence[str] | None = None

    def content_version(self, source: PartitionState) -> str:
        """Return the content version of what this makes of a source month."""
        return hashlib.sha256(f"{source.content_version} {self.version}".encode()).hexdigest()


class DerivedTable:
    """One player's months of a table that follows another."""

    def __init__(self, source: PlayerTable, target: PlayerTable, computation: Computation) -> None:
        self.target = target
        self._source = source
        self._computation = computation

    def is_current(self, month: Month) -> bool:
        """Whether the stored month is what would be computed from the source as it is."""
        source, target = self._source.state(month), self.target.state(month)
        if source is None or target is None:
            return False
        return target.content_version == self._computation.content_version(source)

    def update(self, month: Month) -> Done:
        """Bring a month up to date with its source.

        Raises:
            SourceMissing: when the source month is not stored.
            NotComputed: when the computation stumbles over its rows.
            Conflict: when other writers are first again and again.
        """
        for attempt in range(_ATTEMPTS):
            current = self.target.state(month)
            if current is not None and self.is_current(month):
                return Done(Action.KEPT, current)
            try:
                return Done(Action.COMPUTED, self._compute(month, current))
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
                self.target.look_again(month)
        raise AssertionError("unreachable")

    def _compute(self, month: Month, replacing: PartitionState | None) -> PartitionState:
        source = self._source.read(month, self._computation.columns)
        if source is None:
            raise SourceMissing(self._source.schema.name, f"{self._source.user} {month}")
        rows, state = source
        facts = {
            CONTENT_VERSION: self._computation.content_version(state),
            "source_uri": state.uri,
            "source_content_version": state.content_version,
            "computation_version": self._computation.version,
        }
        computed = self._computed(month, rows)
        said = computed.schema.metadata or {}
        facts |= {name.decode(): text.decode() for name, text in said.items()}
        return self.target.write(month, computed, facts, replacing=replacing)

    def _computed(self, month: Month, rows: pa.Table) -> pa.Table:
        try:
            return self._computation.compute(rows)
        except Exception as error:
            whose = f"{self.target.user} {month}"
            raise NotComputed(self.target.schema.name, whose, error) from error
