"""The positions after every ply of a month, without playing a move.

What a ply changes is the same whatever the position, so a position is its start with the changes
so far taken together: one running exclusive-or over the whole month. That is right as long as
each ply finds what it changes, and shows behind the first that does not. What pieces may do
belongs in `legality`.
"""

from dataclasses import dataclass

import numpy as np

from chess_assets.domain.games.columnar.agreed_moves import Moves
from chess_assets.domain.games.columnar.arrays import Bytes, Ints, Shorts, Words, nonzero
from chess_assets.domain.games.columnar.bitboards import IN_PLANE, SQUARE
from chess_assets.domain.games.columnar.pieces import BLACK, PLANES, ROOK
from chess_assets.domain.games.columnar.positions import Positions, positions_of
from chess_assets.domain.games.columnar.timelines import captured_pieces

# For each plane, by 64 * piece + square: the square's bit, where the piece has the plane's bit.
_BITS: Words = (IN_PLANE[:, :, None] & SQUARE).reshape(len(PLANES), -1)


@dataclass(frozen=True, slots=True)
class Played:
    """The position after each ply, how each game ends, and the plies that are impossible.

    `captured` is the piece that each ply captures, 0 for none. A ply is impossible if the piece
    that it moves is not there, or the one that it captures, or if anything else is on its target.
    """

    captured: Shorts
    after: Positions
    ends: Words
    impossible: Ints


@dataclass(frozen=True, slots=True)
class _Changes:
    """By 64 * piece + square: what leaves, is taken and arrives; and the same of castled rooks."""

    left: Ints
    taken: Ints
    reached: Ints
    castled: Ints
    rook_left: Ints
    rook_reached: Ints


def played_positions(moves: Moves, start: Bytes, offsets: Ints) -> Played:
    """Return the positions after each ply.

    Args:
        moves: the plies.
        start: the pieces at the start, one row of 64 squares a game.
        offsets: where each game's plies start.
    """
    captured = captured_pieces(moves, start)
    changes, ends = _changes(moves, captured), planes_of(start)
    played = nonzero(np.diff(offsets))
    first, starts = offsets[played], ends[:, played]
    planes = np.empty((len(PLANES), len(moves.game)), np.uint64)
    differing = np.zeros(len(moves.game), np.uint64)
    for plane, bits, start_bits, end_bits in zip(planes, _BITS, starts, ends, strict=True):
        reached = bits.take(changes.reached)
        reached[changes.castled] ^= bits[changes.rook_reached]
        np.bitwise_xor(bits.take(changes.left), bits.take(changes.taken), out=plane)
        plane[changes.castled] ^= bits[changes.rook_left]
        np.bitwise_xor(plane, reached, out=plane)
        if len(first):
            end_bits[played] ^= np.bitwise_xor.reduceat(plane, first)
            # From the end of one game on to the start of the next: all is done in one go.
            plane[first] ^= start_bits
            plane[first[1:]] ^= end_bits[played[:-1]]
        np.bitwise_xor.accumulate(plane, out=plane)
        differing |= plane ^ reached
    return Played(captured, positions_of(planes), ends, nonzero(differing & moves.touched))


def _changes(moves: Moves, captured: Shorts) -> _Changes:
    left = (moves.piece << 6) + moves.origin
    left[moves.drops] = 0  # no piece on any square
    taken_on = moves.target
    if len(moves.passing):
        taken_on = taken_on.copy()
        taken_on[moves.passing] = moves.passed_on
    castlings = moves.castlings
    rook = (ROOK << 6) + (BLACK << 6) * moves.is_black[castlings.ply].astype(np.int64)
    return _Changes(
        left=left.astype(np.int64),
        taken=((captured << 6) + taken_on).astype(np.int64),
        reached=((moves.arriving << 6) + moves.target).astype(np.int64),
        castled=castlings.ply,
        rook_left=rook + castlings.rook_origin,
        rook_reached=rook + castlings.rook_target,
    )


def planes_of(start: Bytes) -> Words:
    """Return the bitboards of boards that are given as 64 pieces each."""
    is_set = start[None] >> np.array(PLANES, np.uint8)[:, None, None] & 1
    return np.packbits(is_set, axis=-1, bitorder="little").view("<u8")[..., 0].astype(np.uint64)
