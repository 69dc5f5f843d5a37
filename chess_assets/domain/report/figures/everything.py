"""All figures of a report by name: those whose numbers have something to draw."""

from collections.abc import Callable

from matplotlib.figure import Figure

from chess_assets.domain.report.figures.accuracy import accuracy_figure
from chess_assets.domain.report.figures.calendar import calendar_figure, calendar_size
from chess_assets.domain.report.figures.rating import rating_figure
from chess_assets.domain.report.figures.rating_difference import rating_difference_figure
from chess_assets.domain.report.figures.style import Size
from chess_assets.domain.report.numbers.everything import ReportNumbers

Drawing = Callable[[Size], Figure]


def drawings_of(numbers: ReportNumbers) -> dict[str, Drawing]:
    """Return how to draw each figure at a size; the calendar takes the width and finds a height."""
    drawings: dict[str, Drawing] = {}
    if numbers.ratings:
        drawings["rating"] = lambda size: rating_figure(numbers.ratings, size)
    if numbers.odds.bins:
        drawings["odds"] = lambda size: rating_difference_figure(numbers.odds.bins, size)
    if numbers.accuracy.months:
        drawings["accuracy"] = lambda size: accuracy_figure(numbers.accuracy.months, size)
    if numbers.activity.by_day:
        activity = numbers.activity
        drawings["calendar"] = lambda size: calendar_figure(
            activity, calendar_size(activity, size.width)
        )
    return drawings
