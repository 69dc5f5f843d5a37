"""Each ply from its two witnesses: what the SAN and the tcn say, where they say the same.

The SAN names piece and target, the tcn origin and target. Whether the move is possible belongs in
`played_positions` and `legality`.
"""

from dataclasses import dataclass

import numpy as np

from chess_assets.domain.games.columnar.arrays import Bools, Codes, Ints, Shorts, Words, nonzero
from chess_assets.domain.games.columnar.bitboards import SQUARE
from chess_assets.domain.games.columnar.movetext_lines import Plies
from chess_assets.domain.games.columnar.pieces import BLACK, PAWN, UNCOLOURED
from chess_assets.domain.games.columnar.start_positions import NO_ROOK, StartPositions
from chess_assets.domain.games.columnar.tcn import TcnMoves
from chess_assets.domain.games.columnar.written_moves import Fields, WrittenMoves

_KING_FILES, _ROOK_FILES = np.array([2, 6]), np.array([3, 5])  # after castling, a-side and h-side


@dataclass(frozen=True, slots=True)
class Castlings:
    """The plies at which a side castles, from where to where; `has_right` if the start gave it."""

    ply: Ints
    king_origin: Ints
    king_target: Ints
    rook_origin: Ints
    rook_target: Ints
    has_right: Bools


@dataclass(frozen=True, slots=True)
class Moves:
    """One entry a ply; castling is the king's move, and a drop's origin is its target.

    Pieces are coloured. `arriving` is what is on the target then, `path` 64 * origin + target,
    `origins` where the SAN lets the piece come from, `touched` all squares that a ply changes.
    `passing`, `promotions` and `drops` are the plies of pawns taken en passant, and so on.
    """

    game: Ints
    is_black: Shorts
    piece: Shorts
    arriving: Shorts
    origin: Shorts
    target: Shorts
    path: Shorts
    origins: Words
    touched: Words
    is_capture: Bools
    passing: Ints
    promotions: Ints
    drops: Ints
    castlings: Castlings

    @property
    def passed_on(self) -> Shorts:
        """Return where the pawns stand that are taken en passant: behind the target."""
        return self.target[self.passing] ^ 8


def agreed_moves(plies: Plies, tcn: TcnMoves, starts: StartPositions, is_fit: Bools) -> Moves:
    """Put SAN and tcn together; games in which they differ at any ply become unfit."""
    written, fields = plies.written, plies.written.fields
    is_black, origin = (plies.half_move & 1).astype(np.int16), tcn.origin.astype(np.int16)
    castlings, left = _castlings(plies, fields, is_black, starts), SQUARE.take(origin)
    is_fit[plies.game[~_is_agreed(written, tcn, left, castlings)]] = False
    target = (fields & Fields.TARGET).astype(np.int16)
    target[castlings.ply] = castlings.king_target
    piece = (fields >> Fields.PIECE & Fields.PIECE_BITS).astype(np.int16) + BLACK * is_black
    promotions = nonzero(fields & Fields.PIECE_BITS << Fields.PROMOTION)
    arriving = piece.copy()
    promoted = fields[promotions] >> Fields.PROMOTION & Fields.PIECE_BITS
    arriving[promotions] = promoted + BLACK * is_black[promotions]
    passing = _passing(np.flatnonzero(_is_pawn_capture(fields)), plies, piece, origin, target)
    moves = Moves(
        game=plies.game,
        is_black=is_black,
        piece=piece,
        arriving=arriving,
        origin=origin,
        target=target,
        path=(origin << 6) + target,
        origins=written.origins,
        touched=left | SQUARE.take(target),
        is_capture=fields & Fields.CAPTURE != 0,
        passing=passing,
        promotions=promotions,
        drops=nonzero(fields & Fields.PIECE_BITS << Fields.DROP),
        castlings=castlings,
    )
    moves.touched[passing] |= SQUARE[moves.passed_on]
    moves.touched[castlings.ply] |= SQUARE[castlings.rook_origin] | SQUARE[castlings.rook_target]
    return moves


def _castlings(plies: Plies, fields: Codes, is_black: Shorts, starts: StartPositions) -> Castlings:
    ply = nonzero(fields & 3 << Fields.CASTLING)
    game, color, side = plies.game[ply], is_black[ply], (fields[ply] >> Fields.CASTLING & 3) - 1
    rook = starts.rooks[game, color, side]
    return Castlings(
        ply=ply,
        king_origin=starts.kings[game, color],
        king_target=56 * color + _KING_FILES[side],
        rook_origin=rook.clip(0),
        rook_target=56 * color + _ROOK_FILES[side],
        has_right=rook != NO_ROOK,
    )


def _is_agreed(written: WrittenMoves, tcn: TcnMoves, left: Words, castlings: Castlings) -> Bools:
    is_agreed: Bools = written.fields & Fields.WITNESS == tcn.witness
    is_agreed &= written.origins & left != 0
    origin, onto = tcn.origin[castlings.ply], tcn.witness[castlings.ply]
    is_castling = castlings.has_right & (origin == castlings.king_origin)
    is_castling &= (onto == castlings.king_target) | (onto == castlings.rook_origin)
    is_agreed[castlings.ply] = is_castling & (written.fields[castlings.ply] & Fields.ODD_SAN == 0)
    return is_agreed


def _is_pawn_capture(fields: Codes) -> Bools:
    piece_and_capture = Fields.PIECE_BITS << Fields.PIECE | Fields.CAPTURE
    is_one: Bools = fields & piece_and_capture == PAWN << Fields.PIECE | Fields.CAPTURE
    return is_one


def _passing(captures: Ints, plies: Plies, piece: Shorts, origin: Shorts, target: Shorts) -> Ints:
    """Return which captures by pawns are on the square that a pawn has just stepped over."""
    captures = captures[captures > 0]
    last, on = captures - 1, target[captures]
    ahead = np.where(plies.half_move[captures] & 1, -8, 8)
    is_passing = (plies.game[last] == plies.game[captures]) & (piece[last] & UNCOLOURED == PAWN)
    is_passing &= (origin[last] == on + ahead) & (target[last] == on - ahead)
    passing: Ints = captures[is_passing]
    return passing
