"""chess.com's time controls: `180`, `180+2`, and `1/86400` for daily games."""

import re
from typing import NamedTuple

from chess_assets.domain.games.faults import Untypable, excerpt
from chess_assets.domain.games.limits import INT32_MAX

_TEXT = re.compile(r"(?:1/)?([0-9]{1,10})|([0-9]{1,10})\+([0-9]{1,10})")


class TimeControl(NamedTuple):
    """Seconds at the start (daily games: for each move) and seconds added after each move."""

    base_s: int
    increment_s: int


def parse_time_control(text: str) -> TimeControl:
    """Read a time control.

    Raises:
        Untypable: for any other form, and for seconds that don't fit 32 bits.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise Untypable(f"time_control {excerpt(text)} is none of 180, 180+2 and 1/86400")
    time_control = TimeControl(int(match[1] or match[2]), int(match[3] or 0))
    if max(time_control) > INT32_MAX:
        raise Untypable(f"time_control {excerpt(text)} does not fit 32 bits")
    return time_control
