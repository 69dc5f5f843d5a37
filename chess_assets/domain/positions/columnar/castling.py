"""Which castling rights are left in each position: as FEN writes them, and their hash.

A right is gone once anything has left or reached its king's or its rook's square.
"""

from dataclasses import dataclass

import chess.polyglot
import numpy as np
import pyarrow as pa

from chess_assets.domain.games.columnar.arrays import Bools, Bytes, Ints, Words
from chess_assets.domain.games.columnar.pieces import BLACK, ROOK
from chess_assets.domain.games.columnar.start_positions import NO_ROOK
from chess_assets.domain.positions.columnar.proven_games import ProvenGames
from chess_assets.domain.positions.left_out import inner_rooks, left_out_hash

_A_SIDE, _H_SIDE = 0, 1
_IN_ORDER = ((0, _H_SIDE), (0, _A_SIDE), (1, _H_SIDE), (1, _A_SIDE))  # colour and side: KQkq
_FLAGS = "KQkq"
_NUMBERS: Words = np.array(chess.polyglot.POLYGLOT_RANDOM_ARRAY[768:772], np.uint64)
_OUTERMOST, _FILES_FROM = 1, 2  # how a right is written, in four bits; 0 for none


@dataclass(frozen=True, slots=True)
class Castling:
    """One entry a position: the FEN's field, and the rights' part of the position's key."""

    text: pa.StringArray
    hash: Words


def castling(games: ProvenGames, pieces: Bytes) -> Castling:
    """Return the castling rights of each position."""
    codes, hashes = np.zeros(len(pieces), np.int64), np.zeros(len(pieces), np.uint64)
    for place, (color, side) in enumerate(_IN_ORDER):
        row = np.flatnonzero(_has_right(games, color, side))
        rook = games.starts.rooks[games.game[row], color, side]
        codes[row] |= _written(pieces[row], rook, color, side) << 4 * place
        hashes[row] ^= _NUMBERS[place]
    encoded = pa.array(codes).dictionary_encode()
    texts = [_text(code) for code in encoded.dictionary.to_pylist()]
    extra = np.array([left_out_hash(inner_rooks(text)) for text in texts], np.uint64)
    index = encoded.indices
    return Castling(pa.array(texts, pa.string()).take(index), hashes ^ extra.take(index.to_numpy()))


def _has_right(games: ProvenGames, color: int, side: int) -> Bools:
    rook, king = games.starts.rooks[:, color, side], games.starts.kings[:, color]
    moves, had_right = games.moves, rook != NO_ROOK
    is_touched = np.zeros(len(moves.game), np.bool_)
    for square in (rook[moves.game], king[moves.game]):
        is_touched |= (moves.origin == square) | (moves.target == square)
    last_first = np.flatnonzero(is_touched & had_right[moves.game])[::-1]
    ends = np.where(had_right, len(games.game), 0)  # the first row without the right
    ends[moves.game[last_first]] = games.row[last_first]  # of a game's several, the first stays
    has_right: Bools = np.arange(len(games.game)) < ends[games.game]
    return has_right


def _written(pieces: Bytes, rook: Ints, color: int, side: int) -> Ints:
    """Return _OUTERMOST where no other rook of that side is further out, else the rook's file."""
    is_rook = pieces[:, 56 * color : 56 * color + 8] == ROOK + BLACK * color
    file = (rook & 7)[:, None]
    is_outside = np.arange(8) < file if side == _A_SIDE else np.arange(8) > file
    return np.where((is_rook & is_outside).any(axis=1), _FILES_FROM + (rook & 7), _OUTERMOST)


def _text(code: int) -> str:
    text = ""
    for place, flag in enumerate(_FLAGS):
        known = code >> 4 * place & 15
        if known >= _FILES_FROM:
            file = "abcdefgh"[known - _FILES_FROM]
            text += file.upper() if flag.isupper() else file
        elif known == _OUTERMOST:
            text += flag
    return text or "-"
