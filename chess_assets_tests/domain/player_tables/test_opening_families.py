"""Families of openings."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.player_tables.opening_families import opening_families


def family(opening: str | None) -> str | None:
    """Return the family of one opening."""
    found: str | None = opening_families(pa.chunked_array([[opening]], pa.string()))[0].as_py()
    return found


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        ("Sicilian Defense Open Najdorf Variation", "Sicilian Defense"),
        ("Sicilian Defense", "Sicilian Defense"),
        ("Alapin Sicilian Defense Barmen Defense", "Alapin Sicilian Defense"),
        ("Ruy Lopez Opening Morphy Defense", "Ruy Lopez Opening"),
        ("Queens Gambit Declined Chigorin Defense", "Queens Gambit Declined"),
        ("Queens Gambit Accepted", "Queens Gambit Accepted"),
        ("Kings Gambit", "Kings Gambit"),
        ("Semi-Slav Defense Accepted", "Semi-Slav Defense"),
        ("Nimzowitsch-Larsen Attack Modern Variation", "Nimzowitsch-Larsen Attack"),
        ("London System", "London System"),
        ("Giuoco Piano Game Four Knights Game", "Giuoco Piano Game"),
        ("Attacking Line", "Attacking Line"),
        ("", ""),
        (None, None),
    ],
)
def test_family(opening: str | None, expected: str | None) -> None:
    """The family is the name up to the word for its kind; a name without one is its own."""
    assert family(opening) == expected


@given(st.text())
def test_any_name(opening: str) -> None:
    """A family begins its opening's name, whatever that is, and is its own family."""
    found = family(opening)
    assert found is not None
    assert opening.startswith(found)
    assert family(found) == found
