"""Raw games typed one after the other: any game at all, and the measure for every faster way."""

import pyarrow as pa

from chess_assets.domain.games.game_row import game_row
from chess_assets.domain.games.typed_columns import TYPED, games_table, in_order


def typed_one_by_one(raw: pa.Table) -> pa.Table:
    """Type every game of a raw table.

    Args:
        raw: a table of RAW_PGN_ARCHIVES.

    Returns:
        A table of exactly GAMES, one row a raw row, ordered by (end_time, game_id). A game that
        can't be typed keeps its row and its identity, and `parse_error` says why.
    """
    ordered = in_order(raw)
    return games_table(ordered, typed_rows(ordered["payload"], ordered["pgn"]))


def typed_rows(payloads: pa.ChunkedArray, pgns: pa.ChunkedArray) -> pa.Table:
    """Return the columns of GAMES that payload and PGN give, one row a game."""
    rows = [
        game_row(payload.as_py(), pgn.as_py()) for payload, pgn in zip(payloads, pgns, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=TYPED)
