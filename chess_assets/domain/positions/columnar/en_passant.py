"""Where a pawn has just stepped over a square on which it may be taken en passant."""

from dataclasses import dataclass

import numpy as np

from chess_assets.domain.games.columnar.arrays import Bools, Ints, Shorts
from chess_assets.domain.games.columnar.bitboards import ATTACKERS, IN_PLANE, SQUARE, squares_in
from chess_assets.domain.games.columnar.pieces import BLACK, PAWN, UNCOLOURED
from chess_assets.domain.games.columnar.positions import Positions, is_king_attacked, positions_of
from chess_assets.domain.positions.columnar.proven_games import ProvenGames


@dataclass(frozen=True, slots=True)
class EnPassant:
    """The rows with an enemy pawn beside the pawn, the squares, and whether taking is legal."""

    row: Ints
    square: Shorts
    is_legal: Bools


def en_passant(games: ProvenGames) -> EnPassant:
    """Return the positions in which a pawn stands ready to take another en passant."""
    moves = games.moves
    is_double = (moves.piece & UNCOLOURED == PAWN) & (abs(moves.origin - moves.target) == 16)
    ply = np.flatnonzero(is_double)
    row, square = games.row[ply], (moves.origin[ply] + moves.target[ply]) // 2
    after, is_black = games.positions.at(row), 1 - moves.is_black[ply]
    straight, diagonal, _, _ = after.planes
    takers = ATTACKERS.take(64 * (PAWN + BLACK * is_black) + square)
    takers &= after.own(is_black) & ~(straight | diagonal)
    place, taker = squares_in(takers)
    is_legal = np.zeros(len(row), np.bool_)
    is_legal[place[_is_legal(after.at(place), taker, square[place], is_black[place])]] = True
    ready = np.flatnonzero(takers)
    return EnPassant(row[ready], square[ready], is_legal[ready])


def _is_legal(positions: Positions, taker: Shorts, square: Shorts, is_black: Shorts) -> Bools:
    """Say whether a pawn that takes on the square leaves its own king unattacked."""
    own, enemy = PAWN + BLACK * is_black, PAWN + BLACK * (1 - is_black)
    planes = positions.planes ^ (IN_PLANE[:, own] & (SQUARE[taker] | SQUARE[square]))
    planes ^= IN_PLANE[:, enemy] & SQUARE[square ^ 8]
    after = positions_of(planes)
    return ~is_king_attacked(after, after.own(is_black), is_black)
