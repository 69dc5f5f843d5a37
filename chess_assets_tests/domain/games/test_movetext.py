"""Movetext: what counts as a move, what is passed over, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.games.movetext import read_movetext


@pytest.mark.parametrize(
    ("movetext", "san"),
    [
        ("0-1\n", []),
        ("1. e4 e5 2. Nf3 *", ["e4", "e5", "Nf3"]),
        ("1.e4 e5 2.Nf3 1/2-1/2", ["e4", "e5", "Nf3"]),
        ("2... exf4 3. Qh5+ g6 1-0", ["exf4", "Qh5+", "g6"]),
        ("1. O-O-O+ O-O bxa8=Q# 1-0", ["O-O-O+", "O-O", "bxa8=Q#"]),
        ("1. N@f3+ @d2 P@e5 1-0", ["N@f3+", "@d2", "P@e5"]),
        ("1. R1a3 N1xb4 Qh4e1 1-0", ["R1a3", "N1xb4", "Qh4e1"]),
        ("1. e4! e5?? 2. Nf3 $14 Nc6 $2 1-0", ["e4", "e5", "Nf3", "Nc6"]),
        ("1. e4 (1. d4 (1. c4) d5 {no (} ) e5 1-0", ["e4", "e5"]),
        ("1. e4 ; a word 1-0\ne5 1-0", ["e4", "e5"]),
        ("1. e4 {1-0 e5} 1-0 {over}", ["e4"]),
        (f"1. e4 ${'9' * 5_000} 1-0", ["e4"]),
    ],
)
def test_moves(movetext: str, san: list[str]) -> None:
    """The main line's moves come as they are written; the rest is passed over."""
    assert read_movetext(movetext).san == san


@pytest.mark.parametrize(
    "movetext",
    [
        "1. e4",
        "",
        "1. e4 -- 1-0",
        "1. e9 1-0",
        "1. e4 Ne4e 1-0",
        "e4 1-0 e5",
        "1-0 1-0",
        "1. e4 {1-0",
        "1. e4 (d4 1-0",
        "1. e4 ) 1-0",
        '1-0\n[Event "x"]',
        "0000 1-0",
        "Z0 1-0",
    ],
)
def test_refused(movetext: str) -> None:
    """Text that is no movetext of one whole game is refused."""
    with pytest.raises(Untypable):
        read_movetext(movetext)


def test_clock_comments_belong_to_their_ply() -> None:
    """A clock belongs to the move before it; other comments and variations don't count."""
    movetext = "{[%clk 9]} 1. e4 {[%clk 1]} {good} e5 (c5 {[%clk 8]}) {bad} 2. d4 {[%clk 3]} *"
    assert read_movetext(movetext).clock_comments == ["{[%clk 1]}", None, "{[%clk 3]}"]


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from('(){};$!?.-*01/2eNxO@=#+[]%" \n'), max_size=60))
def test_any_text_is_read_or_refused(movetext: str) -> None:
    """No text makes the reader fail in any other way, and each move has a place for its clock."""
    try:
        main_line = read_movetext(movetext)
    except Untypable:
        return
    assert len(main_line.san) == len(main_line.clock_comments)


def test_nesting_costs_nothing() -> None:
    """100,000 nested variations are passed over without recursion."""
    bomb = "1. e4 " + "(" * 100_000 + ")" * 100_000 + " e5 1-0"
    assert read_movetext(bomb).san == ["e4", "e5"]
