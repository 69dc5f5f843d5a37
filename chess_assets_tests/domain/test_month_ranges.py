"""Months as ranges: as few as there can be, and none with a month that must not be in it."""

from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.month_ranges import months_of, ranges_of
from chess_assets.domain.months import Month, months_between

MONTHS = st.sets(st.sampled_from(list(months_between(Month(2020, 1), Month(2022, 12)))))


@given(MONTHS, MONTHS)
def test_ranges_hold_what_they_have_to(months: set[Month], others: set[Month]) -> None:
    """Every month is in a range, and none that is only among those left out."""
    ranges = ranges_of(months, but_not=others - months)
    assert months <= months_of(ranges)
    assert not months_of(ranges) & (others - months)


@given(MONTHS)
def test_one_range_without_exceptions(months: set[Month]) -> None:
    """Where no month has to be left out, one range from the first to the last holds all."""
    assert ranges_of(months) == ([(min(months), max(months))] if months else [])


def test_a_month_left_out_splits() -> None:
    """A month that must not be asked for is between two ranges."""
    ends = Month(2022, 1), Month(2022, 6)
    assert ranges_of(ends, but_not=[Month(2022, 3)]) == [(each, each) for each in ends]
