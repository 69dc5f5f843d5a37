"""`tcn`, chess.com's own move notation, read for a whole month by look-up table.

Two characters a ply: a square is one character; a promotion replaces the target by one that names
the piece and the direction; a drop replaces the origin by the piece. Castling is the king's move,
or the king onto its own rook. Seen in every variant.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chess_assets.domain.games.columnar.arrays import Codes
from chess_assets.domain.games.columnar.pieces import BISHOP, KNIGHT, PAWN, QUEEN, ROOK
from chess_assets.domain.games.columnar.written_moves import Fields

_SQUARES = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!?"  # a1, b1, …, h8
_PROMOTIONS = {QUEEN: "{~}", KNIGHT: "(^)", ROOK: "[_]", BISHOP: "@#$"}  # towards a, on, towards h
_DROPS = {QUEEN: "&", KNIGHT: "-", ROOK: "*", BISHOP: "+", PAWN: "="}
_STEP = 20  # above all fields: how far a promotion goes towards the h-file, and one more


@dataclass(frozen=True, slots=True)
class TcnMoves:
    """One entry a ply: origin (a drop's is its target), and what a SAN says as well.

    `witness` is target, promotion and drop as in `Fields`, ODD_TCN where the text is no move.
    """

    origin: Codes
    witness: Codes


def _tables() -> tuple[Codes, Codes]:
    """Return what the first and the second character of a move stand for, by code point."""
    first, second = np.full((2, 256), Fields.ODD_TCN, np.int32)
    for square, character in enumerate(_SQUARES):
        first[ord(character)] = second[ord(character)] = square
    for piece, characters in _PROMOTIONS.items():
        for step, character in enumerate(characters):
            second[ord(character)] = step << _STEP | piece << Fields.PROMOTION
    for piece, character in _DROPS.items():
        first[ord(character)] = piece << Fields.DROP
    return first, second


_FIRST, _SECOND = _tables()


def read_tcn(texts: Sequence[str]) -> TcnMoves:
    """Read the moves of many games end to end; each text has an even number of ASCII characters."""
    characters = np.frombuffer("".join(texts).encode("ascii"), np.uint8)
    origin, witness = _FIRST.take(characters[::2]), _SECOND.take(characters[1::2])
    promotions = np.flatnonzero(witness > Fields.TARGET)
    if len(promotions):
        witness[promotions] = _promoted(origin[promotions], witness[promotions])
    drops = np.flatnonzero(origin > Fields.TARGET)
    if len(drops):
        witness[drops] |= origin[drops]
        origin[drops] = witness[drops]
    return TcnMoves(origin & Fields.TARGET, witness)


def _promoted(origin: Codes, promotion: Codes) -> Codes:
    """Return the target and the piece of promotions, from rank 7 up or from rank 2 down."""
    ahead = np.where(origin & Fields.TARGET >= 32, 8, -8).astype(np.int32)
    target = (origin + ahead + (promotion >> _STEP) - 1) & Fields.TARGET
    return promotion & (1 << _STEP) - 1 | target
