"""What the 64 squares alone tell: the placement in FEN, the hash of the pieces, the material."""

import chess.polyglot
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chess_assets.domain.games.columnar.arrays import Bytes, Words, offsets_of
from chess_assets.domain.games.columnar.pieces import (
    BISHOP,
    BLACK,
    KNIGHT,
    LETTERS,
    PAWN,
    QUEEN,
    ROOK,
)
from chess_assets.domain.games.columnar.positions import Positions

_POLYGLOT_KINDS = "PNBRQK"  # Polyglot's order, of each kind Black's piece first
_CENTIPAWNS = {PAWN: 100, KNIGHT: 300, BISHOP: 300, ROOK: 500, QUEEN: 900}
_SLASH = ord("/")


def _letters() -> Bytes:
    """Return a piece's letter by its code, 0 for none."""
    letters = np.zeros(16, np.uint8)
    for piece, letter in enumerate(LETTERS[1:], start=1):
        letters[[piece, piece + BLACK]] = ord(letter), ord(letter.lower())
    return letters


def _runs() -> Bytes:
    """Return the digits of a rank by its occupied squares: at each run's start, 0 elsewhere."""
    runs = np.zeros((256, 8), np.uint8)
    for occupied in range(256):
        empty = 0
        for file in reversed(range(8)):
            empty = 0 if occupied >> file & 1 else empty + 1
            is_start = empty and (file == 0 or occupied >> file - 1 & 1)
            runs[occupied, file] = ord(str(empty)) if is_start else 0
    return runs


def _numbers() -> Words:
    """Return Polyglot's number of a piece on a square, by square and the piece's code."""
    numbers = np.zeros((64, 16), np.uint64)
    polyglot = np.array(chess.polyglot.POLYGLOT_RANDOM_ARRAY[:768], np.uint64).reshape(6, 2, 64)
    for kind, (black, white) in zip(_POLYGLOT_KINDS, polyglot, strict=True):
        piece = LETTERS.index(kind)
        numbers[:, piece], numbers[:, piece + BLACK] = white, black
    return numbers


_LETTERS, _RUNS, _NUMBERS = _letters(), _runs(), _numbers()


def pieces_of(positions: Positions) -> Bytes:
    """Return a row of 64 pieces a position, a1 first."""
    octets = positions.planes.astype("<u8").view(np.uint8).reshape(len(positions.planes), -1, 8)
    pieces = np.zeros((octets.shape[1], 64), np.uint8)
    for plane, bits in enumerate(np.unpackbits(octets, axis=2, bitorder="little")):
        pieces |= bits << plane
    return pieces


def placement_texts(pieces: Bytes, positions: Positions) -> pa.StringArray:
    """Return the first field of each position's FEN."""
    occupied = positions.occupied.astype("<u8").view(np.uint8).reshape(-1, 8)
    characters = np.zeros((len(pieces), 8, 9), np.uint8)
    characters[:, ::-1, :8] = _LETTERS.take(pieces).reshape(-1, 8, 8) | _RUNS.take(occupied, axis=0)
    characters[:, :-1, 8] = _SLASH
    is_text = characters.reshape(len(pieces), 72) != 0
    offsets = offsets_of(np.count_nonzero(is_text, axis=1)).astype(np.int32)
    return pa.StringArray.from_buffers(
        len(pieces),
        pa.py_buffer(offsets),
        pa.py_buffer(characters.reshape(-1)[is_text.reshape(-1)]),
    )


def piece_hashes(pieces: Bytes) -> Words:
    """Return the exclusive-or of Polyglot's numbers for all pieces of each position."""
    hashes = np.zeros(len(pieces), np.uint64)
    for numbers, on_square in zip(_NUMBERS, np.ascontiguousarray(pieces.T), strict=True):
        hashes ^= numbers.take(on_square)
    return hashes


def material_balances(positions: Positions) -> npt.NDArray[np.int32]:
    """Return White's material minus Black's, in centipawns."""
    straight, diagonal, other, black = positions.planes
    balances = np.zeros(len(black), np.int32)
    for piece, value in _CENTIPAWNS.items():
        bits = (piece & 1, piece >> 1 & 1, piece >> 2 & 1)
        kind = positions.occupied
        for plane, bit in zip((straight, diagonal, other), bits, strict=True):
            kind = kind & (plane if bit else ~plane)
        count = np.bitwise_count(kind & ~black).astype(np.int32) - np.bitwise_count(kind & black)
        balances += value * count
    return balances
