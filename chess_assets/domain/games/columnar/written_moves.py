"""SAN as chess.com writes it, taken apart: what a move's text says without a board.

Only its own canonical form: what it never writes (`ed5`, `e8Q`) is left to the tokeniser that
types games one by one. The usual moves are found in a table; of a month's others
only the distinct ones are looked at, all at once. Each is a word of eight characters that is cut
from its end.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa

from chess_assets.domain.games.columnar.arrays import Codes, Ints, Words, offsets_of
from chess_assets.domain.games.columnar.pieces import KING, LETTERS, PAWN
from chess_assets.domain.games.columnar.text_bytes import word

NO_CASTLING, A_SIDE, H_SIDE = range(3)
_ALL, _FILE_A, _RANK_1 = 2**64 - 1, 0x0101_0101_0101_0101, 0xFF


class Fields:
    """Where a move's fields are in one integer: how far up, after the six bits of its target.

    What a tcn also says, the witness, is in the lowest bits. Pieces are as in `pieces`, without
    colour. ODD_SAN and ODD_TCN are set for what is no move of the usual form.
    """

    PROMOTION, DROP, PIECE, CASTLING = 6, 9, 12, 15
    CAPTURE, ODD_SAN, ODD_TCN = 1 << 17, 1 << 18, 1 << 19
    TARGET, PIECE_BITS = 0x3F, 0x7
    WITNESS = 0xFFF | ODD_SAN | ODD_TCN


@dataclass(frozen=True, slots=True)
class WrittenMoves:
    """One entry a ply: its text, what it says, and from where it lets the piece come."""

    text: pa.StringArray
    fields: Codes
    origins: Words


class _Beginnings:
    """What may come before a move's target and its `x`: who moves, and from where.

    A pawn that takes is one that names its file, and no pawn names its file otherwise: the `x`
    belongs to its beginning.
    """

    def __init__(self) -> None:
        files = {"": _ALL} | {name: _FILE_A << at for at, name in enumerate("abcdefgh")}
        ranks = {"": _ALL} | {name: _RANK_1 << 8 * at for at, name in enumerate("12345678")}
        found: dict[str, tuple[int, int]] = {"": (PAWN << Fields.PIECE, _ALL)}
        for letter, file, rank, takes in product("KQRBN", files, ranks, ("", "x")):
            fields = LETTERS.index(letter) << Fields.PIECE | (Fields.CAPTURE if takes else 0)
            found[letter + file + rank + takes] = (fields, files[file] & ranks[rank])
        for file in "abcdefgh":
            found[file + "x"] = (PAWN << Fields.PIECE | Fields.CAPTURE, files[file])
        for letter in ("", *"PNBRQ"):
            piece = LETTERS.index(letter or "P")
            found[letter + "@"] = (piece << Fields.PIECE | piece << Fields.DROP, _ALL)
        by_word = sorted((_at_end(text), *said) for text, said in found.items())
        self._words = np.array([text for text, _, _ in by_word], np.uint64)
        self._fields = np.array([said for _, said, _ in by_word], np.int64)
        self._origins = np.array([squares for _, _, squares in by_word], np.uint64)

    def find(self, words: Words) -> tuple[Ints, Words]:
        """Return fields and origins of beginnings that end at the word's end."""
        place = np.searchsorted(self._words, words).clip(max=len(self._words) - 1)
        is_known = self._words[place] == words
        return np.where(is_known, self._fields[place], Fields.ODD_SAN), self._origins[place]


def _at_end(text: str) -> int:
    """Return a word whose last characters are this text, so that the last is in its high byte."""
    return word(text.rjust(8, "\0"))


_BEGINNINGS = _Beginnings()
_SPACE, _LONG_CASTLING, _CASTLING = (np.uint64(_at_end(text)) for text in (" ", "O-O-O", "O-O"))
_LAST, _LAST_BUT_ONE = np.uint64(56), np.uint64(48)
_PROMOTIONS = np.full(256, Fields.ODD_SAN, np.int64)
_PROMOTIONS[[ord(letter) for letter in "QRBN"]] = [
    LETTERS.index(letter) << Fields.PROMOTION for letter in "QRBN"
]


def read_moves(words: Words) -> WrittenMoves:
    """Take moves apart, each a word that ends with the move and a space, nothing before them."""
    place = _USUAL.find(words)
    others = np.flatnonzero(_USUAL.words.take(place) != words)
    encoded = pa.array(words.take(others)).dictionary_encode()
    place[others] = len(_USUAL.words) + encoded.indices.to_numpy().astype(np.int64)
    distinct = _Distinct(encoded.dictionary.to_numpy())
    return WrittenMoves(
        text=pa.concat_arrays([_USUAL.texts, distinct.texts]).take(pa.array(place)),
        fields=np.concatenate((_USUAL.fields, distinct.fields)).take(place),
        origins=np.concatenate((_USUAL.origins, distinct.origins)).take(place),
    )


def _texts(words: Words) -> pa.StringArray:
    """Return the texts of words without their last character."""
    characters = words.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :-1]
    is_text = (characters > 0) & (characters < 0x80)
    offsets = offsets_of(is_text.sum(axis=1)).astype(np.int32)
    return pa.StringArray.from_buffers(
        len(words), pa.py_buffer(offsets), pa.py_buffer(characters[is_text])
    )


def _taken_apart(words: Words) -> tuple[Ints, Words]:
    """Return fields and origins of moves that end, with a space, at their word's end."""
    is_spaced, words = words >> _LAST == _SPACE >> _LAST, words << np.uint64(8)
    last = _character(words, _LAST)
    has_sign = (last == ord("+")) | (last == ord("#"))
    words = np.where(has_sign, words << np.uint64(8), words)
    castling = np.where(words == _CASTLING, H_SIDE, np.where(words == _LONG_CASTLING, A_SIDE, 0))
    is_promotion = _character(words, _LAST_BUT_ONE) == ord("=")
    promotion = np.where(is_promotion, _PROMOTIONS[_character(words, _LAST)], 0)
    words = np.where(is_promotion, words << np.uint64(16), words)
    file = _character(words, _LAST_BUT_ONE) - ord("a")
    rank = _character(words, _LAST) - ord("1")
    words = words << np.uint64(16)
    fields, origins = _BEGINNINGS.find(words)
    origins = np.where(words == 0, np.uint64(_FILE_A) << (file & 7).astype(np.uint64), origins)
    is_pawn = fields >> Fields.PIECE & Fields.PIECE_BITS == PAWN
    is_drop = fields >> Fields.DROP & Fields.PIECE_BITS != 0
    is_odd = (file & 7 != file) | (rank & 7 != rank) | (is_promotion & is_drop)
    is_odd |= (is_pawn & ((rank == 0) | (rank == 7))) != is_promotion
    fields |= (file & 7) | (rank & 7) << 3 | promotion | is_odd * Fields.ODD_SAN
    is_castling = castling != NO_CASTLING
    fields = np.where(is_castling, KING << Fields.PIECE | castling << Fields.CASTLING, fields)
    origins = np.where(is_castling, np.uint64(_ALL), origins)
    return fields | ~is_spaced * Fields.ODD_SAN, origins


def _character(words: Words, at: np.uint64) -> Ints:
    return (words >> at & np.uint64(0xFF)).astype(np.int64)


class _Distinct:
    """Different moves, taken apart."""

    def __init__(self, words: Words) -> None:
        fields, self.origins = _taken_apart(words)
        self.words, self.texts, self.fields = words, _texts(words), fields.astype(np.int32)


class _Usual(_Distinct):
    """The moves that games are mostly made of, found by a hash of their words.

    Of several with the same hash only one is found; the others are none of them then.
    """

    _FACTOR, _SHIFT = np.uint64(0x9E37_79B9_7F4A_7C15), np.uint64(64 - 15)

    def __init__(self) -> None:
        targets = [file + rank for rank in "12345678" for file in "abcdefgh"]
        froms = [piece + takes for piece in "KQRBN" for takes in ("", "x")]
        froms += ["", *(file + "x" for file in "abcdefgh")]
        moves = ["O-O", "O-O-O", *(start + target for start, target in product(froms, targets))]
        ended = [_at_end(move + sign + " ") for move, sign in product(moves, ("", "+"))]
        super().__init__(np.array(ended, np.uint64))
        self._places = np.zeros(1 << 15, np.int16)
        self._places[self._hash(self.words)] = np.arange(len(self.words))

    def find(self, words: Words) -> Ints:
        """Return the place of each of these moves here, and any place for other moves."""
        return self._places.take(self._hash(words)).astype(np.int64)

    def _hash(self, words: Words) -> Words:
        return words * self._FACTOR >> self._SHIFT


_USUAL = _Usual()
