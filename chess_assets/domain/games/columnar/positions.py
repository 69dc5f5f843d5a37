"""Positions as columns of bitboards, and the one question asked of them: what is attacked?

Whether a move is legal belongs in `legality`.
"""

from dataclasses import dataclass

import numpy as np

from chess_assets.domain.games.columnar.arrays import Bools, Ints, Shorts, Words, nonzero
from chess_assets.domain.games.columnar.bitboards import (
    ATTACKERS,
    BETWEEN,
    lowest_square,
    squares_in,
    without_lowest,
)
from chess_assets.domain.games.columnar.pieces import BISHOP, BLACK, KING, KNIGHT, PAWN, ROOK

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

    def own(self, is_black: Shorts) -> Words:
        """Return the pieces of one colour in each position."""
        own: Words = is_black.astype(np.uint64) - np.uint64(1)  # all squares for White, or none
        own ^= self.planes[_BLACK]
        own &= self.occupied
        return own

    def at(self, columns: Ints) -> "Positions":
        """Return some of the positions."""
        return Positions(self.planes.take(columns, axis=1), self.occupied.take(columns))


def positions_of(planes: Words) -> Positions:
    """Return positions from the bitboards of the four bits."""
    straight, diagonal, other, _ = planes
    return Positions(planes, straight | diagonal | other)


def is_attacked(
    square: Shorts, positions: Positions, enemy: Words, occupied: Words, is_black: Shorts
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
    jumpers = ATTACKERS.take(square + 64 * KNIGHT)
    jumpers &= straight
    jumpers |= ATTACKERS.take(square + 64 * KING) & diagonal
    pawns = ATTACKERS.take(square + 64 * (PAWN + BLACK) - 64 * BLACK * is_black)
    jumpers |= pawns & ~(straight | diagonal)
    jumpers &= other
    jumpers &= enemy
    sliders = ATTACKERS.take(square + 64 * ROOK)
    sliders &= straight
    sliders |= ATTACKERS.take(square + 64 * BISHOP) & diagonal
    sliders &= ~other
    sliders &= enemy
    is_hit: Bools = jumpers != 0
    is_hit[_on_open_line(square, sliders, occupied)] = True
    return is_hit


def is_any_attacked(
    squares: Words, positions: Positions, enemy: Words, occupied: Words, is_black: Shorts
) -> Bools:
    """Say of each position whether any of a bitboard's squares is attacked; see `is_attacked`."""
    place, square = squares_in(squares)
    is_hit = is_attacked(
        square, positions.at(place), enemy[place], occupied[place], is_black[place]
    )
    is_any = np.zeros(len(squares), np.bool_)
    is_any[place[is_hit]] = True
    return is_any


def is_king_attacked(positions: Positions, own: Words, is_black: Shorts) -> Bools:
    """Say of each position whether the one king among a colour's own pieces is attacked."""
    king = lowest_square(positions.kings & own)
    occupied = positions.occupied
    return is_attacked(king, positions, occupied ^ own, occupied, is_black)


def _on_open_line(square: Shorts, sliders: Words, occupied: Words) -> Ints:
    """Return the positions in which nothing is between the square and one of the sliders."""
    found, left = [], nonzero(sliders)
    sliders, square, occupied = sliders.take(left), square.take(left), occupied.take(left)
    while len(left):
        is_open = BETWEEN.take(64 * square + lowest_square(sliders)) & occupied == 0
        found.append(left[is_open])
        sliders = without_lowest(sliders)
        more = np.flatnonzero(~is_open & (sliders != 0))
        left, sliders = left.take(more), sliders.take(more)
        square, occupied = square.take(more), occupied.take(more)
    return np.concatenate([left, *found])
