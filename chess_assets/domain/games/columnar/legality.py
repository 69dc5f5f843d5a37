"""Whether every ply of a month is the one legal move that its SAN names, as python-chess has it.

Nothing here is a heuristic: a game that passes is one that python-chess's `push_san` would play
through, move by move, to the same moves.
"""

import numpy as np

from chess_assets.domain.games.columnar.agreed_moves import Moves
from chess_assets.domain.games.columnar.arrays import Bools, Bytes, Ints, Words
from chess_assets.domain.games.columnar.bitboards import (
    BETWEEN,
    CAPTURE,
    IN_PLANE,
    QUIET,
    REACH,
    RIVALS,
    SQUARE,
    squares_in,
)
from chess_assets.domain.games.columnar.pieces import KING, UNCOLOURED
from chess_assets.domain.games.columnar.played_positions import Played
from chess_assets.domain.games.columnar.positions import (
    Positions,
    is_any_attacked,
    is_king_attacked,
    positions_of,
)


def illegal_plies(moves: Moves, captured: Bytes, played: Played) -> Ints:
    """Return the plies that are illegal or ambiguous.

    Args:
        moves: the plies; that castling kings and rooks have not moved is proven elsewhere.
        captured: the piece each ply captures, 0 for none.
        played: the positions that they make.
    """
    own = played.after.own(moves.is_black)
    is_legal = _is_reached(moves, captured, played.occupied_before)
    is_legal &= _is_capture_right(moves, captured)
    is_legal &= ~is_king_attacked(played.after, own, moves.is_black)
    is_legal[moves.castlings.ply] &= _is_castling_possible(moves, played)
    is_legal[_ambiguous(moves, own, played)] = False
    return np.flatnonzero(~is_legal)


def _is_reached(moves: Moves, captured: Bytes, occupied: Words) -> Bools:
    """Whether the piece moves like this, and nothing is in its way."""
    way = np.where(captured, np.uint8(CAPTURE), np.uint8(QUIET))
    is_reached: Bools = REACH.take((moves.piece << 12) + moves.path) & way != 0
    is_reached &= BETWEEN.take(moves.path) & occupied == 0
    is_reached[moves.drops] = is_reached[moves.castlings.ply] = True
    return is_reached


def _is_capture_right(moves: Moves, captured: Bytes) -> Bools:
    """Whether a capture is written where there is one, of an enemy that is no king."""
    is_taken = captured != 0
    is_own = captured >> 3 == moves.is_black
    is_king = captured & UNCOLOURED == KING
    is_right: Bools = (is_taken == moves.is_capture) & ~(is_taken & (is_own | is_king))
    return is_right


def _is_castling_possible(moves: Moves, played: Played) -> Bools:
    """Whether the ways of king and rook are free, and the king's is not attacked.

    That its target is not attacked either is looked at after the ply, as for every king.
    """
    castlings = moves.castlings
    ply, occupied = castlings.ply, played.occupied_before[castlings.ply]
    king, rook = SQUARE[castlings.king_origin], SQUARE[castlings.rook_origin]
    king_way = BETWEEN[64 * castlings.king_origin + castlings.king_target]
    rook_way = BETWEEN[64 * castlings.rook_origin + castlings.rook_target]
    targets = SQUARE[castlings.king_target] | SQUARE[castlings.rook_target]
    is_free: Bools = occupied & ~(king | rook) & (king_way | rook_way | targets) == 0
    after, is_black = played.after.at(ply), moves.is_black[ply]  # the enemy is where it was
    enemy = after.own(1 - is_black)
    return is_free & ~is_any_attacked(king_way | king, after, enemy, occupied & ~king, is_black)


def _ambiguous(moves: Moves, own: Words, played: Played) -> Ints:
    """Return the plies whose SAN also names another piece that could legally make the move."""
    rivals = RIVALS.take((moves.piece << 6) + moves.target) & moves.origins
    rivals &= _like(moves.piece, played.after) & own
    rivals &= ~SQUARE.take(moves.origin)
    rivals[moves.drops] = 0
    named = np.flatnonzero(rivals)
    place, square = squares_in(rivals[named])
    ply = named[place]
    is_reached = BETWEEN[64 * square + moves.target[ply]] & played.occupied_before[ply] == 0
    ply, rival = ply[is_reached], SQUARE[square[is_reached]]
    piece, is_black, after = moves.piece[ply], moves.is_black[ply], played.after.at(ply)
    swapped = IN_PLANE[:, piece] & (rival ^ SQUARE[moves.origin[ply]])
    positions = positions_of(after.planes ^ swapped)
    is_exposed = is_king_attacked(positions, positions.own(is_black), is_black)
    ambiguous: Ints = ply[~is_exposed]
    return ambiguous


def _like(piece: Ints, positions: Positions) -> Words:
    """Return where the same pieces are, of either colour."""
    straight, diagonal, other, _ = positions.planes
    unlike: Words = straight ^ IN_PLANE[0].take(piece)
    unlike |= diagonal ^ IN_PLANE[1].take(piece)
    unlike |= other ^ IN_PLANE[2].take(piece)
    return ~unlike
