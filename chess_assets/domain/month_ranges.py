"""Months as ranges: what is asked for in one run is one contiguous range."""

from collections.abc import Collection

from chess_assets.domain.months import Month, months_between

MonthRange = tuple[Month, Month]
"""The first and the last month, both included."""


def ranges_of(months: Collection[Month], *, but_not: Collection[Month] = ()) -> list[MonthRange]:
    """Return the fewest ranges that hold all these months, and none of `but_not`, ascending.

    Args:
        months: The months that the ranges have to hold; what lies between may be in a range too.
        but_not: Months that no range may hold.
    """
    ranges: list[MonthRange] = []
    for month in sorted(months):
        if ranges and not any(ranges[-1][1] < each < month for each in but_not):
            ranges[-1] = (ranges[-1][0], month)
        else:
            ranges.append((month, month))
    return ranges


def months_of(ranges: Collection[MonthRange]) -> set[Month]:
    """Return every month of some ranges."""
    return {month for first, last in ranges for month in months_between(first, last)}
