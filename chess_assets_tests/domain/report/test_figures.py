"""The figures: colours for light and dark, sizes, and labels that don't cover each other."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import rcParams

from chess_assets.domain.report.figures.everything import drawings_of
from chess_assets.domain.report.figures.labels import spread
from chess_assets.domain.report.figures.style import (
    LIGHT,
    NARROW,
    PALETTE,
    WIDE,
    Size,
    house_style,
    new_figure,
    to_svg,
)
from chess_assets.domain.report.figures.time_axis import set_time_axis
from chess_assets.domain.report.numbers.everything import numbers_of
from chess_assets_tests.domain.report.made_player_games import game, history, table

COLOUR = re.compile(r"#[0-9a-f]{6}\b")
SPACING = 10.0


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("games", [1, 300])
def test_every_colour_has_a_dark_one(games: int, size: Size) -> None:
    """No colour in an SVG is fixed: each is a variable that the page sets for light and dark."""
    with house_style():
        for name, draw in drawings_of(numbers_of(table(history(games, seed=5)))).items():
            svg = to_svg(draw(size), name)
            assert COLOUR.findall(svg) == []
            assert set(re.findall(r"var\(--(\w+)\)", svg)) <= set(PALETTE)


@pytest.mark.parametrize(("size", "most"), [(WIDE, 12), (NARROW, 8)])
def test_time_axis(size: Size, most: int) -> None:
    """A history of any length, from a day to fifty years, has a few ticks and not too many."""
    for span in (0, 1, 9, 30, 59, 92, 150, 364, 700, 900, 1094, 1100, 1824, 3000, 9000, 18_000):
        _, axes = new_figure(size)
        set_time_axis(axes, np.array([0, span], "datetime64[D]"), size, least_days=10)
        low, high = axes.get_xlim()
        ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
        assert 2 <= len(ticks) <= most, (span, len(ticks))


def test_light_colours_differ() -> None:
    """No two light colours are alike, or one would be shown as the other in the dark."""
    assert len(set(LIGHT.values())) == len(LIGHT)


def test_same_games_same_drawing() -> None:
    """The same numbers give the same SVG, byte for byte."""
    drawings = drawings_of(numbers_of(table(history(5))))
    with house_style():
        for name, draw in drawings.items():
            assert to_svg(draw(WIDE), name) == to_svg(draw(WIDE), name)


def test_words_are_text() -> None:
    """Words in an SVG stay text, in the page's font, so that they can be read aloud and found."""
    with house_style():
        svg = to_svg(drawings_of(numbers_of(table([game()])))["rating"](WIDE), "rating")
    assert ">blitz 1,500</text>" in svg
    assert "DejaVu" not in svg


@given(st.lists(st.floats(-1000, 1000), max_size=6))
def test_spread(positions: list[float]) -> None:
    """Labels keep their order and their distance, and stay where they are if there is room."""
    placed = spread(positions, SPACING)
    order = sorted(range(len(positions)), key=lambda at: positions[at])
    ordered = [placed[at] for at in order]
    gaps = [above - below for below, above in pairwise(ordered)]
    assert all(gap >= SPACING - 1e-6 for gap in gaps)
    wanted = [positions[at] for at in order]
    if all(b - a >= SPACING for a, b in pairwise(wanted)):
        assert ordered == pytest.approx(wanted)


def test_leaves_settings_alone() -> None:
    """Drawing leaves matplotlib's own settings as they were."""
    before = rcParams.copy()
    with house_style():
        to_svg(drawings_of(numbers_of(table([game()])))["rating"](WIDE), "rating")
    assert rcParams.copy() == before
