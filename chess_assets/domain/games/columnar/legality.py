"""Whether every ply of a month is the one legal move that its SAN names, as python-chess has it.

Nothing here is a heuristic: a game that passes is one that python-chess's `push_san` would play
through, move by move, to the same moves.
"""

import numpy as np

from chess_assets.domain.games.columnar.agreed_moves import Moves
from chess_assets.domain.games.columnar.arrays import Bools, Ints, Shorts, Words, nonzero
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
    is_any_attacked,
    is_king_attacked,
    positions_of,
)

_WAYS = np.array([QUIET, CAPTURE], np.uint8)


def illegal_plies(moves: Moves, played: Played, offsets: Ints) -> Ints:
    """Return the plies that are illegal or ambiguous.

    Args:
        moves: the plies.
        played: what they capture, and the positions that they make.
        offsets: where each game's plies start.
    """
    own = played.after.own(moves.is_black)
    is_legal = _is_reached(moves, played.captured, played.after.occupied)
    is_legal &= _is_capture_right(moves, played.captured)
    is_legal &= ~is_king_attacked(played.after, own, moves.is_black)
    is_legal[moves.castlings.ply] &= _is_castling_possible(moves, played, offsets)
    is_legal[played.impossible] = False
    is_legal[_ambiguous(moves, own, played)] = False
    return np.flatnonzero(~is_legal)


def _is_reached(moves: Moves, captured: Shorts, occupied: Words) -> Bools:
    """Whether the piece moves like this, and nothing is in its way (before the ply, or after)."""
    way = _WAYS.take(captured != 0)
    reach = REACH.take((moves.piece.astype(np.uint16) << 12) + moves.path.view(np.uint16))
    between = BETWEEN.take(moves.path)
    between &= occupied
    is_reached: Bools = reach & way != 0
    is_reached &= between == 0
    is_reached[moves.drops] = is_reached[moves.castlings.ply] = True
    return is_reached


def _is_capture_right(moves: Moves, captured: Shorts) -> Bools:
    """Whether a capture is written where there is one, of an enemy that is no king."""
    is_taken = captured != 0
    is_own = captured >> 3 == moves.is_black
    is_king = captured & UNCOLOURED == KING
    is_right: Bools = (is_taken == moves.is_capture) & ~(is_taken & (is_own | is_king))
    return is_right


def _is_castling_possible(moves: Moves, played: Played, offsets: Ints) -> Bools:
    """Whether king and rook have not moved, their ways are free, and the king's is not attacked.

    That the king's target is not attacked is looked at after the ply, as for every king, and that
    the targets are free in `played_positions`.
    """
    castlings, ply = moves.castlings, moves.castlings.ply
    after, is_black = played.after.at(ply), moves.is_black[ply]  # the enemy is where it was
    king, rook = SQUARE[castlings.king_origin], SQUARE[castlings.rook_origin]
    king_way = BETWEEN[64 * castlings.king_origin + castlings.king_target]
    rook_way = BETWEEN[64 * castlings.rook_origin + castlings.rook_target]
    others = after.occupied & ~(SQUARE[castlings.king_target] | SQUARE[castlings.rook_target])
    is_possible: Bools = others & (king_way | rook_way) == 0
    is_possible &= _touched_before(moves, offsets) & (king | rook) == 0
    enemy = after.own(1 - is_black)
    is_possible &= ~is_any_attacked(king_way | king, after, enemy, others | rook, is_black)
    return is_possible


def _touched_before(moves: Moves, offsets: Ints) -> Words:
    """Return, for each castling, the squares that have changed in its game before."""
    ply = moves.castlings.ply
    first = offsets[moves.game[ply]]
    if not len(ply):
        return np.zeros(0, np.uint64)
    touched = np.bitwise_or.reduceat(moves.touched, np.stack((first, ply), axis=1).ravel())[::2]
    touched[first == ply] = 0
    return touched


def _ambiguous(moves: Moves, own: Words, played: Played) -> Ints:
    """Return the plies whose SAN also names another piece that could legally make the move."""
    rivals = RIVALS.take((moves.piece << 6) + moves.target)
    rivals &= moves.origins
    rivals &= own
    rivals &= ~moves.touched
    rivals[moves.drops] = 0
    some = nonzero(rivals)
    planes = played.after.planes.take(some, axis=1)
    place, square = squares_in(rivals.take(some) & _like(moves.piece.take(some), planes))
    ply = some[place]
    before = played.after.occupied[ply] | SQUARE[moves.origin[ply]]
    is_reached = BETWEEN[64 * square + moves.target[ply]] & before == 0
    ply, rival = ply[is_reached], SQUARE[square[is_reached]]
    piece, is_black, after = moves.piece[ply], moves.is_black[ply], played.after.at(ply)
    swapped = IN_PLANE[:, piece] & (rival ^ SQUARE[moves.origin[ply]])
    positions = positions_of(after.planes ^ swapped)
    is_exposed = is_king_attacked(positions, positions.own(is_black), is_black)
    ambiguous: Ints = ply[~is_exposed]
    return ambiguous


def _like(piece: Shorts, planes: Words) -> Words:
    """Return where the same pieces are, of either colour."""
    straight, diagonal, other, _ = planes
    unlike: Words = straight ^ IN_PLANE[0].take(piece)
    unlike |= diagonal ^ IN_PLANE[1].take(piece)
    unlike |= other ^ IN_PLANE[2].take(piece)
    return ~unlike
