"""Retry-After, whatever a server writes into it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from hypothesis import example, given
from hypothesis import strategies as st

from chess_assets.domain.chess_com.retry_after import retry_after_s
from chess_assets_tests.domain.chess_com.conftest import NOW

YEAR_S = 365 * 24 * 3600
INSTANTS = st.integers(0, 2**37).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(st.text() | st.from_regex(r"[-+0-9.eE:, GMT]*") | st.none())
@example("0\x1f")  # a blank to str.strip, none to float
def test_any_text(text: str | None) -> None:
    """Any text is a wait between 0 s and a year, or none."""
    wait_s = retry_after_s(text, NOW)
    assert wait_s is None or 0 <= wait_s <= YEAR_S


@given(st.integers(0, YEAR_S))
def test_seconds(seconds: int) -> None:
    """Whole seconds are themselves."""
    assert retry_after_s(str(seconds), NOW) == seconds


@given(INSTANTS, st.integers(-YEAR_S, YEAR_S))
def test_dates(now: datetime, offset_s: int) -> None:
    """A date is the time until then; one that is past or present is none."""
    text = format_datetime(now + timedelta(seconds=offset_s), usegmt=True)
    assert retry_after_s(text, now) == (offset_s if offset_s > 0 else None)
