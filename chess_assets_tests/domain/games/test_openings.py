"""Names of openings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.games.openings import opening_name

PAGE = "https://www.chess.com/openings/"


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("Sicilian-Defense", "Sicilian Defense"),
        ("Sicilian-Defense...6.O-O-Nf6-7.Nbd2-O-O-8.Re1", "Sicilian Defense"),
        ("Queens-Pawn-Opening-1...d5-2.c3", "Queens Pawn Opening"),
        ("London-System-3...Bf5-4.e3-e6", "London System"),
        ("Modern-Defense-with-1-d4...4.e3-Nd7", "Modern Defense with 1 d4"),
        ("Modern-Defense-with-1-d4-2.Nc3-Bg7", "Modern Defense with 1 d4"),
        ("Caro-Kann-Defense-Advance-with-4-Nf3...e6", "Caro-Kann Defense Advance with 4 Nf3"),
        ("Sicilian-Defense-Smith-Morra-Accepted", "Sicilian Defense Smith-Morra Accepted"),
        ("Indian-Game-Anti-Nimzo-Indian", "Indian Game Anti-Nimzo-Indian"),
        ("English-Opening-Caro-Kanna", "English Opening Caro Kanna"),
        ("Semi-Slav-Defense-Accepted", "Semi-Slav Defense Accepted"),
        ("Blackmar-Blackmar-Diemer-Gambit", "Blackmar Blackmar-Diemer Gambit"),
        ("Undefined", None),
    ],
)
def test_names(slug: str, name: str | None) -> None:
    """The name is the address without its moves, hyphens kept only inside compound names."""
    assert opening_name(PAGE + slug) == name


@pytest.mark.parametrize("url", ["", PAGE, PAGE + "1.e4", PAGE + "-", "Sicilian-Defense"])
def test_not_an_opening(url: str) -> None:
    """An address that is no opening's, or names none, is refused."""
    with pytest.raises(Untypable):
        opening_name(url)


@given(st.text(min_size=1))
@settings(deadline=None)
def test_any_slug(slug: str) -> None:
    """No address makes it fail in any other way, and no letter is invented."""
    try:
        name = opening_name(PAGE + slug)
    except Untypable:
        return
    assert name is None or set(name) <= set(slug) | {" "}
