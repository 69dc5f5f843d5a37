"""Time controls."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.games.time_control import parse_time_control

seconds = st.integers(0, 2**31 - 1)


@given(seconds, seconds)
@settings(deadline=None)
def test_live(base_s: int, increment_s: int) -> None:
    """Live games: seconds at the start, and seconds added a move if there are any."""
    assert parse_time_control(f"{base_s}") == (base_s, 0)
    assert parse_time_control(f"{base_s}+{increment_s}") == (base_s, increment_s)


@given(seconds)
@settings(deadline=None)
def test_daily(base_s: int) -> None:
    """Daily games: seconds for each move."""
    assert parse_time_control(f"1/{base_s}") == (base_s, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "180+",
        "+2",
        "180+2+2",
        "2/86400",
        "1/",
        "1/60+2",
        "-1",
        "1.5",
        " 180",
        "180\n",
        "2147483648",
        "180+2147483648",
        "9" * 5000,
        "\u0661\u0668\u0660",
        "1e3",
        "inf",
    ],
)
def test_refused(text: str) -> None:
    """Anything else is refused, and so are seconds over 32 bits."""
    with pytest.raises(Untypable, match="time_control"):
        parse_time_control(text)


@given(st.text())
@settings(deadline=None)
def test_any_text(text: str) -> None:
    """No text makes it fail in any other way."""
    with suppress(Untypable):
        assert parse_time_control(text).base_s >= 0
