"""PGN text cut into tags and movetext."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.games.pgn_text import split_pgn


def test_split() -> None:
    """Tags come by name, unescaped; the movetext is everything after them."""
    text = split_pgn('[Event "A \\"B\\" \\\\ C"]\n[ECO "A00"]\n\n1. e4 {[%clk 0:00:01]} 1-0\n')
    assert text.tags == {"Event": 'A "B" \\ C', "ECO": "A00"}
    assert text.movetext.strip() == "1. e4 {[%clk 0:00:01]} 1-0"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n\n", "\n\n\n"])
def test_line_ends(newline: str) -> None:
    """Tags are found whatever ends their lines, and without a blank line after them."""
    text = split_pgn(f'[ECO "A00"]{newline}[Round "-"]{newline}1-0')
    assert text.tags == {"ECO": "A00", "Round": "-"}
    assert text.movetext.strip() == "1-0"


def test_lines_that_are_no_tags() -> None:
    """A broken tag line is left out, and does not hide the others."""
    assert split_pgn('[ECO A00]\n[Round "-"]\n\n*').tags == {"Round": "-"}


def test_tags_in_the_movetext_do_not_count() -> None:
    """A second game's tags are not this game's."""
    text = split_pgn('[ECO "A00"]\n\n1-0\n\n[ECO "B00"]\n\n0-1')
    assert text.tags == {"ECO": "A00"}


def test_cap() -> None:
    """A PGN over 256 KiB is refused."""
    with pytest.raises(Untypable, match="262,145 characters"):
        split_pgn("x" * (256 * 1024 + 1))


@given(st.text())
@settings(deadline=None)
def test_nothing_is_lost(pgn: str) -> None:
    """The movetext is always the end of the PGN."""
    assert pgn.endswith(split_pgn(pgn).movetext)
