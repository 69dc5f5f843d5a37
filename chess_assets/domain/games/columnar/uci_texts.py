"""Moves as UCI texts, by look-up table."""

from functools import cache

import numpy as np
import pyarrow as pa

from chess_assets.domain.games.columnar.agreed_moves import Moves
from chess_assets.domain.games.columnar.arrays import Bools
from chess_assets.domain.games.columnar.pieces import LETTERS, UNCOLOURED

_SQUARES = [file + rank for rank in "12345678" for file in "abcdefgh"]
_MOVES = len(_SQUARES) ** 2
_DROPS_AT = _MOVES * len(LETTERS)


@cache
def _table() -> pa.StringArray:
    """Return all texts: moves by promotion, origin and target, then drops by piece and target."""
    moves = [origin + target for origin in _SQUARES for target in _SQUARES]
    promotions = [move + letter for letter in ["", *LETTERS[1:].lower()] for move in moves]
    drops = [f"{letter}@{target}" for letter in LETTERS for target in _SQUARES]
    return pa.array(promotions + drops, pa.string())


def uci_texts(moves: Moves, is_chess960: Bools) -> pa.StringArray:
    """Return one text a ply; where `is_chess960`, by game, castling is the king taking its rook."""
    index, castlings = moves.path.copy(), moves.castlings
    onto_rook = np.flatnonzero(is_chess960[moves.game[castlings.ply]])
    index[castlings.ply[onto_rook]] += (castlings.rook_origin - castlings.king_target)[onto_rook]
    promotions = np.flatnonzero(moves.arriving != moves.piece)
    index[promotions] += _MOVES * (moves.arriving[promotions] & UNCOLOURED)
    drops = moves.drops
    index[drops] = _DROPS_AT + 64 * (moves.piece[drops] & UNCOLOURED) + moves.target[drops]
    return _table().take(pa.array(index))
