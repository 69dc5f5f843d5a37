"""Months are Los Angeles's, and they tile the time line."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.months import FIRST_MONTH, InvalidMonth, Month, months_between

MONTHS = st.builds(Month, st.integers(2008, 2998), st.integers(1, 12))
INSTANTS = st.datetimes(datetime(2007, 5, 2), datetime(2998, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(MONTHS)
def test_round_trip(month: Month) -> None:
    """A month that was written is read as the same month."""
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize(
    "text",
    [
        *("", "2022", "2022-5", "2022-00", "2022-13", "22-05", "2022-05-01", "2022/05", "202205"),
        *("2022-05\n", " 2022-05", "2022-05 ", "-2022-05", "+2022-05", "2022\u201305"),
        *("\u0662\u0660\u0662\u0662-05", "2007-04", "1999-12", "0000-01", "9999-12", "x" * 10_000),
        *(None, 202205, b"2022-05", ["2022-05"]),
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_no_month(text: object) -> None:
    """What is no month, or one before chess.com's first, is refused in a short line."""
    with pytest.raises(InvalidMonth) as refused:
        Month.parse(text)  # type: ignore[arg-type]

    assert len(str(refused.value)) < 120
    assert str(refused.value).isascii()


def test_first_month() -> None:
    """chess.com's first month is a month."""
    assert Month.parse("2007-05") == FIRST_MONTH


@pytest.mark.parametrize(
    ("ended", "month"),
    [
        ("2024-02-01T07:59:59", "2024-01"),
        ("2024-02-01T08:00:00", "2024-02"),
        ("2024-08-01T06:59:59", "2024-07"),
        ("2024-08-01T07:00:00", "2024-08"),
        ("2024-03-01T07:59:59", "2024-02"),
        ("2024-04-01T06:59:59", "2024-03"),
        ("2024-04-01T07:00:00", "2024-04"),
        ("2024-11-01T06:59:59", "2024-10"),
        ("2024-12-01T07:59:59", "2024-11"),
        ("2025-01-01T07:59:59", "2024-12"),
        ("2025-01-01T08:00:00", "2025-01"),
    ],
)
def test_boundary(ended: str, month: str) -> None:
    """A month rolls over at 08:00 UTC in winter and at 07:00 UTC in summer."""
    assert str(Month.of(datetime.fromisoformat(ended).replace(tzinfo=UTC))) == month


@given(INSTANTS)
def test_tiling(instant: datetime) -> None:
    """Every instant lies in exactly one month: from its start, up to its end."""
    month = Month.of(instant)

    assert month.start <= instant < month.end
    assert Month.of(month.start) == month
    assert Month.of(month.end - timedelta(microseconds=1)) == month
    assert Month.of(month.end) == month.next()


@given(MONTHS)
def test_no_gaps(month: Month) -> None:
    """A month ends where the next one starts, 28 to 31 days and an hour at most later."""
    assert month.end == month.next().start
    assert timedelta(days=27, hours=23) < month.end - month.start < timedelta(days=31, hours=2)
    assert month.start.tzinfo is UTC
    assert month < month.next()


@given(MONTHS, st.integers(0, 40))
def test_between(first: Month, count: int) -> None:
    """From one month to another are all in between, both included, in order; backwards none."""
    months = [first]
    for _ in range(count):
        months.append(months[-1].next())

    assert list(months_between(first, months[-1])) == months
    assert list(months_between(months[-1].next(), first)) == []
