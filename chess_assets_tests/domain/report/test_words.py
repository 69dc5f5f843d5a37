"""Numbers and days in words."""

from datetime import date

import pytest

from chess_assets.domain.report import words


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2014, 1, 6), date(2014, 1, 6), "6 Jan 2014"),
        (date(2014, 1, 6), date(2014, 1, 9), "6–9 Jan 2014"),
        (date(2014, 1, 30), date(2014, 2, 2), "30 Jan – 2 Feb 2014"),
        (date(2013, 12, 30), date(2014, 1, 2), "30 Dec 2013 – 2 Jan 2014"),
    ],
)
def test_days(first: date, last: date, expected: str) -> None:
    """A span of days is said as briefly as it can be."""
    assert words.days(first, last) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "±0"), (0.04, "±0"), (12, "+12"), (-1234.56, "\N{MINUS SIGN}1,234.6"), (0.5, "+0.5")],
)
def test_signed(value: float, expected: str) -> None:
    """A difference has its sign, and a minus that is one."""
    assert words.signed(value) == expected


@pytest.mark.parametrize(
    ("url", "is_linked"),
    [
        ("https://www.chess.com/game/live/1", True),
        ("javascript:alert(1)", False),
        ("https://www.chess.com.evil.example/", False),
        ("http://www.chess.com/game/live/1", False),
        (None, False),
    ],
)
def test_game_link(url: str | None, is_linked: bool) -> None:  # noqa: FBT001 - parametrized
    """Only pages of chess.com are linked."""
    assert (words.game_link(url) is not None) == is_linked


@pytest.mark.parametrize(("score", "tone"), [(0, 0), (0.2, 0), (0.5, 50), (0.8, 100), (1, 100)])
def test_tone(score: float, tone: int) -> None:
    """The colours spend themselves on the scores that occur."""
    assert words.tone(score) == tone
