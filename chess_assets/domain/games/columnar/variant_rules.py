"""What variants add to the rules of chess: pockets, counted checks, the hill.

Castling in chess960 is no rule of its own here: it is castling between the squares that the start
position names.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from chess_assets.domain.games.columnar.agreed_moves import Moves
from chess_assets.domain.games.columnar.arrays import Bytes, Ints, Shorts
from chess_assets.domain.games.columnar.bitboards import SQUARE
from chess_assets.domain.games.columnar.pieces import BLACK, KING, PAWN, UNCOLOURED
from chess_assets.domain.games.columnar.positions import Positions, is_king_attacked

_HILL = np.array([27, 28, 35, 36])  # d4, e4, d5, e5
_HILL_SQUARES = np.bitwise_or.reduce(SQUARE[_HILL])
_CHECKS_THAT_WIN = 3


def games_without_piece_to_drop(moves: Moves, captured: Shorts, offsets: Ints) -> list[int]:
    """Return the games in which a piece is dropped that was not captured before.

    They are followed one by one, as a captured piece that was promoted comes back as a pawn.
    """
    if not len(moves.drops):
        return []
    games: list[int] = np.unique(moves.game[moves.drops]).tolist()
    return [game for game in games if _drops_nothing(moves, captured, *offsets[game:][:2].tolist())]


def _drops_nothing(moves: Moves, captured: Shorts, start: int, end: int) -> bool:
    pocket: Counter[int] = Counter()  # by piece in its new owner's colour
    promoted: set[int] = set()  # squares
    drops, passing = set(moves.drops.tolist()), set(moves.passing.tolist())
    for ply in range(start, end):
        piece, origin, target = (int(m[ply]) for m in (moves.piece, moves.origin, moves.target))
        if ply in drops:
            if not pocket[piece]:
                return True
            pocket[piece] -= 1
            continue
        if taken := int(captured[ply]):
            is_pawn = target in promoted and ply not in passing
            pocket[(PAWN | taken & BLACK if is_pawn else taken) ^ BLACK] += 1
        is_promoted = int(moves.arriving[ply]) != piece or origin in promoted
        promoted -= {origin, target}
        if is_promoted:
            promoted.add(target)
    return False


def games_after_hill(
    moves: Moves, after: Positions, start: Bytes, offsets: Ints, rules: Sequence[str]
) -> list[int]:
    """Return the games that went on after a king stood on the hill."""
    ply = _plies_but_last(moves, offsets, rules, "kingofthehill")
    found = moves.game[ply[after.kings[ply] & _HILL_SQUARES != 0]]
    is_hill_game = np.array([rule == "kingofthehill" for rule in rules])
    is_started_there = is_hill_game & (start[:, _HILL] & UNCOLOURED == KING).any(axis=1)
    return [*found.tolist(), *np.flatnonzero(is_started_there).tolist()]


def games_after_three_checks(
    moves: Moves, after: Positions, offsets: Ints, rules: Sequence[str]
) -> list[int]:
    """Return the games that went on after one side's third check."""
    ply = _plies_but_last(moves, offsets, rules, "threecheck")
    positions, is_black = after.at(ply), moves.is_black[ply]
    is_check = is_king_attacked(positions, positions.own(1 - is_black), 1 - is_black)
    checks = np.bincount((2 * moves.game[ply] + is_black)[is_check])
    found: list[int] = (np.flatnonzero(checks >= _CHECKS_THAT_WIN) // 2).tolist()
    return found


def _plies_but_last(moves: Moves, offsets: Ints, rules: Sequence[str], name: str) -> Ints:
    """Return the plies that another ply follows, of the games with these rules."""
    is_game = np.array([rule == name for rule in rules])
    ply = np.flatnonzero(is_game[moves.game])
    is_last = ply == offsets[moves.game[ply] + 1] - 1
    followed: Ints = ply[~is_last]
    return followed
