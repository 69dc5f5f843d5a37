"""Start positions by FEN: the pieces, who moves, and what castling there is.

Usual are one king a side, no pawns on the outer ranks, nothing in a pocket, no checks counted.
Castling rights are read as python-chess reads them, chess960's included.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from chess_assets.domain.games.columnar.arrays import Bools, Bytes, Ints
from chess_assets.domain.games.columnar.pieces import BLACK, KING, LETTERS, PAWN, ROOK

NO_ROOK = -1
_RULES = ("chess", "chess960", "crazyhouse", "kingofthehill", "oddschess", "threecheck")
_FEN = re.compile(
    r"(?P<placement>[1-8pnbrqkPNBRQK/]+?)(?P<pocket>/?) (?P<turn>[wb])"
    r" (?P<castling>-|[KQA-H]{0,2}[kqa-h]{0,2}) (?:-|[a-h][1-8])"
    r" [0-9]{1,3} (?P<move>[1-9][0-9]{0,2})(?P<checks> \+0\+0)?"
)
_E_FILE, _CORNERS = 4, {0, 7, 56, 63}


@dataclass(frozen=True, slots=True)
class StartPosition:
    """One start; colours are indices, 0 White and 1 Black, and sides 0 the a-side and 1 the h-side.

    `is_chess960` says whether castling is written in UCI as the king taking its rook.
    """

    pieces: Bytes
    half_moves_before: int
    kings: tuple[int, ...]
    rooks: tuple[tuple[int, ...], ...]
    is_chess960: bool


@dataclass(frozen=True, slots=True)
class StartPositions:
    """The starts of many games: one row a game; those of games without a usual start are empty."""

    pieces: Bytes
    half_moves_before: Ints
    kings: Ints
    rooks: Ints
    is_chess960: Bools
    is_usual: Bools


_EMPTY = StartPosition(
    np.zeros(64, np.uint8), 0, (0, 0), ((NO_ROOK, NO_ROOK), (NO_ROOK, NO_ROOK)), is_chess960=False
)


def start_positions(fens: Sequence[str], rules: Sequence[str]) -> StartPositions:
    """Return the start of each game."""
    keys = list(zip(fens, rules, strict=True))
    distinct = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    found = [start_position(*key) for key in distinct]
    starts = [start or _EMPTY for start in found]
    index = np.array([distinct[key] for key in keys], np.int64)
    return StartPositions(
        pieces=np.stack([start.pieces for start in starts])[index],
        half_moves_before=np.array([start.half_moves_before for start in starts])[index],
        kings=np.array([start.kings for start in starts])[index],
        rooks=np.array([start.rooks for start in starts])[index],
        is_chess960=np.array([start.is_chess960 for start in starts])[index],
        is_usual=np.array([start is not None for start in found])[index],
    )


@lru_cache(maxsize=4096)
def start_position(fen: str, rules: str) -> StartPosition | None:
    """Return the position of a six-field FEN, or None for one that is not of the usual kind."""
    match = _FEN.fullmatch(fen)
    if match is None or rules not in _RULES:
        return None
    if (match["pocket"] and rules != "crazyhouse") or (match["checks"] and rules != "threecheck"):
        return None
    pieces = _pieces(match["placement"])
    if pieces is None or [pieces.count(KING), pieces.count(KING + BLACK)] != [1, 1]:
        return None
    if {PAWN, PAWN + BLACK} & {*pieces[:8], *pieces[56:]}:
        return None
    kings = (pieces.index(KING), pieces.index(KING + BLACK))
    rooks = tuple(_castling_rooks(color, pieces, kings, match["castling"]) for color in (0, 1))
    return StartPosition(
        pieces=np.array(pieces, np.uint8),
        half_moves_before=2 * (int(match["move"]) - 1) + (match["turn"] == "b"),
        kings=kings,
        rooks=rooks,
        is_chess960=rules == "chess960" or _is_chess960(kings, rooks),
    )


def _pieces(placement: str) -> list[int] | None:
    """Return the pieces from a1 to h8; None where the ranks are not eight of eight."""
    ranks = []
    for rank in placement.split("/"):
        squares: list[int] = []
        for character in rank:
            if character.isdigit():
                squares += [0] * int(character)
            else:
                black = BLACK if character.islower() else 0
                squares.append(LETTERS.index(character.upper()) + black)
        if len(squares) != 8 or re.search("[0-9]{2}", rank):
            return None
        ranks.append(squares)
    if len(ranks) != 8:
        return None
    return [square for rank in reversed(ranks) for square in rank]


def _castling_rooks(
    color: int, pieces: list[int], kings: tuple[int, ...], castling: str
) -> tuple[int, int]:
    """Return the squares of the rooks that one side may castle with, as python-chess finds them."""
    first = 56 * color
    king = kings[color]
    rook = ROOK + BLACK * color
    rooks = [square for square in range(first, first + 8) if pieces[square] == rook]
    if king not in range(first, first + 8):
        return NO_ROOK, NO_ROOK
    named = set()
    for flag in castling:
        if flag == "-" or flag.islower() != bool(color):
            continue
        if flag.lower() == "q":
            named.add(rooks[0] if rooks and rooks[0] < king else first)
        elif flag.lower() == "k":
            named.add(rooks[-1] if rooks and rooks[-1] > king else first + 7)
        else:
            named.add(first + ord(flag.lower()) - ord("a"))
    allowed = sorted(named & set(rooks)) or [king]
    a_side = allowed[0] if allowed[0] < king else NO_ROOK
    h_side = allowed[-1] if allowed[-1] > king else NO_ROOK
    return a_side, h_side


def _is_chess960(kings: tuple[int, ...], rooks: tuple[tuple[int, ...], ...]) -> bool:
    """Whether there are castling rights that ordinary chess does not have."""
    return any(
        rook not in _CORNERS or king % 8 != _E_FILE
        for king, both in zip(kings, rooks, strict=True)
        for rook in both
        if rook != NO_ROOK
    )
