"""The score against rating difference, beside Elo's curve."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MultipleLocator, PercentFormatter

from chess_assets.domain.report.figures.style import LIGHT, Size, new_figure
from chess_assets.domain.report.numbers.rating_difference import DifferenceBin, expected_score

_FEW = 10  # games, below which a bin's point is hollow
_LEAST_SPAN = 150  # points to either side
_ROOM = 40
_GAMES_ROW = -0.1


def rating_difference_figure(bins: Sequence[DifferenceBin], size: Size) -> Figure:
    """Draw at least one bin: its score, its 95 % interval, and the expectation over all."""
    figure, axes = new_figure(size)
    left = min(-_LEAST_SPAN, *(each.difference for each in bins)) - _ROOM
    right = max(_LEAST_SPAN, *(each.difference for each in bins)) + _ROOM
    curve = np.linspace(left, right, 121)
    axes.axvline(0, color=LIGHT["rule"], linewidth=1)
    axes.plot(curve, expected_score(curve), color=LIGHT["muted"], linestyle=(0, (4, 3)))
    for each in bins:
        axes.plot(
            [each.difference] * 2,
            [each.low, each.high],
            color=LIGHT["accent"],
            alpha=0.45,
            linewidth=2,
            solid_capstyle="round",
        )
    most = max(each.games for each in bins)
    axes.scatter(
        [each.difference for each in bins],
        [each.score for each in bins],
        s=[18 + 90 * each.games / most for each in bins],
        facecolors=[LIGHT["card" if each.games < _FEW else "accent"] for each in bins],
        edgecolors=LIGHT["accent"],
        linewidths=1.5,
        zorder=3,
    )
    axes.set_xlim(left, right)
    axes.set_ylim(-0.04, 1.04)
    if not size.is_narrow:
        _write_games(axes, bins)
    axes.xaxis.set_major_locator(MultipleLocator(_step(right - left, size)))
    axes.xaxis.set_major_formatter(FuncFormatter(_signed))
    axes.yaxis.set_major_locator(FixedLocator([0, 0.25, 0.5, 0.75, 1]))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    where = "points above" if size.is_narrow else "rating points above the opponent"
    axes.set_xlabel(f"{where} · dashed: expected by Elo")
    return figure


def _write_games(axes: Axes, bins: Sequence[DifferenceBin]) -> None:
    """Write each bin's number of games in a row below the points."""
    axes.set_ylim(_GAMES_ROW - 0.06, 1.04)
    style: dict[str, Any] = {"color": LIGHT["muted"], "fontsize": 9, "va": "center"}
    axes.text(
        -0.008, _GAMES_ROW, "games", transform=axes.get_yaxis_transform(), ha="right", **style
    )
    for each in bins:
        axes.text(each.difference, _GAMES_ROW, f"{each.games:,}", ha="center", **style)


def _step(span: float, size: Size) -> int:
    ticks = 5 if size.is_narrow else 13
    return next(step for step in (50, 100, 200, 250, 500, 1000, 10**9) if span / step <= ticks)


def _signed(value: float, _position: int | None) -> str:
    return f"{value:+.0f}".replace("-", "\N{MINUS SIGN}") if value else "0"
