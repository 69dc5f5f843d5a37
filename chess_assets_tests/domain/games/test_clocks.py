"""Clocks in milliseconds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.clocks import parse_clocks_ms
from chess_assets.domain.games.faults import Untypable


@given(st.integers(0, 590), st.integers(0, 59), st.integers(0, 59), st.none() | st.integers(0, 9))
@settings(deadline=None)
def test_every_clock(h: int, m: int, s: int, tenth: int | None) -> None:
    """Hours may exceed 99, tenths may be missing: the milliseconds are exact."""
    text = f"{{[%clk {h}:{m:02d}:{s:02d}{'' if tenth is None else f'.{tenth}'}]}}"
    expected_ms = ((h * 60 + m) * 60 + s) * 1000 + (tenth or 0) * 100
    assert parse_clocks_ms([text]) == [expected_ms]


def test_longest_daily_clock() -> None:
    """Fourteen days a move fit."""
    assert parse_clocks_ms(["{[%clk 335:59:52]}"]) == [1_209_592_000]


@pytest.mark.parametrize(
    ("comments", "clocks_ms"),
    [
        ([], []),
        ([None, None], None),
        (["{[%clk 0:00:01]}", None], [1_000, None]),
        (["{[%emt 1] [%clk 0:00:00.25] good}"], [250]),
    ],
)
def test_missing_clocks(comments: list[str | None], clocks_ms: list[int | None] | None) -> None:
    """No plies: an empty list. No clock at all: none. Some without: null in their place."""
    assert parse_clocks_ms(comments) == clocks_ms


@pytest.mark.parametrize(
    "comment",
    [
        "{[%clk 0:60:00]}",
        "{[%clk 1:00]}",
        "{[%clk -1:00:00]}",
        "{[%clk 597:00:00]}",
        "{[%clk 9999999:00:00]}",
        "{[%clk 0:00:0\u0661]}",
        "{[%clk",
    ],
)
def test_bad_clocks(comment: str) -> None:
    """A clock that is none, or that does not fit 32 bits, is refused."""
    with pytest.raises(Untypable):
        parse_clocks_ms([comment])
