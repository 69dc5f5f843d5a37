"""Which columns of `games` are copied from the raw row, which are typed, and their order."""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.games.faults import Faults
from chess_assets.domain.games.json_object import JsonObject, parse_json_object
from chess_assets.domain.schemas.columns import TIMESTAMP
from chess_assets.domain.schemas.games import GAMES

_COPIED = frozenset({"game_id", "url", "end_time", "is_listed"})

TYPED = pa.schema([field for field in GAMES if field.name not in _COPIED])
"""The columns that payload and PGN give."""


def in_order(raw: pa.Table) -> pa.Table:
    """Return raw games in the order that typed ones have: (end_time, game_id).

    Raw rows that an older version stored without an end_time have it from their payload, where it
    can be read by now: a sealed month is not fetched again for it.
    """
    if raw["end_time"].null_count:
        raw = _dated(raw)
    places = pc.sort_indices(raw, [("end_time", "ascending"), ("game_id", "ascending")])
    is_sorted = (np.diff(places.to_numpy().astype(np.int64)) > 0).all()
    return raw if is_sorted else raw.take(places)


def _dated(raw: pa.Table) -> pa.Table:
    ends = [
        end_time or _end_time(payload.as_py())
        for end_time, payload in zip(raw["end_time"].to_pylist(), raw["payload"], strict=True)
    ]
    place = raw.schema.get_field_index("end_time")
    return raw.set_column(place, raw.schema.field(place), pa.array(ends, TIMESTAMP))


def _end_time(payload: str) -> datetime | None:
    faults = Faults()  # `payload_columns` notes the same again, where it becomes the parse_error
    members = faults.attempt(parse_json_object, payload)
    return None if members is None else JsonObject(members, faults).instant("end_time")


def games_table(raw: pa.Table, typed: pa.Table) -> pa.Table:
    """Return GAMES from raw rows and, row for row, their columns of TYPED."""
    columns = [(raw if name in _COPIED else typed)[name] for name in GAMES.names]
    return pa.table(columns, schema=GAMES)
