"""Bitboards: bit 8 * rank + file, a1 the lowest; tables of how pieces move on an empty board."""

import numpy as np
import numpy.typing as npt

from chess_assets.domain.games.columnar.arrays import Bools, Bytes, Ints, Shorts, Words, nonzero
from chess_assets.domain.games.columnar.pieces import (
    BISHOP,
    BLACK,
    KING,
    KNIGHT,
    PAWN,
    PLANES,
    QUEEN,
    ROOK,
)

QUIET, CAPTURE = 1, 2
"""What a piece may do on a square it reaches: go to it empty, take what is on it, or both."""

SQUARE: Words = np.uint64(1) << np.arange(64, dtype=np.uint64)

_Grid = npt.NDArray[np.int64]
_FILES, _RANKS = np.arange(64) % 8, np.arange(64) // 8
_ACROSS: _Grid = _FILES[None, :] - _FILES[:, None]  # by origin and target
_UP: _Grid = _RANKS[None, :] - _RANKS[:, None]


IN_PLANE: Words = np.array(
    [[2**64 - 1 if piece >> plane & 1 else 0 for piece in range(16)] for plane in PLANES], np.uint64
)
"""All squares where a piece has the bit of a plane, none where it has not; by plane and piece."""


def lowest_square(bitboards: Words) -> Shorts:
    """Return the lowest square in each bitboard; any square for an empty one."""
    squares = np.bitwise_count(~bitboards & (bitboards - np.uint64(1))) & 63
    return squares.astype(np.int16)


def without_lowest(bitboards: Words) -> Words:
    """Return the bitboards without their lowest squares."""
    left: Words = bitboards & (bitboards - np.uint64(1))
    return left


def squares_in(bitboards: Words) -> tuple[Ints, Shorts]:
    """Return every square in every bitboard: the bitboard's place, and the square."""
    place = nonzero(bitboards)
    places, squares, left = [place], [np.zeros(0, np.int16)], bitboards.take(place)
    while len(place):
        squares.append(lowest_square(left))
        left = without_lowest(left)
        more = nonzero(left)
        place, left = place.take(more), left.take(more)
        places.append(place)
    return np.concatenate(places), np.concatenate(squares)


def bitboards_of(is_in: Bools) -> Words:
    """Return a bitboard for each row of 64 flags."""
    bitboards: Words = np.where(is_in, SQUARE, np.uint64(0)).sum(axis=-1, dtype=np.uint64)
    return bitboards


def _reach() -> Bytes:
    is_straight = (_ACROSS == 0) ^ (_UP == 0)
    is_diagonal = (abs(_ACROSS) == abs(_UP)) & (_UP != 0)
    reached = {
        ROOK: is_straight,
        BISHOP: is_diagonal,
        QUEEN: is_straight | is_diagonal,
        KNIGHT: abs(_ACROSS * _UP) == 2,
        KING: np.maximum(abs(_ACROSS), abs(_UP)) == 1,
    }
    reach = np.zeros((16, 64, 64), np.uint8)
    for piece, is_reached in reached.items():
        reach[[piece, piece + BLACK]] = np.where(is_reached, QUIET | CAPTURE, 0)
    for pawn, ahead, home in ((PAWN, 1, 1), (PAWN + BLACK, -1, 6)):
        is_double = (_RANKS[:, None] == home) & (ahead * _UP == 2)
        is_push = (_ACROSS == 0) & ((ahead * _UP == 1) | is_double)
        is_capture = (abs(_ACROSS) == 1) & (ahead * _UP == 1)
        reach[pawn] = np.where(is_push, QUIET, 0) + np.where(is_capture, CAPTURE, 0)
    return reach


def _between() -> Words:
    distance = np.maximum(abs(_ACROSS), abs(_UP))[..., None]
    is_line = (_ACROSS == 0) | (_UP == 0) | (abs(_ACROSS) == abs(_UP))
    step = 8 * np.sign(_UP) + np.sign(_ACROSS)
    squares = np.arange(64)[:, None, None] + step[..., None] * np.arange(1, 7)
    is_inside = is_line[..., None] & (np.arange(1, 7) < distance)
    bits = np.where(is_inside, SQUARE[squares % 64], np.uint64(0))
    between: Words = bits.sum(axis=-1, dtype=np.uint64)
    return between


_REACH = _reach()

REACH: Bytes = _REACH.ravel()
"""QUIET, CAPTURE, both or neither, by 4096 * coloured piece + 64 * origin + target."""

BETWEEN: Words = _between().ravel()
"""The squares strictly between two on a line, by 64 * one + other; none for two on no line."""

ATTACKERS: Words = bitboards_of((_REACH & CAPTURE != 0).transpose(0, 2, 1)).ravel()
"""From where a coloured piece attacks a square of the empty board, by 64 * piece + square."""

RIVALS: Words = ATTACKERS.copy()
"""The same for the pieces of which more than one may be able to make a move as SAN names it."""
for _single in (PAWN, KING):
    RIVALS.reshape(16, 64)[[_single, _single + BLACK]] = 0
