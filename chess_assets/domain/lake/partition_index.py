"""A player's partition index: what the files of a table say about themselves, in one small object.

Deciding about 200 months then costs one LIST and one GET. The index is only a cache: an entry
counts while its ETag is the listed object's, and what it lacks is read from the file's footer. It
may also know more than the footer: a 304 renews `fetched_at` here without rewriting any rows.
Losing it costs a conditional request for what was renewed, never data.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chess_assets.domain.lake.paths import index_path
from chess_assets.domain.months import Month
from chess_assets.domain.store import Conflict, Store, StoreError

_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What is known of the object that had this ETag."""

    etag: str
    rows: int
    facts: Mapping[str, str]
    lacking: tuple[str, ...] = ()


def read_index(store: Store, table: str, user: str) -> dict[Month, IndexEntry]:
    """Return the index as stored; empty where none is, none of our form, or it cannot be read.

    Raises:
        StoreError: where it is the whole store that fails.
    """
    try:
        stored = store.get(index_path(table, user))
    except StoreError as error:
        if error.ends_run:
            raise
        return {}
    return {} if stored is None else _decode(stored.body)


def merge_into_index(
    store: Store, table: str, user: str, entries: Mapping[Month, IndexEntry]
) -> None:
    """Add these entries to the stored index, keeping what other runs added meanwhile.

    Raises:
        Conflict: when other writers are first again and again.
    """
    key = index_path(table, user)
    for attempt in range(_ATTEMPTS):
        stored = store.get(key)
        known = {} if stored is None else _decode(stored.body)
        merged = {**known, **entries}
        if merged == known:
            return
        try:
            store.put(key, _encode(merged), if_match=stored.etag if stored else None)
        except Conflict:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return


def _encode(entries: Mapping[Month, IndexEntry]) -> bytes:
    document = {str(month): _written(month, entry) for month, entry in sorted(entries.items())}
    return json.dumps(document, indent=0).encode()


def _written(month: Month, entry: IndexEntry) -> dict[str, Any]:
    written: dict[str, Any] = {
        "etag": entry.etag,
        "rows": entry.rows,
        "facts": dict(entry.facts),
        "crc32": _checksum(str(month), entry),
    }
    return written | ({"lacking": list(entry.lacking)} if entry.lacking else {})


def _decode(body: bytes) -> dict[Month, IndexEntry]:
    try:
        document = json.loads(body)
        entries = {month: (_entry(value), value) for month, value in document.items()}
        return {
            Month.parse(month): entry
            for month, (entry, value) in entries.items()
            # An older version's entry has no checksum; a damaged one is as good as none.
            if value.get("crc32", _checksum(month, entry)) == _checksum(month, entry)
        }
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return {}  # a cache that cannot be read is an empty cache


def _checksum(month: str, entry: IndexEntry) -> int:
    """Return the checksum by which an entry is told from one with a flipped bit."""
    said = [month, entry.etag, entry.rows, sorted(entry.facts.items()), *entry.lacking]
    return zlib.crc32(json.dumps(said).encode())


def _entry(value: Mapping[str, Any]) -> IndexEntry:
    facts = {str(key): str(text) for key, text in value["facts"].items()}
    lacking = tuple(map(str, value.get("lacking", ())))
    return IndexEntry(str(value["etag"]), int(value["rows"]), facts, lacking)
