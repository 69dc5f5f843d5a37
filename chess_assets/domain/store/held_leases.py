"""Leases that others hold: who that is, and the end of one whose run is known to be dead."""

from contextlib import suppress
from dataclasses import replace

from chess_assets.domain.processes import is_known_dead
from chess_assets.domain.store.lease_record import LeaseRecord
from chess_assets.domain.store.store import Conflict, Store


def lease_holder(store: Store, key: str) -> str | None:
    """Return who holds a lease, for people to read; None where nobody does.

    Raises:
        StoreError: when the store cannot be read.
    """
    stored = store.get(key)
    record = LeaseRecord.read(stored.body) if stored else None
    if record is None or record.holder is None or is_known_dead(record.process):
        return None
    return str(record)


def end_lease_of(store: Store, key: str, run_id: str) -> None:
    """Give back the lease of a run whose process is known to be gone; others' stay as they are.

    Raises:
        StoreError: when the store cannot be read or written.
    """
    stored = store.get(key)
    record = LeaseRecord.read(stored.body) if stored else None
    if stored and record and record.holder is not None and record.run_id == run_id:
        free = replace(record, holder=None, renewals=record.renewals + 1)
        with suppress(Conflict):  # somebody took it over
            store.put(key, free.body(), if_match=stored.etag)
