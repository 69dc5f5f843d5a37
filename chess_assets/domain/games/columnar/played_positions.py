"""The positions before and after every ply of a month, without playing a move.

What a ply changes is the same whatever the position, so a position is its start with the changes
so far taken together: one running exclusive-or over the whole month.
"""

import numpy as np

from chess_assets.domain.games.columnar.agreed_moves import Moves
from chess_assets.domain.games.columnar.arrays import Bytes, Ints, Words
from chess_assets.domain.games.columnar.bitboards import IN_PLANE, SQUARE
from chess_assets.domain.games.columnar.pieces import BLACK, PLANES, ROOK
from chess_assets.domain.games.columnar.positions import Positions, positions_of

# For each plane, by 64 * piece + square: the square's bit, where the piece has the plane's bit.
_BITS: Words = (IN_PLANE[:, :, None] & SQUARE).reshape(len(PLANES), -1)


def before_and_after(
    moves: Moves, captured: Bytes, start: Bytes, offsets: Ints
) -> tuple[Positions, Positions]:
    """Return the positions before and after each ply.

    Args:
        moves: the plies.
        captured: the piece each ply captures, 0 for none.
        start: the pieces at the start, one row of 64 squares a game.
        offsets: where each game's plies start.
    """
    changes = _changes(moves, captured)
    played = np.flatnonzero(np.diff(offsets))
    first = offsets[played]
    starts = _planes(start[played])
    ends = starts ^ np.bitwise_xor.reduceat(changes, first, axis=1) if len(first) else starts
    # From the end of one game to the start of the next, so that it can be done in one go.
    changes[:, first[1:]] ^= ends[:, :-1] ^ starts[:, 1:]
    changes[:, first[:1]] ^= starts[:, :1]
    after = np.bitwise_xor.accumulate(changes, axis=1)
    before = np.roll(after, 1, axis=1)
    before[:, first] = starts
    return positions_of(before), positions_of(after)


def _changes(moves: Moves, captured: Bytes) -> Words:
    """Return the bits that each ply changes in each plane."""
    left, reached = (moves.piece << 6) + moves.origin, (moves.arriving << 6) + moves.target
    left[moves.drops] = 0
    takes, castlings = np.flatnonzero(captured), moves.castlings
    taken = moves.target.copy()
    taken[moves.passing] = moves.passed_on
    taken = taken[takes] + (captured[takes].astype(np.int64) << 6)
    rook = ROOK + BLACK * moves.is_black[castlings.ply] << 6
    changes = np.empty((len(PLANES), len(left)), np.uint64)
    for change, bits in zip(changes, _BITS, strict=True):
        np.bitwise_xor(bits.take(left), bits.take(reached), out=change)
        change[takes] ^= bits[taken]
        rooks = bits[rook + castlings.rook_origin] ^ bits[rook + castlings.rook_target]
        change[castlings.ply] ^= rooks
    return changes


def _planes(start: Bytes) -> Words:
    """Return the bitboards of boards that are given as 64 pieces each."""
    is_set = start[None] >> np.array(PLANES, np.uint8)[:, None, None] & 1
    return (is_set * SQUARE).sum(axis=-1, dtype=np.uint64)
