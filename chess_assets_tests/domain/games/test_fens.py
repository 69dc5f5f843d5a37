"""FENs as chess.com writes them."""

import pytest

from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.games.fens import STANDARD_FEN, parse_fen, parse_start_fen, position_of

FOUR_FIELDS = "8/5p2/5bk1/3R4/6P1/r3BK2/5P2/8 w - -"


@pytest.mark.parametrize(
    "fen",
    [
        STANDARD_FEN,
        FOUR_FIELDS,
        "brqbnknr/pppppppp/8/8/8/8/PPPPPPPP/BRQBNKNR w HBhb - 0 1",
        "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR/ w KQkq - 0 1",
        "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1 +0+0",
        "rnbqkbnr/pp1ppppp/8/2p5/4P3/8/PPPP1PPP/RNBQKBNR w KQkq c6",
    ],
)
def test_known_forms(fen: str) -> None:
    """Every form that chess.com sends comes back as it is."""
    assert parse_fen("fen", fen) == fen


@pytest.mark.parametrize(
    "text", ["", "x", FOUR_FIELDS + "\n", FOUR_FIELDS[:-4], "8/" * 500 + " w - -", "<b> w - -"]
)
def test_refused(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(Untypable, match="is not a FEN"):
        parse_fen("fen", text)


def test_start_is_completed() -> None:
    """A start position gets the counters it lacks; an empty text is none."""
    assert parse_start_fen("initial_setup", FOUR_FIELDS) == f"{FOUR_FIELDS} 0 1"
    assert parse_start_fen("initial_setup", STANDARD_FEN) == STANDARD_FEN
    assert parse_start_fen("initial_setup", "") is None


def test_position() -> None:
    """A position is placement and side to move."""
    assert position_of(FOUR_FIELDS) == ("8/5p2/5bk1/3R4/6P1/r3BK2/5P2/8", "w")
