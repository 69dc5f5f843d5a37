"""A report as it is made: the page, and what the UI shows of it without opening the page."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure outside the page: its title in our words, and a PNG."""

    title: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """What a player's games look like.

    Attributes:
        html: The page, self-contained.
        pictures: The figures that say most, of those that there is something to draw for.
        numbers: The headline, by names that say the unit; no text from outside.
    """

    html: str
    pictures: tuple[Picture, ...]
    numbers: Mapping[str, int | float]
