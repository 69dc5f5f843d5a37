"""What a stored page says about itself: a comment at its end, as a Parquet file has its footer.

It carries the content version, by which a page is kept or made again, and what the UI shows, so
that a page that is kept need not be drawn again to be shown. Nothing in it comes from outside.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from chess_assets.domain.report.report import Picture

GAMES = "games"
"""The number of a report that says how many games it shows."""

_BEGIN, _END = "\n<!-- facts ", " -->\n"


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What is known of a page without making it.

    Attributes:
        content_version: Of the games and the program it was made from.
        numbers: The headline, by names that say the unit.
        pictures: The figures that say most.
    """

    content_version: str
    numbers: Mapping[str, int | float]
    pictures: tuple[Picture, ...]

    @property
    def games(self) -> int:
        """How many games the page shows; 0 where the numbers do not say."""
        games = self.numbers.get(GAMES)
        return games if isinstance(games, int) else 0


def with_facts(html: str, facts: ReportFacts) -> str:
    """Return a page with its facts at the end."""
    content = {
        "content_version": facts.content_version,
        "numbers": dict(facts.numbers),
        "pictures": {each.title: b64encode(each.png).decode() for each in facts.pictures},
    }
    text = json.dumps(content).replace("--", r"-\u002d")  # two hyphens could end the comment
    return f"{html}{_BEGIN}{text}{_END}"


def facts_of(html: str) -> ReportFacts | None:
    """Return the facts of a page; None for a file that has none that can be read."""
    _, begin, text = html.rpartition(_BEGIN)
    if not begin:
        return None
    try:
        content = json.loads(text.removesuffix(_END))
        version, numbers = content["content_version"], content["numbers"]
        is_ours = isinstance(version, str) and isinstance(numbers, dict)
        if not is_ours or not all(isinstance(each, int | float) for each in numbers.values()):
            return None
        return ReportFacts(
            version,
            numbers,
            tuple(Picture(title, b64decode(png)) for title, png in content["pictures"].items()),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
