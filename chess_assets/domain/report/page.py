"""The page: templates filled with numbers and figures; every text from outside is escaped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from chess_assets.domain.report import words
from chess_assets.domain.report.figures.style import PALETTE
from chess_assets.domain.report.numbers.everything import ReportNumbers
from chess_assets.domain.report.numbers.time_trouble import SHARES


@dataclass(frozen=True, slots=True)
class PageFigure:
    """One figure as SVG, drawn for wide windows and for phones."""

    wide: str
    narrow: str


def write_page(
    player: str,
    numbers: ReportNumbers,
    figures: Mapping[str, PageFigure],
    made_at: datetime,
) -> str:
    """Return the HTML of a report, which loads nothing from anywhere."""
    environment = Environment(
        loader=PackageLoader("chess_assets.domain.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (words.number, words.percent, words.points, words.signed)
    moments = (words.day, words.days, words.month, words.minute)
    foreign = (words.shown, words.game_link, words.tone)
    environment.filters.update({each.__name__: each for each in (*filters, *moments, *foreign)})
    return environment.get_template("page.html.jinja").render(
        player=player,
        numbers=numbers,
        figures={name: _as_markup(figure) for name, figure in figures.items()},
        made_at=made_at.astimezone(UTC),
        palette=PALETTE,
        shares=SHARES,
    )


def _as_markup(figure: PageFigure) -> PageFigure:
    """Mark SVG as safe: matplotlib wrote it, of our own words and numbers only."""
    return PageFigure(Markup(figure.wide), Markup(figure.narrow))  # noqa: S704 - see above
