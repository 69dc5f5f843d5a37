"""SAN as chess.com writes it, taken apart: what a move's text says without a board.

Only its own canonical form: what it never writes (`ed5`, `e8Q`) is left to the tokeniser that
types games one by one. Of a month's moves only the distinct ones are looked at.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import pyarrow as pa

from chess_assets.domain.games.columnar.arrays import Ints, Words
from chess_assets.domain.games.columnar.bitboards import bitboards_of
from chess_assets.domain.games.columnar.pieces import KING, LETTERS, PAWN

_MOVE = re.compile(
    r"""(?: (?P<piece>[KQRBN]) (?P<file>[a-h])? (?P<rank>[1-8])? (?P<takes>x)? (?P<to>[a-h][1-8])
         | (?: (?P<pawn_file>[a-h]) x )? (?P<pawn_to>[a-h][1-8]) (?: = (?P<promotion>[QRBN]) )?
         | (?P<drop>[PNBRQ]?) @ (?P<drop_to>[a-h][1-8])
         | O-O (?P<long>-O)?
        ) [+\#]? [ ]""",
    re.VERBOSE | re.ASCII,
)
_FILES, _RANKS = "abcdefgh?", "12345678?"  # "?": any


def _origins() -> Words:
    """Return bitboards of the squares on one file and one rank, by 9 * file + rank."""
    is_in = [
        [file in {_FILES[at % 8], "?"} and rank in {_RANKS[at // 8], "?"} for at in range(64)]
        for file, rank in product(_FILES, _RANKS)
    ]
    return bitboards_of(np.array(is_in))


_ORIGINS = _origins()

NO_CASTLING, A_SIDE, H_SIDE = range(3)


class Fields:
    """Where a move's fields are in one integer: how far up, after the six bits of its target.

    What a tcn also says, the witness, is in the lowest bits. Pieces are as in `pieces`, without
    colour. ORIGINS is an index into a table. ODD_SAN and ODD_TCN are set for what is no move of the usual form.
    """

    PROMOTION, DROP, PIECE, CASTLING = 6, 9, 12, 15
    CAPTURE, ODD_SAN, ODD_TCN = 1 << 17, 1 << 18, 1 << 19
    ORIGINS = 20
    TARGET, PIECE_BITS = 0x3F, 0x7
    WITNESS = 0xFFF | ODD_SAN | ODD_TCN


@dataclass(frozen=True, slots=True)
class WrittenMoves:
    """One entry a ply: its text, what it says, and from where it lets the piece come."""

    text: pa.StringArray
    fields: Ints
    origins: Words


def read_moves(words: Words) -> WrittenMoves:
    """Take moves apart that are given as words: their at most seven characters and a space."""
    encoded = pa.array(words).dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    texts, fields = zip(*map(_taken_apart, distinct), strict=True) if distinct else ((), ())
    fields = np.array(fields, np.int64).take(encoded.indices.to_numpy().astype(np.int64))
    return WrittenMoves(
        text=pa.array(texts, pa.string()).take(encoded.indices),
        fields=fields,
        origins=_ORIGINS.take(fields >> Fields.ORIGINS),
    )


@lru_cache(maxsize=65_536)
def _taken_apart(word: int) -> tuple[str, int]:
    """Return a move's text and fields."""
    text = word.to_bytes(8, "little").rstrip(b"\0").decode("latin-1")
    move = _MOVE.fullmatch(text)
    if move is None:
        return text, Fields.ODD_SAN
    piece, target, fields, file, rank = KING, 0, 0, None, None
    if to := move["to"]:
        piece, target, file, rank = LETTERS.index(move["piece"]), _square(to), *move.group("file", "rank")
    elif to := move["pawn_to"]:
        piece, target, file = PAWN, _square(to), move["pawn_file"] or to[0]
    elif to := move["drop_to"]:
        piece, target = LETTERS.index(move["drop"] or "P"), _square(to)
        fields = piece << Fields.DROP
    else:
        fields = (A_SIDE if move["long"] else H_SIDE) << Fields.CASTLING
    if promotion := move["promotion"]:
        fields |= LETTERS.index(promotion) << Fields.PROMOTION
    if move["takes"] or move["pawn_file"]:
        fields |= Fields.CAPTURE
    if (piece == PAWN and target // 8 in {0, 7}) != bool(promotion):
        fields |= Fields.ODD_SAN
    origins = 9 * _FILES.index(file or "?") + _RANKS.index(rank or "?")
    return text[:-1], fields | target | piece << Fields.PIECE | origins << Fields.ORIGINS


def _square(name: str) -> int:
    return _FILES.index(name[0]) + 8 * _RANKS.index(name[1])
