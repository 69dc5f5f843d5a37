"""What arrives on each square of each game, in order of time: so what is there to be captured.

The one thing that makes a month of games a sorting problem instead of a replay: a capture takes
the piece that arrived last on its square, or stood there from the start. Whether that piece has
left since is seen in `played_positions`.
"""

import numpy as np
import numpy.typing as npt

from chess_assets.domain.games.columnar.agreed_moves import Moves
from chess_assets.domain.games.columnar.arrays import Bytes, Shorts, nonzero
from chess_assets.domain.games.columnar.pieces import BLACK, PAWN, ROOK

# An arrival is one integer that sorts by square, then by ply, and so by game too.
_IS_ROOK, _IS_CAPTURE, _PLY_AT, _SQUARE_AT = 1, 2, 2, 26
_PLY = (1 << _SQUARE_AT - _PLY_AT) - 1


def captured_pieces(moves: Moves, start: Bytes) -> Shorts:
    """Return the piece that each ply captures, 0 for none; up to 16 million plies.

    Args:
        moves: the plies.
        start: the pieces at the start, one row of 64 squares a game.
    """
    captured = np.zeros(len(moves.game), np.int16)
    arrivals = np.sort(_arrivals(moves))
    place = nonzero(arrivals & _IS_CAPTURE)
    captures, before = arrivals.take(place), arrivals.take(place - 1, mode="clip")
    square, ply, last = captures >> _SQUARE_AT, *(of >> _PLY_AT & _PLY for of in (captures, before))
    game = moves.game.take(ply)
    has_arrived = (before >> _SQUARE_AT == square) & (moves.game.take(last) == game) & (last < ply)
    rook = ROOK + BLACK * moves.is_black.take(last)
    arrived = np.where(before & _IS_ROOK, rook, moves.arriving.take(last))
    standing = start.reshape(-1).take(64 * game + square)
    captured[ply] = np.where(has_arrived, arrived, standing)
    captured[moves.passing] = PAWN + BLACK * (1 - moves.is_black[moves.passing])
    return captured


def _arrivals(moves: Moves) -> npt.NDArray[np.uint32]:
    """Return all arrivals, in any order."""
    arrivals = np.arange(len(moves.game), dtype=np.uint32) << _PLY_AT
    castlings = moves.castlings
    rooks = arrivals[castlings.ply] | castlings.rook_target.astype(np.uint32) << _SQUARE_AT
    arrivals |= moves.target.astype(np.uint32) << _SQUARE_AT
    arrivals |= moves.is_capture.astype(np.uint32) * _IS_CAPTURE
    return np.concatenate((arrivals, rooks | _IS_ROOK))
