"""Positions as columns of bitboards, and the one question asked of them: what is attacked?

Whether a move is legal belongs in `legality`.
"""

from dataclasses import dataclass

import numpy as np

from chess_assets.domain.games.columnar.arrays import Bools, Ints, Words
from chess_assets.domain.games.columnar.bitboards import (
    ATTACKERS,
    BETWEEN,
    lowest,
    square_of,
    squares_in,
)
from chess_assets.domain.games.columnar.pieces import BISHOP, BLACK, KING, KNIGHT, PAWN, ROOK

_NONE, _ALL = np.uint64(0), np.uint64(2**64 - 1)
_BLACK = 3


@dataclass(frozen=True, slots=True)
class Positions:
    """One position a column: a row for each bit of a piece's code (see `pieces`), and their sum."""

    planes: Words
    occupied: Words

    @property
    def kings(self) -> Words:
        """Return the kings of both colours."""
        _, diagonal, other, _ = self.planes
        kings: Words = other & diagonal
        return kings

    def own(self, is_black: Ints) -> Words:
        """Return the pieces of one colour in each position."""
        own: Words = (self.planes[_BLACK] ^ np.where(is_black, _NONE, _ALL)) & self.occupied
        return own

    def at(self, columns: Ints) -> "Positions":
        """Return some of the positions."""
        return Positions(self.planes[:, columns], self.occupied[columns])


def positions_of(planes: Words) -> Positions:
    """Return positions from the bitboards of the four bits."""
    straight, diagonal, other, _ = planes
    return Positions(planes, straight | diagonal | other)


def is_attacked(
    square: Ints, positions: Positions, enemy: Words, occupied: Words, is_black: Ints
) -> Bools:
    """Say of each position whether a square is attacked.

    Args:
        square: the square asked about.
        positions: where the pieces are.
        enemy: which of them attack.
        occupied: what stops a slider; pieces may be taken off it.
        is_black: 1 where Black's square is attacked by White, else 0.
    """
    straight, diagonal, other, _ = positions.planes
    jumpers = ATTACKERS.take(square + 64 * KNIGHT) & straight
    jumpers |= ATTACKERS.take(square + 64 * KING) & diagonal
    pawns = ATTACKERS.take(square + 64 * (PAWN + BLACK) - 64 * BLACK * is_black)
    jumpers |= pawns & ~(straight | diagonal)
    sliders = ATTACKERS.take(square + 64 * ROOK) & straight
    sliders |= ATTACKERS.take(square + 64 * BISHOP) & diagonal
    is_hit: Bools = jumpers & other & enemy != 0
    return is_hit | _is_on_open_line(square, sliders & ~other & enemy, occupied)


def is_any_attacked(
    squares: Words, positions: Positions, enemy: Words, occupied: Words, is_black: Ints
) -> Bools:
    """Say of each position whether any of a bitboard's squares is attacked; see `is_attacked`."""
    place, square = squares_in(squares)
    is_hit = is_attacked(
        square, positions.at(place), enemy[place], occupied[place], is_black[place]
    )
    is_any = np.zeros(len(squares), np.bool_)
    is_any[place[is_hit]] = True
    return is_any


def is_king_attacked(positions: Positions, own: Words, is_black: Ints) -> Bools:
    """Say of each position whether the one king among a colour's own pieces is attacked."""
    king = square_of(positions.kings & own)
    occupied = positions.occupied
    return is_attacked(king, positions, occupied ^ own, occupied, is_black)


def _is_on_open_line(square: Ints, sliders: Words, occupied: Words) -> Bools:
    is_open = np.zeros(len(square), np.bool_)
    left = np.flatnonzero(sliders)
    sliders, square, occupied = sliders[left], square[left], occupied[left]
    while len(left):
        slider = lowest(sliders)
        is_hit = BETWEEN.take(64 * square + square_of(slider)) & occupied == 0
        is_open[left[is_hit]] = True
        sliders = sliders ^ slider
        more = np.flatnonzero(~is_hit & (sliders != 0))
        left, sliders, square, occupied = left[more], sliders[more], square[more], occupied[more]
    return is_open
