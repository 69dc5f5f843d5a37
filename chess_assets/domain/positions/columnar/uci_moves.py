"""UCI moves, read by look-up table.

Only what the games without drops have; castling is the king's move, or the king onto its rook.
"""

from itertools import permutations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.games.columnar.arrays import Codes
from chess_assets.domain.games.columnar.pieces import BISHOP, KNIGHT, LETTERS, QUEEN, ROOK
from chess_assets.domain.games.columnar.tcn import TcnMoves
from chess_assets.domain.games.columnar.written_moves import Fields

_SQUARES = [file + rank for rank in "12345678" for file in "abcdefgh"]
_LAST_RANKS = {"7": "8", "2": "1"}  # the ranks between which pawns are promoted


def _moves() -> dict[str, tuple[int, int]]:
    """Return origin and witness of each move, by its text."""
    moves = {}
    for origin, target in permutations(range(64), 2):
        text = _SQUARES[origin] + _SQUARES[target]
        moves[text] = (origin, target)
        if _LAST_RANKS.get(text[1]) == text[3] and abs(origin % 8 - target % 8) <= 1:
            for piece in (QUEEN, ROOK, BISHOP, KNIGHT):
                promoted = text + LETTERS[piece].lower()
                moves[promoted] = (origin, target | piece << Fields.PROMOTION)
    return moves


_MOVES = _moves()
_TEXTS = pa.array(_MOVES)
_ORIGINS: Codes = np.array([*(origin for origin, _ in _MOVES.values()), 0], np.int32)
_WITNESSES: Codes = np.array(
    [*(witness for _, witness in _MOVES.values()), Fields.ODD_TCN], np.int32
)


def read_uci(texts: pa.StringArray) -> TcnMoves:
    """Return what each text says, in the form that tcn is read in too."""
    place = pc.index_in(texts, _TEXTS).fill_null(len(_TEXTS)).to_numpy()
    return TcnMoves(_ORIGINS.take(place), _WITNESSES.take(place))
