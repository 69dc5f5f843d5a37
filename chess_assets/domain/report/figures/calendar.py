"""The activity calendar: a column a week, a square a day, the newest year on top."""

from calendar import isleap, month_abbr
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from chess_assets.domain.report.figures.style import LIGHT, Size, new_figure
from chess_assets.domain.report.numbers.activity import Activity

_LEVELS = 4
_SQUARE = 0.84  # of a day's cell
_WEEKS = 54
_YEAR_ROWS = 9.2  # seven days, the months' names and a gap
_LEFT = 3.4  # cells for the years' names
_LEGEND_ROWS = 2.0


def calendar_size(activity: Activity, width: float) -> Size:
    """Return how big the calendar is that fills a width."""
    rows = _YEAR_ROWS * len(activity.last_years) + _LEGEND_ROWS
    return Size(width, width / (_WEEKS + _LEFT) * rows)


def calendar_figure(activity: Activity, size: Size) -> Figure:
    """Draw the last years of an activity that has at least one game."""
    figure, axes = new_figure(size)
    figure.set_layout_engine("none")
    axes.set_position((0, 0, 1, 1))
    axes.set_axis_off()
    rows = _YEAR_ROWS * len(activity.last_years) + _LEGEND_ROWS
    axes.set_xlim(-_LEFT, _WEEKS)
    axes.set_ylim(rows, 0)
    letters = 7.5 if size.is_narrow else 11
    breaks = _breaks(activity)
    for at, year in enumerate(activity.last_years):
        _draw_year(axes, activity, year, at * _YEAR_ROWS, breaks, letters)
    _draw_legend(axes, breaks, rows - 1.2, letters)
    return figure


def _draw_year(
    axes: Axes, activity: Activity, year: int, top: float, breaks: Sequence[int], letters: float
) -> None:
    days = [date(year, 1, 1) + timedelta(days=at) for at in range(366 if isleap(year) else 365)]
    newest = max(activity.by_day)
    first_weekday = days[0].weekday()
    places = {
        day: ((at + first_weekday) // 7, top + 1.3 + (at + first_weekday) % 7)
        for at, day in enumerate(days)
    }
    for level in range(_LEVELS + 1):
        chosen = [
            place
            for day, place in places.items()
            if day <= newest and _level(activity.by_day.get(day, 0), breaks) == level
        ]
        _draw_squares(axes, chosen, level)
    axes.text(-_LEFT, top + 4.8, str(year), va="center", fontsize=letters, fontweight="bold")
    for month in range(1, 13 if year < newest.year else newest.month + 1):
        week, _ = places[date(year, month, 8)]
        axes.text(
            week, top + 0.6, month_abbr[month], va="center", fontsize=letters, color=LIGHT["muted"]
        )


def _draw_legend(axes: Axes, breaks: Sequence[int], top: float, letters: float) -> None:
    words = ["0", *_ranges(breaks)]
    room = 6.5 if letters < 8 else 4.6
    left = _WEEKS - room * len(words)
    axes.text(
        left - 0.6, top + 0.5, "games a day", ha="right", va="center", fontsize=letters,
        color=LIGHT["muted"],
    )  # fmt: skip
    levels = sorted({_level(low, breaks) for low in [0, *(low + 1 for low in (0, *breaks))]})
    for at, (word, level) in enumerate(zip(words, levels, strict=True)):
        _draw_squares(axes, [(left + at * room, top)], level)
        axes.text(
            left + at * room + 1.2, top + 0.5, word, va="center", fontsize=letters,
            color=LIGHT["muted"],
        )  # fmt: skip


def _draw_squares(axes: Axes, places: Iterable[tuple[float, float]], level: int) -> None:
    """Draw squares of one colour as a single path: the page has a thousand of them."""
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]) * _SQUARE + (1 - _SQUARE) / 2
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    squares = [corners + place for place in places]
    if squares:
        path = Path(np.concatenate(squares), codes * len(squares))
        axes.add_artist(PathPatch(path, facecolor=LIGHT[f"heat{level}"], linewidth=0))


def _breaks(activity: Activity) -> list[int]:
    """Return where one colour ends and the next begins: quartiles of the shown days' games."""
    shown = [n for day, n in activity.by_day.items() if day.year in activity.last_years]
    return sorted({int(each) for each in np.percentile(shown, [25, 50, 75])} - {max(shown)})


def _level(games: int, breaks: Sequence[int]) -> int:
    """Return 0 for no games, else the colour; with fewer breaks the darkest ones are used."""
    if not games:
        return 0
    return _LEVELS - len(breaks) + sum(games > each for each in breaks)


def _ranges(breaks: Sequence[int]) -> list[str]:
    lows = [1, *(each + 1 for each in breaks)]
    words = [
        str(low) if low == high else f"{low}–{high}"
        for low, high in zip(lows, breaks, strict=False)
    ]
    return [*words, f"{lows[-1]}+"]
