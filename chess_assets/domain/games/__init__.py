"""Typed games out of raw ones: the payload's JSON and the PGN, game by game, through python-chess.

`games_from_raw` is the entrance. Below it, `game_row` types one game on its own; the part that
comes from the JSON (`payload`) and the part that comes from the moves (`moves`) know nothing of
each other.
"""

import pyarrow as pa

from chess_assets.domain.games.game_row import game_row
from chess_assets.domain.schemas.games import GAMES

PARSER_VERSION = "1"
"""Raised whenever the same raw table would give other rows: what is stored is then made anew."""

_FROM_RAW = frozenset({"game_id", "url", "end_time", "is_listed"})
_TYPED = pa.schema([field for field in GAMES if field.name not in _FROM_RAW])


def games_from_raw(raw: pa.Table) -> pa.Table:
    """Type every game of a raw table.

    Args:
        raw: a table of RAW_PGN_ARCHIVES.

    Returns:
        A table of exactly GAMES, one row a raw row, ordered by (end_time, game_id). A game that
        can't be typed keeps its row and its identity, and `parse_error` says why.
    """
    ordered = raw.sort_by([("end_time", "ascending"), ("game_id", "ascending")])
    rows = [
        game_row(payload.as_py(), pgn.as_py())
        for payload, pgn in zip(ordered["payload"], ordered["pgn"], strict=True)
    ]
    typed = pa.Table.from_pylist(rows, schema=_TYPED)
    columns = [(ordered if name in _FROM_RAW else typed)[name] for name in GAMES.names]
    return pa.table(columns, schema=GAMES)
