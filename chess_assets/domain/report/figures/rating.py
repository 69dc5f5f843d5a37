"""Ratings over time: a line a time class, its name and newest rating at its end."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from chess_assets.domain.report.figures.labels import spread
from chess_assets.domain.report.figures.style import LIGHT, Size, new_figure
from chess_assets.domain.report.figures.time_axis import set_time_axis
from chess_assets.domain.report.numbers.ratings import RatingLine

_MOST_POINTS = 500  # a line: more than the page has pixels for only make it bigger
_LONG_PAUSE = np.timedelta64(120, "D")  # across which no line is drawn
_LABEL_HEIGHT = 14  # pixels
_LABEL_GAP = 6


def rating_figure(lines: Sequence[RatingLine], size: Size) -> Figure:
    """Draw at least one time class's ratings."""
    figure, axes = new_figure(size)
    for line in lines:
        colour = LIGHT[line.time_class]
        _draw_line(axes, line, colour)
    set_time_axis(axes, np.concatenate([line.days for line in lines]), size, least_days=10)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=2))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    low, high = axes.get_ylim()
    if high - low < 50:  # one game: an axis of fractions of a point would be absurd
        axes.set_ylim((low + high) / 2 - 50, (low + high) / 2 + 50)
    _label_ends(axes, lines, size)
    return figure


def _draw_line(axes: Axes, line: RatingLine, colour: str) -> None:
    """Draw the line solid, dotted across long pauses, and a point at its end."""
    days, ratings = _thinned(line)
    after = np.flatnonzero(np.diff(days) > _LONG_PAUSE) + 1
    axes.plot(
        np.insert(days, after, days[after]),
        np.insert(ratings.astype(float), after, np.nan),
        color=colour,
        solid_capstyle="round",
        solid_joinstyle="round",
    )
    pauses = np.stack([after - 1, after])
    axes.plot(days[pauses], ratings[pauses], color=colour, linestyle=(0, (1, 4)), alpha=0.7)
    axes.plot(line.days[-1:], [line.last], "o", color=colour, markersize=5)


def _label_ends(axes: Axes, lines: Sequence[RatingLine], size: Size) -> None:
    low, high = axes.get_ylim()
    height = _LABEL_HEIGHT / (size.height * 0.85) * (high - low)
    places = spread([line.last for line in lines], height)
    for line, place in zip(lines, places, strict=True):
        axes.annotate(
            f"{line.time_class} {line.last:,}",
            (1, place),
            (_LABEL_GAP, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset pixels",
            color=LIGHT[line.time_class],
            fontweight="bold",
            va="center",
            annotation_clip=False,
        )


def _thinned(line: RatingLine) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.int64]]:
    """Return the last day of each of at most `_MOST_POINTS` equal spans of time."""
    since = (line.days - line.days[0]).astype(np.int64)
    span_of = since * _MOST_POINTS // (since[-1] + 1)
    is_last = np.append(span_of[1:] != span_of[:-1], True)
    return line.days[is_last], line.ratings[is_last]
