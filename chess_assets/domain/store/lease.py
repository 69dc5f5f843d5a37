"""A lease: one holder at a time among all processes and machines that share a store.

It is an object beside the data, changed by compare-and-swap and renewed in the background while it
is held. No two clocks are compared: who waits takes a lease over once its object has not changed
for the lease's duration by the waiter's own clock, and a holder counts its time from before its
last renewal began and stops a margin earlier. A holder that is known to be dead is not waited for.
"""

import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import uniform
from threading import Event, RLock, Thread
from types import TracebackType
from typing import Self
from uuid import uuid4

from chess_assets.domain.processes import is_known_dead, this_process
from chess_assets.domain.store.lease_record import LeaseRecord
from chess_assets.domain.store.store import Conflict, Store, StoredObject, StoreError

_LOGGER = logging.getLogger("chess_assets.lease")
_UNKNOWN = "somebody whose entry cannot be read"
# Unlike `monotonic`, it goes on while the machine sleeps, as the other machines' clocks do.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def elapsed_s() -> float:
    """Return the seconds since some fixed moment, those in which the machine slept included."""
    return time.clock_gettime(_CLOCK)


class LeaseUnavailable(StoreError):
    """The lease can neither be read nor written, so nobody knows whose turn it is."""


class LeaseHeld(StoreError):
    """Another process holds the lease, for longer than was to be waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTimes:
    """How long a lease lasts, and how often it is looked at.

    Attributes:
        duration_s: without a renewal for so long, others may take it.
        margin_s: so much earlier its holder stops, for what is still under way then.
        renew_every_s: the pause between renewals.
        idle_s: unused for so long it is given back.
        poll_s: the longest pause between two looks of a waiting process.
    """

    duration_s: float = 60
    margin_s: float = 10
    renew_every_s: float = 10
    idle_s: float = 10
    poll_s: float = 2


DEFAULT_LEASE_TIMES = LeaseTimes()


class _Wait:
    """One wait for the lease: what was seen of its object, and for whom one waits."""

    def __init__(self, poll_s: float) -> None:
        self._poll_s = poll_s
        self._pause_s = poll_s / 8
        self._etag: str | None = None
        self._since_s = 0.0
        self._holder: str | None = None

    def unchanged_s(self, stored: StoredObject | None, asked_at_s: float) -> float:
        """Return for how long at least the object is as it was read by a request of that moment."""
        etag = None if stored is None else stored.etag
        if etag != self._etag:
            self._etag, self._since_s = etag, elapsed_s()
        return asked_at_s - self._since_s

    def is_new(self, holder: str) -> bool:
        """Whether another holder is waited for than before."""
        was, self._holder = self._holder, holder
        return holder != was

    def pause(self) -> None:
        """Wait a little, longer each time, and never in step with others."""
        time.sleep(uniform(self._pause_s / 2, self._pause_s))  # noqa: S311 - no secret
        self._pause_s = min(2 * self._pause_s, self._poll_s)


class Lease:
    """One process's access to a lease, which it takes when it is used and gives back at the end.

    A context manager; leaving it gives the lease back. For several threads.

    Args:
        store: Where the lease's object is.
        key: The object's key.
        purpose: What the lease is for, as messages say it: "asking chess.com".
        run_id: The Dagster run it is taken for, to be shown to others.
        times: How long it lasts.
    """

    def __init__(
        self,
        store: Store,
        key: str,
        purpose: str,
        *,
        run_id: str | None = None,
        times: LeaseTimes = DEFAULT_LEASE_TIMES,
    ) -> None:
        self._store = store
        self._key = key
        self._purpose = purpose
        self._times = times
        self._lock = RLock()
        self._etag: str | None = None
        self._valid_until_s = 0.0
        self._users = 0
        self._used_at_s = 0.0
        self._ended = Event()
        self._record = LeaseRecord(
            uuid4().hex, 0, times.duration_s, this_process(), run_id, since=""
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.give_back()

    @property
    def left_s(self) -> float:
        """For how many seconds the lease surely is this one's; 0 or less when it is not."""
        return self._valid_until_s - elapsed_s()

    @contextmanager
    def in_use(self) -> Generator[None]:
        """Keep the lease, once it is held, until the block ends: what is used is not idle."""
        with self._lock:
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                self._used_at_s = elapsed_s()

    def hold(self, patience_s: float | None = None) -> None:
        """Return as soon as the lease is held; who has to wait says for whom, in the log.

        Args:
            patience_s: How long to wait for others; None: for as long as it takes.

        Raises:
            LeaseHeld: when others had it for all that time.
            LeaseUnavailable: when the store does not let it be read or written.
        """
        if self.left_s > 0:
            return
        with self._lock:
            if self.left_s > 0:  # renewed meanwhile
                return
            try:
                self._take(patience_s)
            except LeaseHeld:
                raise
            except StoreError as error:
                raise LeaseUnavailable(
                    f"The lease for {self._purpose}, one process at a time, cannot be had, so "
                    f"nothing is requested. {error}"
                ) from error

    def give_back(self) -> None:
        """Let others have the lease at once; nothing happens where it is not held."""
        with self._lock:
            self._ended.set()
            if self._etag is None:
                return
            self._valid_until_s = 0.0
            try:
                self._put(replace(self._next(), holder=None))
            except Conflict:
                pass  # it was taken over
            except StoreError as error:
                _LOGGER.warning("The lease for %s is not given back: %s", self._purpose, error)
            self._etag = None

    def _take(self, patience_s: float | None) -> None:
        began_s = elapsed_s()
        wait = _Wait(self._times.poll_s)
        while True:
            asked_at_s = elapsed_s()
            stored = self._store.get(self._key)
            record = None if stored is None else LeaseRecord.read(stored.body)
            duration_s = record.duration_s if record else self._times.duration_s
            unchanged_s = wait.unchanged_s(stored, asked_at_s)
            if self._is_free(stored, record) or unchanged_s >= duration_s:
                if self._try_to_take(stored, record):
                    return
                continue
            holder = str(record or _UNKNOWN)
            if patience_s is not None and elapsed_s() - began_s >= patience_s:
                raise LeaseHeld(f"Another run is {self._purpose} ({holder}).")
            if wait.is_new(holder):
                _LOGGER.info(
                    "Another run is %s (%s); this one waits for its turn.", self._purpose, holder
                )
            wait.pause()

    def _is_free(self, stored: StoredObject | None, record: LeaseRecord | None) -> bool:
        if stored is None:
            return True
        if record is None:
            return False
        is_own = record.holder == self._record.holder  # written, though the response was lost
        return record.holder is None or is_own or is_known_dead(record.process)

    def _try_to_take(self, stored: StoredObject | None, record: LeaseRecord | None) -> bool:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        renewals = record.renewals + 1 if record else 0
        self._record = replace(self._record, renewals=renewals, since=since)
        self._etag = stored.etag if stored else None
        try:
            self._put(self._record)
        except Conflict:
            self._etag = None
            return False
        self._used_at_s = elapsed_s()
        self._ended.set()  # the renewals of an earlier holding
        self._ended = Event()
        Thread(target=self._keep, args=[self._ended], name="renew-lease", daemon=True).start()
        return True

    def _next(self) -> LeaseRecord:
        return replace(self._record, renewals=self._record.renewals + 1)

    def _put(self, record: LeaseRecord) -> None:
        began_s = elapsed_s()
        self._etag = self._store.put(self._key, record.body(), if_match=self._etag)
        self._record = replace(record, holder=self._record.holder)
        is_held = record.holder is not None
        lasts_s = self._times.duration_s - self._times.margin_s if is_held else 0
        self._valid_until_s = began_s + lasts_s

    def _keep(self, ended: Event) -> None:
        """Renew the lease until it is given back, lost, or unused."""
        while not ended.wait(self._times.renew_every_s):
            with self._lock:
                if ended.is_set():
                    return
                if not self._users and elapsed_s() - self._used_at_s >= self._times.idle_s:
                    self.give_back()
                    return
                self._renew()

    def _renew(self) -> None:
        try:
            self._put(self._next())
        except Conflict:
            self._lose_unless_own()
        except StoreError as error:  # tried again; until then its time runs out
            _LOGGER.warning("The lease for %s is not renewed: %s", self._purpose, error)

    def _lose_unless_own(self) -> None:
        """Note that another has the lease, unless it was a renewal whose response was lost."""
        try:
            stored = self._store.get(self._key)
        except StoreError:
            return
        record = LeaseRecord.read(stored.body) if stored else None
        if stored and record and record.holder == self._record.holder:
            self._etag, self._record = stored.etag, record
            return
        self._valid_until_s = 0.0
        self._etag = None
        self._ended.set()
        _LOGGER.warning("The lease for %s was lost to %s.", self._purpose, record or _UNKNOWN)
