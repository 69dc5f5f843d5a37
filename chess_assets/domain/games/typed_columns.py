"""Which columns of `games` are copied from the raw row, which are typed, and their order."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.schemas.games import GAMES

_COPIED = frozenset({"game_id", "url", "end_time", "is_listed"})

TYPED = pa.schema([field for field in GAMES if field.name not in _COPIED])
"""The columns that payload and PGN give."""


def in_order(raw: pa.Table) -> pa.Table:
    """Return raw games in the order that typed ones have: (end_time, game_id)."""
    places = pc.sort_indices(raw, [("end_time", "ascending"), ("game_id", "ascending")])
    is_sorted = (np.diff(places.to_numpy().astype(np.int64)) > 0).all()
    return raw if is_sorted else raw.take(places)


def games_table(raw: pa.Table, typed: pa.Table) -> pa.Table:
    """Return GAMES from raw rows and, row for row, their columns of TYPED."""
    columns = [(raw if name in _COPIED else typed)[name] for name in GAMES.names]
    return pa.table(columns, schema=GAMES)
