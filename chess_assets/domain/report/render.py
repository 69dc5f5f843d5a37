"""A report made: numbers counted, figures drawn, the page written.

Importing this imports matplotlib: import it where a report is made, not where one is declared.
"""

from datetime import datetime

import pyarrow as pa

from chess_assets.domain.report.figures.everything import Drawing, drawings_of
from chess_assets.domain.report.figures.style import NARROW, WIDE, house_style, to_png, to_svg
from chess_assets.domain.report.numbers.everything import ReportNumbers, numbers_of
from chess_assets.domain.report.page import PageFigure, write_page
from chess_assets.domain.report.report import Picture, Report

_PICTURES = {
    "rating": "Rating over time",
    "odds": "Score against rating difference",
    "calendar": "Games a day",
}


def render_report(player: str, games: pa.Table, made_at: datetime) -> Report:
    """Make a player's report.

    Args:
        player: The player's name.
        games: Rows of `player_games`, at least `numbers.played.COLUMNS`; none is fine.
        made_at: When, aware; the page says it.
    """
    numbers = numbers_of(games)
    drawings = drawings_of(numbers)
    with house_style():
        figures = {name: _page_figure(name, draw) for name, draw in drawings.items()}
        pictures = tuple(
            Picture(title, to_png(drawings[name](WIDE)))
            for name, title in _PICTURES.items()
            if name in drawings
        )
    return Report(write_page(player, numbers, figures, made_at), pictures, _headline(numbers))


def _page_figure(name: str, draw: Drawing) -> PageFigure:
    return PageFigure(to_svg(draw(WIDE), f"{name}-wide"), to_svg(draw(NARROW), f"{name}-narrow"))


def _headline(numbers: ReportNumbers) -> dict[str, int | float]:
    record, best_win = numbers.headline.record, numbers.headline.best_win
    headline: dict[str, int | float] = {"games": record.games}
    if record.games:
        headline |= {
            "score_percent": round(100 * record.score, 1),
            "longest_win_streak_games": numbers.streaks.wins.length,
        }
    if best_win is not None:
        headline["best_win_rating"] = best_win.rating
    for line in numbers.ratings:
        headline |= {
            f"{line.time_class}_rating": line.last,
            f"{line.time_class}_rating_gained": line.gained,
        }
    return headline
