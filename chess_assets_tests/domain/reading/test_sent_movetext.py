"""Movetext that could not be typed: kept as it was sent, or refused where it would hide games."""

import io

import chess.pgn
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.reading.sent_movetext import harmless_movetext

NEXT_GAME = '[White "Next"]\n\n1. f3 e5 2. g4 Qh4# 0-1\n'
PIECES = (
    "1. e4", "e5", "--", "Q@e5", "e4^d5", "$1", "$" + "9" * 5_000, "!?", "{", "}", "{x}", "{ [%clk",
    "(", ")", ";", ";x\n", "%", "\n%", "\n", "\n\n", "\r", "\x0b", "\x85", "\u2028", "\x00", "1-0",
    "0-1", "1/2-1/2", "*", '[Event "x"]', "[", "]", '"', "\\", "<", ">", " ", "\t", "\ufeff", "é",
)  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=30)


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("1. e4 {a} 1... e5 $1 2. --! (2. d4 {b}) Nc6 1-0", None),
        ("1. e4{a}e5 1-0 {well played}", None),
        ("*", None),
        ("1. e4\ne5\r\n\r\n2. Nf3  \t1-0\n", "1. e4 e5 2. Nf3 1-0"),
        ("1. e4 ; why } not\ne5 1-0", "1. e4 { why ) not} e5 1-0"),
        ("%skipped\n1. e4 1-0", "{skipped} 1. e4 1-0"),
        ("1. e4 {two\n\nlines {and} 1-0", "1. e4 {two lines (and} 1-0"),
        ("1. e4\x00\x85e5\u20281-0", "1. e4 e5 1-0"),
    ],
)
def test_kept(sent: str, written: str | None) -> None:
    """Words, comments and variations stay as they were, on one line and every comment in braces."""
    assert harmless_movetext(sent) == (sent if written is None else written)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ("", "do not end with a result"),
        ("1. e4 e5", "do not end with a result"),
        ("1. e4 1-0 1. d4 0-1", "goes on after its result"),
        ('1. e4 1-0\n\n[Event "second"]\n\n1. d4 0-1', "goes on after its result"),
        ('1. e4\n\n[Event "second"]\n\n1. d4 0-1', "something else than moves"),
        ("1. e4 {never 1-0", "never closes a comment"),
        ("1. e4 {", "never closes a comment"),
        ("1. e4 } 1-0", "closes a comment that it never opened"),
        ("1. e4 (1. d4 1-0", "never closes a variation"),
        ("1. e4 ) 1-0", "closes a variation that it never opened"),
        ("1. e4" + "(" * 21 + ")" * 21 + "1-0", "nested more than 20 deep"),
        (" %1. e4 1-0", "something else than moves"),
        ("1. e4 $" + "9" * 5_000 + " 1-0", "something else than moves"),
        ('1. e4 "quoted 1-0', "something else than moves"),
    ],
)
def test_refused(sent: str, reason: str) -> None:
    """Text that would take the next game with it is refused, with the reason."""
    with pytest.raises(Untypable, match=reason):
        harmless_movetext(sent)


@given(sent=hostile, has_result=st.booleans())
@settings(max_examples=600, deadline=None)
def test_next_game_is_found(sent: str, *, has_result: bool) -> None:
    """Whatever was sent, a reader finds the game behind it, with its moves, and no third one."""
    try:
        written = harmless_movetext(f"{sent} 1-0" if has_result else sent)
    except Untypable:
        return
    assert written.splitlines() == [written]
    file = io.StringIO(f'[White "Ada"]\n\n{written}\n\n{NEXT_GAME}', newline=None)
    first, second, third = (chess.pgn.read_game(file) for _ in range(3))
    assert first is not None
    assert second is not None
    assert third is None
    assert (first.headers["White"], second.headers["White"]) == ("Ada", "Next")
    assert [move.uci() for move in second.mainline_moves()] == ["f2f3", "e7e5", "g2g4", "d8h4"]
    assert second.errors == []
