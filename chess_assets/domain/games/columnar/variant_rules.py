"""What variants add to the rules of chess: pockets, counted checks, the hill.

Castling in chess960 is no rule of its own here: it is castling between the squares that the start
position names.
"""

from collections import Counter

import numpy as np

from chess_assets.domain.games.columnar.agreed_moves import Moves
from chess_assets.domain.games.columnar.arrays import Bools, Bytes, Ints
from chess_assets.domain.games.columnar.pieces import BLACK, PAWN
from chess_assets.domain.games.columnar.positions import Positions, is_king_attacked

_HILL = np.uint64(0x0000_0018_1800_0000)  # d4, e4, d5, e5
_CHECKS_THAT_WIN = 3


def drops_of_nothing(moves: Moves, captured: Bytes, offsets: Ints) -> Ints:
    """Return the drops of pieces that were not captured before.

    Games are followed one by one, as a captured piece that was promoted comes back as a pawn.
    """
    games = np.unique(moves.game[moves.drops])
    found = [
        ply for game in games for ply in _unpaid(moves, captured, *offsets[game : game + 2].tolist())
    ]
    return np.array(found, np.int64)


def _unpaid(moves: Moves, captured: Bytes, start: int, end: int) -> list[int]:
    """Return the first such ply of one game, if there is one."""
    pocket: Counter[int] = Counter()  # by piece in its new owner's colour
    promoted: set[int] = set()
    drops, passing = set(moves.drops.tolist()), set(moves.passing.tolist())
    for ply in range(start, end):
        piece, target = int(moves.piece[ply]), int(moves.target[ply])
        if ply in drops:
            if not pocket[piece]:
                return [ply]
            pocket[piece] -= 1
            continue
        if taken := int(captured[ply]):
            is_pawn = target in promoted and ply not in passing
            pocket[(PAWN | taken & BLACK if is_pawn else taken) ^ BLACK] += 1
        is_promoted = moves.arriving[ply] != piece or int(moves.origin[ply]) in promoted
        promoted -= {int(moves.origin[ply]), target}
        if is_promoted:
            promoted.add(target)
    return []


def plies_on_the_hill(moves: Moves, before: Positions, is_hill_game: Bools) -> Ints:
    """Return the plies of king-of-the-hill games that were over already."""
    ply = np.flatnonzero(is_hill_game[moves.game])
    return ply[before.kings[ply] & _HILL != 0]


def plies_after_three_checks(
    moves: Moves, after: Positions, is_check_game: Bools, offsets: Ints
) -> Ints:
    """Return the plies of three-check games that were over already."""
    ply = np.flatnonzero(is_check_game[moves.game])
    is_black = moves.is_black[ply]
    is_check = is_king_attacked(after.at(ply), 1 - is_black)
    over = [np.zeros(0, np.int64)]
    for color in (0, 1):
        checks = np.zeros(len(moves.game) + 1, np.int64)
        checks[ply + 1] = is_check & (is_black == color)
        before = np.cumsum(checks)[:-1]
        so_far = before[ply] - before[offsets[moves.game[ply]]]
        over.append(ply[so_far >= _CHECKS_THAT_WIN])
    return np.concatenate(over)
