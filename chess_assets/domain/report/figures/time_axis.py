"""The time axis that figures share: as many years, months or days as there is room for."""

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from chess_assets.domain.report.figures.style import Size


def set_time_axis(
    axes: Axes, days: npt.NDArray[np.datetime64], size: Size, *, least_days: int
) -> None:
    """Give the axes ticks for the span of some days, with a little room on both sides.

    Args:
        axes: Whose x axis is meant.
        days: What is drawn over it.
        size: The figure's.
        least_days: The shortest span to show: a single day would have hours on its axis.
    """
    first, last = float(date2num(days.min())), float(date2num(days.max()))
    room = max((last - first) * 0.02, (least_days - (last - first)) / 2)
    axes.set_xlim(first - room, last + room)
    # So many at most that the least are had of years, or else of half-years: it knows none between.
    least, most = (3, 7) if size.is_narrow else (5, 11)
    locator: Any = AutoDateLocator(minticks=least, maxticks=most)
    formatter: Any = ConciseDateFormatter(
        locator,
        formats=["%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%S.%f"],
        zero_formats=["", "%Y", "%d %b", "%d %b", "%H:%M", "%H:%M"],
        show_offset=False,
    )
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(formatter)
