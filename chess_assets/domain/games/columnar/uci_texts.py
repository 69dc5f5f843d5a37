"""Moves as UCI texts, by look-up table."""

import numpy as np
import pyarrow as pa

from chess_assets.domain.games.columnar.agreed_moves import Moves
from chess_assets.domain.games.columnar.arrays import Bools, Ints
from chess_assets.domain.games.columnar.pieces import LETTERS, UNCOLOURED

_FOUR_BYTES = np.dtype("<u4")
_SQUARES = [file + rank for rank in "12345678" for file in "abcdefgh"]
_MOVES = np.array([[(one + other).encode() for other in _SQUARES] for one in _SQUARES])
_DROPS = np.array([[f"{letter}@{to}".encode() for to in _SQUARES] for letter in LETTERS])
_TEXTS = np.concatenate((_MOVES.ravel(), _DROPS.ravel())).view(_FOUR_BYTES)
"""Four characters each, by 64 * origin + target, then by piece and target of drops."""
_PROMOTIONS = np.frombuffer(LETTERS.lower().encode(), np.uint8)


def uci_texts(moves: Moves, is_chess960: Bools) -> pa.StringArray:
    """Return one text a ply; where `is_chess960`, by game, castling is the king taking its rook."""
    index, castlings, drops = moves.path.astype(np.int64), moves.castlings, moves.drops
    onto_rook = np.flatnonzero(is_chess960[moves.game[castlings.ply]])
    index[castlings.ply[onto_rook]] += (castlings.rook_origin - castlings.king_target)[onto_rook]
    index[drops] = _MOVES.size + 64 * (moves.piece[drops] & UNCOLOURED) + moves.target[drops]
    characters = _TEXTS.take(index).view(np.uint8)
    promotions = moves.promotions
    letters = _PROMOTIONS[moves.arriving[promotions] & UNCOLOURED]
    characters = np.insert(characters, 4 * (promotions + 1), letters)
    return pa.StringArray.from_buffers(
        len(index), pa.py_buffer(_offsets(len(index), promotions)), pa.py_buffer(characters)
    )


def _offsets(plies: int, promotions: Ints) -> Ints:
    """Return where each text starts: four characters a move, five a promotion."""
    lengths = np.full(plies + 1, 4, np.int32)
    lengths[promotions + 1] = 5
    lengths[0] = 0
    return np.cumsum(lengths, dtype=np.int32)
