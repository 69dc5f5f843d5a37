"""The clock after each ply, from the `[%clk 0:02:58.6]` in the PGN's comments."""

import re
from collections.abc import Sequence

from chess_assets.domain.games.faults import Untypable, excerpt
from chess_assets.domain.games.limits import INT32_MAX

CLOCK_MARK = "[%clk"
_CLOCK = re.compile(
    r"\[%clk (?P<h>[0-9]{1,6}):(?P<m>[0-5][0-9]):(?P<s>[0-5][0-9])(?:\.(?P<fraction>[0-9]{1,3}))?\]"
)


def parse_clocks_ms(comments: Sequence[str | None]) -> list[int | None] | None:
    """Return the milliseconds left after each ply, from the comment that carries its clock.

    A ply without a clock has None; a game that has plies and no clock at all gives None.

    Raises:
        Untypable: for a clock that is not `h:mm:ss` with up to three decimals, or over 596 hours.
    """
    clocks_ms = [None if comment is None else _clock_ms(comment) for comment in comments]
    if clocks_ms and all(clock_ms is None for clock_ms in clocks_ms):
        return None
    return clocks_ms


def _clock_ms(comment: str) -> int:
    clock = _CLOCK.search(comment)
    if clock is None:
        mark_at = comment.find(CLOCK_MARK)
        raise Untypable(f"the clock {excerpt(comment[max(mark_at, 0) :])} is not [%clk h:mm:ss]")
    clock_s = (int(clock["h"]) * 60 + int(clock["m"])) * 60 + int(clock["s"])
    clock_ms = clock_s * 1000 + int((clock["fraction"] or "0").ljust(3, "0"))
    if clock_ms > INT32_MAX:
        raise Untypable(f"the clock {excerpt(clock[0])} does not fit 32 bits of milliseconds")
    return clock_ms
