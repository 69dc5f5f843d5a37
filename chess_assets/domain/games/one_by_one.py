"""Raw games typed one after the other: any game at all, and the measure for every faster way."""

import pyarrow as pa

from chess_assets.domain.games.game_row import game_row
from chess_assets.domain.schemas.games import GAMES

FROM_RAW = frozenset({"game_id", "url", "end_time", "is_listed"})
TYPED = pa.schema([field for field in GAMES if field.name not in FROM_RAW])
"""The columns that payload and PGN give."""


def type_one_by_one(payloads: pa.StringArray, pgns: pa.StringArray) -> pa.Table:
    """Return one row of TYPED a game, in the order given."""
    rows = [
        game_row(payload.as_py(), pgn.as_py())
        for payload, pgn in zip(payloads, pgns, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=TYPED)
