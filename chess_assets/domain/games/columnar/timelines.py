"""What happens on each square of each game, in order of time: leaving and arriving.

The one thing that makes a month of games a sorting problem instead of a replay: a piece that
leaves must be the one that arrived last (or stood there from the start), and a piece that is
already there when another arrives is captured. What pieces may do belongs in `legality`.
"""

from dataclasses import dataclass

import numpy as np

from chess_assets.domain.games.columnar.agreed_moves import Moves
from chess_assets.domain.games.columnar.arrays import Bytes, Ints
from chess_assets.domain.games.columnar.pieces import BLACK, PAWN, ROOK

# An event is one integer that sorts by game and square, then by ply, then leaving first.
_PIECE, _IS_QUIET, _IS_UNTOUCHED, _IS_ARRIVAL = 0x0F, 0x20, 0x40, 0x80
_PLY_AT, _SQUARE_AT, _GAME_AT = 8, 36, 42
_PLY = (1 << _SQUARE_AT - _PLY_AT) - 1


@dataclass(frozen=True, slots=True)
class Timelines:
    """What follows: the piece captured at each ply, each game's last position, the odd games."""

    captured: Bytes
    final: Bytes
    odd_games: Ints


def follow(moves: Moves, start: Bytes) -> Timelines:
    """Follow every square of every game.

    Args:
        moves: the plies.
        start: the pieces at the start, one row of 64 squares a game.
    """
    captured = np.zeros(len(moves.game), np.uint8)
    captured[moves.passing] = _passed_pawns(moves)
    if not len(captured):
        return Timelines(captured, start, np.zeros(0, np.int64))
    events = np.sort(_events(moves))
    place = events >> _SQUARE_AT
    flags = events.astype(np.uint8)
    piece, is_arrival = flags & _PIECE, flags >= _IS_ARRIVAL
    is_last = np.append(place[1:] != place[:-1], True)
    is_first = np.roll(is_last, 1)
    after = piece * is_arrival
    before = np.roll(after, 1)
    first = np.flatnonzero(is_first)
    before[first] = start.reshape(-1)[place[first]]

    is_odd = np.where(is_arrival, (flags & _IS_QUIET != 0) & (before != 0), before != piece)
    is_odd |= (flags & _IS_UNTOUCHED != 0) & ~is_first
    arrivals = np.flatnonzero(is_arrival & (flags & _IS_QUIET == 0))
    captured[events[arrivals] >> _PLY_AT & _PLY] = before[arrivals]
    final = start.copy()
    last = np.flatnonzero(is_last)
    final.reshape(-1)[place[last]] = after[last]
    return Timelines(captured, final, place[is_odd] >> _GAME_AT - _SQUARE_AT)


def _events(moves: Moves) -> Ints:
    """Return all that leaves and arrives, in any order."""
    when = (moves.game << _GAME_AT) + (np.arange(len(moves.game)) << _PLY_AT)
    castlings, passing = moves.castlings, moves.passing
    leaving = when + (moves.origin << _SQUARE_AT) + moves.piece
    leaving[castlings.ply] += _IS_UNTOUCHED
    arriving = when + (moves.target << _SQUARE_AT) + moves.arriving
    arriving += np.where(moves.is_capture, _IS_ARRIVAL, _IS_ARRIVAL + _IS_QUIET)
    arriving[passing] += _IS_QUIET
    passed = when[passing] + (moves.passed_on << _SQUARE_AT) + _passed_pawns(moves)
    rook = when[castlings.ply] + ROOK + BLACK * moves.is_black[castlings.ply]
    return np.concatenate(
        (
            np.delete(leaving, moves.drops) if len(moves.drops) else leaving,
            arriving,
            passed,
            rook + (castlings.rook_origin << _SQUARE_AT) + _IS_UNTOUCHED,
            rook + (castlings.rook_target << _SQUARE_AT) + _IS_ARRIVAL + _IS_QUIET,
        )
    )


def _passed_pawns(moves: Moves) -> Ints:
    """Return the pawns taken en passant."""
    return PAWN + BLACK * (1 - moves.is_black[moves.passing])
