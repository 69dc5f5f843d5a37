"""The one style of all figures: colours by name, fonts, and figures as SVG or PNG.

A figure is drawn once, in the light colours. In SVG each of them becomes a CSS variable, which the
page sets for light and dark; a PNG keeps the light ones on an opaque ground.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

PALETTE = {  # name: (on light, on dark); no two light ones alike, or they could not be told apart
    "paper": ("#f7f6f2", "#14171c"),
    "card": ("#ffffff", "#1c2128"),
    "ink": ("#1f2430", "#e6e9ef"),
    "muted": ("#636c7a", "#9aa4b2"),
    "rule": ("#e3e1da", "#313843"),
    "win": ("#1f8a7d", "#3fb3a4"),
    "draw": ("#bcc2cc", "#5b6573"),
    "loss": ("#d65f41", "#e67d5f"),
    "bullet": ("#b86e00", "#eeb04e"),
    "blitz": ("#2b6cd4", "#71a5ff"),
    "rapid": ("#7b4bc8", "#b799f7"),
    "daily": ("#4b7d38", "#90c577"),
    "other": ("#6b7685", "#a3adba"),
    "accent": ("#20639b", "#7cb7e9"),
    "heat0": ("#ecebe5", "#262c35"),
    "heat1": ("#bfe2dc", "#17423d"),
    "heat2": ("#7dc5ba", "#1e6a61"),
    "heat3": ("#36a092", "#2e998b"),
    "heat4": ("#0f6b60", "#63d3c3"),
}
LIGHT = {name: light for name, (light, _) in PALETTE.items()}

_NAME_OF = {light: name for name, light in LIGHT.items()}
_COLOUR = re.compile("|".join(LIGHT.values()))
_PIXELS_PER_INCH = 72  # then a point is a pixel, and sizes can be given in either
_PNG_PIXELS_PER_INCH = 84  # a thousand pixels, which is what the UI shows without cutting
_RC: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": LIGHT["rule"],
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": LIGHT["muted"],
    "axes.labelsize": 11,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "grid.color": LIGHT["rule"],
    "grid.linewidth": 1,
    "lines.linewidth": 1.6,
    "svg.fonttype": "none",
    "text.color": LIGHT["ink"],
    "text.parse_math": False,
    "xtick.color": LIGHT["muted"],
    "xtick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.color": LIGHT["muted"],
    "ytick.major.size": 0,
}


@dataclass(frozen=True, slots=True)
class Size:
    """How big a figure is, in pixels of the page."""

    width: float
    height: float

    @property
    def is_narrow(self) -> bool:
        """Whether it is for a phone: fewer ticks, shorter words."""
        return self.width < 500


WIDE = Size(860, 300)
NARROW = Size(340, 250)


@contextmanager
def house_style() -> Iterator[None]:
    """Draw and save everything inside in the report's style."""
    with rc_context(_RC):
        yield


def new_figure(size: Size) -> tuple[Figure, Axes]:
    """Return an empty figure with one pair of axes and only a horizontal grid."""
    inches = (size.width / _PIXELS_PER_INCH, size.height / _PIXELS_PER_INCH)
    figure = Figure(inches, dpi=_PIXELS_PER_INCH, layout="constrained", facecolor="none")
    axes = figure.add_subplot()
    axes.grid(visible=False, axis="x")
    return figure, axes


def to_svg(figure: Figure, name: str) -> str:
    """Return a figure as an `<svg>` element to be put into a page that sets the palette.

    Args:
        figure: What is drawn.
        name: Unlike those of the page's other figures: the IDs inside are made from it.
    """
    sink = io.StringIO()
    metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with rc_context({"svg.hashsalt": name}):
        figure.savefig(sink, format="svg", metadata=metadata)
    svg = sink.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(<svg [^>]*?) width="[^"]*" height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # nothing refers to them, and figures share them
    svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
    return _COLOUR.sub(lambda match: f"var(--{_NAME_OF[match[0]]})", svg)


def to_png(figure: Figure) -> bytes:
    """Return a figure as a small PNG on white, readable on any ground."""
    drawn, sink = io.BytesIO(), io.BytesIO()
    figure.set_facecolor(LIGHT["card"])
    figure.savefig(drawn, format="png", dpi=_PNG_PIXELS_PER_INCH)
    picture = Image.open(drawn).convert("RGB")
    picture.quantize(palette=_png_palette(), dither=Image.Dither.NONE).save(
        sink, "PNG", optimize=True
    )
    return sink.getvalue()


def _png_palette() -> Image.Image:
    """Return every colour in steps towards white, which edges need: a third of the bytes."""
    steps = 256 // len(LIGHT)
    colours = np.array([to_rgb(colour) for colour in LIGHT.values()])[:, np.newaxis]
    shade = np.linspace(0, 1, steps, endpoint=False)[:, np.newaxis]
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.rint(255 * (colours + (1 - colours) * shade)).astype(np.uint8).tobytes())
    return palette
