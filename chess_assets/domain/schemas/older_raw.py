"""Columns that raw files of older versions lack, derived from what they have.

Not `game_id` and `payload`, which follow from nothing else; `pgn` is null where it is missing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa

from chess_assets.domain.schemas.columns import TIMESTAMP
from chess_assets.domain.schemas.table import Derivation

_LATEST_END_TIME_S = 253_402_300_799  # the last second of the year 9999
_EPOCH_MS = 0


class _Sent(msgspec.Struct):
    url: Any = None
    end_time: Any = None


def _sent(raw: pa.Table) -> list[_Sent]:
    return [_members(payload) for payload in raw["payload"].to_pylist()]


def _members(payload: str | None) -> _Sent:
    try:
        return msgspec.json.decode(payload or "null", type=_Sent)
    except (msgspec.DecodeError, RecursionError):  # no JSON object: a game of any shape has a row
        return _Sent()


def _url(raw: pa.Table, _: Mapping[str, str]) -> pa.Array:
    urls = (sent.url for sent in _sent(raw))
    return pa.array([url if isinstance(url, str) else None for url in urls], pa.string())


def _end_time(raw: pa.Table, _: Mapping[str, str]) -> pa.Array:
    return pa.array([_milliseconds(sent.end_time) for sent in _sent(raw)], TIMESTAMP)


def _milliseconds(seconds: Any) -> int | None:
    is_number = isinstance(seconds, int) and not isinstance(seconds, bool)
    return seconds * 1000 if is_number and 0 <= seconds <= _LATEST_END_TIME_S else None


def _seen_at(raw: pa.Table, facts: Mapping[str, str]) -> pa.Array:
    """Return the other of the two times, else when the month was fetched, else 1970: not known."""
    for other in ("first_seen_at", "last_seen_at"):
        if other in raw.column_names:
            return raw[other].cast(TIMESTAMP)
    try:
        fetched_at_ms = int(datetime.fromisoformat(facts["fetched_at"]).timestamp() * 1000)
    except (KeyError, ValueError, OverflowError):
        fetched_at_ms = _EPOCH_MS
    return pa.array([fetched_at_ms] * raw.num_rows, TIMESTAMP)


def _is_listed(raw: pa.Table, _: Mapping[str, str]) -> pa.Array:
    """Return true: before the column was there, what was not listed was not stored."""
    return pa.array([True] * raw.num_rows, pa.bool_())


RAW_DERIVATIONS: Mapping[str, Derivation] = {
    "url": _url,
    "end_time": _end_time,
    "first_seen_at": _seen_at,
    "last_seen_at": _seen_at,
    "is_listed": _is_listed,
}
