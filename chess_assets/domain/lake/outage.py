"""Whether it is single objects that fail in a run, or the lake: what can be done there goes on.

A full disk or a missing bucket says by itself that nothing else will work. A refusal does not: it
may be about one file, or about everything. So after some in a row the lake is asked to take a
write that changes nothing.
"""

from collections.abc import Callable
from typing import ClassVar

from chess_assets.domain.store import Conflict, Store, StoreError

_FAULTS_BEFORE_A_PROBE = 3
_PROBE = "_index/probe.json"


class NotAttempted(Exception):
    """A partition that nothing was tried for, because an earlier fault made it pointless.

    Attributes:
        done: What was not done.
    """

    done: ClassVar[str] = "attempted"

    def __init__(self, cause: Exception) -> None:
        super().__init__(f"not {self.done}, because: {cause}")


class Outage:
    """What a run knows of the lake's faults, told of every partition's end.

    Attributes:
        cause: Why nothing more is to be tried; None while there is no reason.
    """

    cause: StoreError | None

    def __init__(self) -> None:
        self.cause = None
        self._in_a_row = 0
        self._probe_at = _FAULTS_BEFORE_A_PROBE

    def check(self) -> None:
        """Raise `NotAttempted` where nothing more is to be tried."""
        if self.cause is not None:
            raise NotAttempted(self.cause)

    def note(self, error: Exception | None, probe: Callable[[], object] | None = None) -> None:
        """Take notice of how a partition ended.

        Args:
            error: Why it failed; None where it did not.
            probe: A harmless write elsewhere in the lake, which raises where that is refused too.
                Without one only faults that concern the whole lake count.
        """
        if not isinstance(error, StoreError) or isinstance(error, Conflict):
            self._in_a_row, self._probe_at = 0, _FAULTS_BEFORE_A_PROBE
            return
        self._in_a_row += 1
        if error.ends_run:
            self.cause = error
        elif probe is not None and self._in_a_row == self._probe_at:
            self._probe_at *= 2  # a player all of whose months are refused costs a few probes
            self._try(probe)

    def _try(self, probe: Callable[[], object]) -> None:
        try:
            probe()
        except Conflict:
            return  # somebody else could write
        except StoreError as error:
            self.cause = error


def try_a_write(store: Store) -> None:
    """Write an object that nobody reads.

    Raises:
        StoreError: where the store does not take it.
    """
    stored = store.get(_PROBE)
    store.put(_PROBE, b"{}", if_match=stored.etag if stored else None)
