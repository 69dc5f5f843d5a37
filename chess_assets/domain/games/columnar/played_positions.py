"""The positions after every ply of a month, without playing a move.

What a ply changes is the same whatever the position, so a position is its start with the changes
so far taken together: one running exclusive-or over the whole month.
"""

from dataclasses import dataclass

import numpy as np

from chess_assets.domain.games.columnar.agreed_moves import Moves
from chess_assets.domain.games.columnar.arrays import Bytes, Ints, Words
from chess_assets.domain.games.columnar.bitboards import IN_PLANE, SQUARE
from chess_assets.domain.games.columnar.pieces import BLACK, PLANES, ROOK
from chess_assets.domain.games.columnar.positions import Positions, positions_of

# For each plane, by 64 * piece + square: the square's bit, where the piece has the plane's bit.
_BITS: Words = (IN_PLANE[:, :, None] & SQUARE).reshape(len(PLANES), -1)


@dataclass(frozen=True, slots=True)
class Played:
    """The position after each ply, and the squares that were occupied before it."""

    after: Positions
    occupied_before: Words


def played_positions(moves: Moves, captured: Bytes, start: Bytes, offsets: Ints) -> Played:
    """Return the positions after each ply.

    Args:
        moves: the plies.
        captured: the piece each ply captures, 0 for none.
        start: the pieces at the start, one row of 64 squares a game.
        offsets: where each game's plies start.
    """
    planes = _changes(moves, captured)
    played = np.flatnonzero(np.diff(offsets))
    first, starts = offsets[played], planes_of(start[played])
    if len(first):
        # From the end of one game on to the start of the next, so that all is done in one go.
        ends = starts ^ np.bitwise_xor.reduceat(planes, first, axis=1)
        planes[:, first[1:]] ^= ends[:, :-1] ^ starts[:, 1:]
        planes[:, first[0]] ^= starts[:, 0]
    np.bitwise_xor.accumulate(planes, axis=1, out=planes)
    after = positions_of(planes)
    occupied_before = np.roll(after.occupied, 1)
    occupied_before[first] = positions_of(starts).occupied
    return Played(after, occupied_before)


def _changes(moves: Moves, captured: Bytes) -> Words:
    """Return the bits that each ply changes in each plane."""
    left, reached = (moves.piece << 6) + moves.origin, (moves.arriving << 6) + moves.target
    left[moves.drops] = 0
    takes, castlings = np.flatnonzero(captured), moves.castlings
    taken_on = moves.target.copy()
    taken_on[moves.passing] = moves.passed_on
    taken = taken_on[takes] + (captured[takes].astype(np.int64) << 6)
    rook = ROOK + BLACK * moves.is_black[castlings.ply] << 6
    rook_origin, rook_target = rook + castlings.rook_origin, rook + castlings.rook_target
    changes = np.empty((len(PLANES), len(left)), np.uint64)
    for change, bits in zip(changes, _BITS, strict=True):
        np.bitwise_xor(bits.take(left), bits.take(reached), out=change)
        change[takes] ^= bits[taken]
        change[castlings.ply] ^= bits[rook_origin] ^ bits[rook_target]
    return changes


def planes_of(start: Bytes) -> Words:
    """Return the bitboards of boards that are given as 64 pieces each."""
    is_set = start[None] >> np.array(PLANES, np.uint8)[:, None, None] & 1
    return np.packbits(is_set, axis=-1, bitorder="little").view("<u8")[..., 0].astype(np.uint64)
