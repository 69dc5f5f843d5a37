"""Final positions by FEN, for a whole month at once: the pieces, and who moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from chess_assets.domain.games.columnar.arrays import Bools, Bytes
from chess_assets.domain.games.columnar.pieces import BLACK, LETTERS
from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.games.fens import parse_fen

_NO_PIECES = "8/8/8/8/8/8/8/8"
_SQUARES_AND_SLASHES = 72
_SLASH, _OTHER = 0xFE, 0xFF
_PIECES, _WIDTHS = np.full(256, _OTHER, np.uint8), np.ones(256, np.int64)
_PIECES[ord("/")] = _SLASH
for _piece, _letter in enumerate(LETTERS[1:], start=1):
    _PIECES[[ord(_letter), ord(_letter.lower())]] = _piece, _piece + BLACK
for _digit in range(1, 9):
    _PIECES[ord(str(_digit))], _WIDTHS[ord(str(_digit))] = 0, _digit


@dataclass(frozen=True, slots=True)
class FinalPositions:
    """One row of 64 squares a game; `is_known` is false where the text is no FEN, or null."""

    pieces: Bytes
    is_black_to_move: Bools
    is_known: Bools


def final_positions(fens: Sequence[str | None]) -> FinalPositions:
    """Read the FENs, placements only in the one form that a position has ("8", not "44")."""
    cut = [(fen or "").partition(" ") for fen in fens]
    is_known = np.array([_is_rest(rest) for _, _, rest in cut])
    ranks, is_canonical = _ranks([placement for placement, _, _ in cut])
    pieces = ranks[:, ::-1, :8].reshape(len(fens), 64)
    is_known &= is_canonical & (ranks[:, :, 8] == _SLASH).all(axis=1)
    is_known &= (pieces < _SLASH).all(axis=1)
    return FinalPositions(pieces, np.array([rest[:1] == "b" for _, _, rest in cut]), is_known)


def _ranks(placements: list[str]) -> tuple[npt.NDArray[np.uint8], Bools]:
    """Return eight ranks of eight squares and a slash a game, and whether they can be right."""
    characters = np.frombuffer("/".join([*placements, ""]).encode("latin-1", "replace"), np.uint8)
    widths = _WIDTHS.take(characters)
    last = np.cumsum([len(placement) + 1 for placement in placements])
    width = np.diff(np.cumsum(widths)[last - 1], prepend=0)
    if (width != _SQUARES_AND_SLASHES).any():
        is_right = width == _SQUARES_AND_SLASHES
        pairs = zip(placements, is_right, strict=True)
        ranks, is_canonical = _ranks([text if ok else _NO_PIECES for text, ok in pairs])
        return ranks, is_canonical & is_right
    is_digit = _PIECES.take(characters) == 0
    is_canonical = np.ones(len(placements), np.bool_)
    twice = np.flatnonzero(is_digit[1:] & is_digit[:-1])
    is_canonical[np.searchsorted(last, twice, side="right")] = False
    return np.repeat(_PIECES.take(characters), widths).reshape(-1, 8, 9), is_canonical


@lru_cache(maxsize=4096)
def _is_rest(fields: str) -> bool:
    """Whether these are the fields that may come behind a placement."""
    try:
        parse_fen("fen", f"8/8/8/8/8/8/8/8 {fields}")
    except Untypable:
        return False
    return True
