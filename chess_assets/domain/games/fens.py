"""FEN as chess.com writes it: four fields or six, the odd variant with a pocket or check counts."""

import re
from typing import NamedTuple

from chess_assets.domain.games.faults import Untypable, excerpt

STANDARD_FEN = "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1"
_FEN = re.compile(
    r"[1-8pnbrqkPNBRQK/~\[\]]{15,160} [wb] (?:-|[A-Ha-hKQkq]{1,8}) (?:-|[a-h][1-8])"
    r"(?P<counters> [0-9]{1,4} [0-9]{1,4})?(?: \+[0-9]\+[0-9])?"
)


class Position(NamedTuple):
    """What two FENs of the same position always share; castling and en passant differ by habit."""

    placement: str
    turn: str


def parse_fen(name: str, text: str) -> str:
    """Return the FEN as it is, its fields checked one by one but not against each other.

    Raises:
        Untypable: for anything else; `name` says which FEN in the message.
    """
    if _FEN.fullmatch(text) is None:
        raise Untypable(f"{name} {excerpt(text)} is not a FEN")
    return text


def parse_start_fen(name: str, text: str) -> str | None:
    """Return the FEN of a start position, its counters added where missing; None for "".

    Raises:
        Untypable: for anything else; `name` says which FEN in the message.
    """
    if not text:
        return None
    fen = parse_fen(name, text)
    return fen if len(fen.split()) > 4 else f"{fen} 0 1"


def position_of(fen: str) -> Position:
    """Return the placement and the side to move of a FEN that `parse_fen` let through."""
    placement, turn, *_ = fen.split()
    return Position(placement, turn)
