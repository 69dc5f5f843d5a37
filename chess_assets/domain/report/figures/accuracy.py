"""Accuracy over time: the median a month with its middle half, and the opponents' median."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from chess_assets.domain.report.figures.style import LIGHT, Size, new_figure
from chess_assets.domain.report.figures.time_axis import set_time_axis
from chess_assets.domain.report.numbers.accuracy import AccuracyMonth


def accuracy_figure(months: Sequence[AccuracyMonth], size: Size) -> Figure:
    """Draw at least one month's accuracy."""
    figure, axes = new_figure(size)
    days = np.array([each.month for each in months], "datetime64[D]")
    theirs = np.array([each.opponents_median for each in months], float)
    axes.vlines(
        days,
        [each.low for each in months],
        [each.high for each in months],
        color=LIGHT["accent"],
        alpha=0.3,
        linewidth=max(2.0, min(7.0, 0.5 * size.width / len(months))),
    )
    axes.plot(days, theirs, "_", color=LIGHT["loss"], markersize=7, markeredgewidth=2)
    axes.plot(days, [each.median for each in months], "o", color=LIGHT["accent"], markersize=4.5)
    set_time_axis(axes, days, size, least_days=150)
    axes.yaxis.set_major_locator(MaxNLocator(5, min_n_ticks=2))
    axes.yaxis.set_major_formatter(PercentFormatter(100, decimals=0))
    _widen(axes)
    return figure


def _widen(axes: Axes) -> None:
    """Show at least ten points, so that a month or two don't fill the axis, and none over 100."""
    low, high = axes.get_ylim()
    room = max(0.0, 10 - (high - low)) / 2
    axes.set_ylim(max(0.0, low - room), min(101.0, high + room))
