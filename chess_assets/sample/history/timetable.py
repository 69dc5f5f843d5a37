"""When a month's games begin and end: every game ends within its month of chess.com's zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from chess_assets.domain.months import Month
from chess_assets.sample.history.clocks import Clocks
from chess_assets.sample.history.programme import Session, Timing

_USABLE_DAYS = 27  # sessions on days of their own, done before the shortest month ends


@dataclass(frozen=True, slots=True)
class Times:
    """Epoch seconds of a game."""

    start_s: int
    end_s: int


def session_days(rng: Random, sessions: int) -> list[int]:
    """Return a day of the month (from 0) for each session, all different."""
    return rng.sample(range(_USABLE_DAYS), sessions)


def session_times(
    rng: Random, month: Month, day: int, session: Session, clocks: Sequence[Clocks]
) -> list[Times]:
    """Return the times of a session's games, played on that day."""
    anchor = month.start + timedelta(days=day, seconds=rng.randrange(3600, 15 * 3600))
    anchor_s = int(anchor.timestamp())
    if session.timing is Timing.TURN_OF_MONTH:
        anchor_s = int(month.start.timestamp()) - clocks[0].length_s // 2
    if session.control.is_daily:
        gap_s = 0 if session.timing is Timing.ONE_END else 5001
        ends = [anchor_s + gap_s * game for game in range(len(clocks))]
        return [Times(end - game.length_s, end) for game, end in zip(clocks, ends, strict=True)]
    times = []
    start_s = anchor_s
    for game in clocks:
        times.append(Times(start_s, start_s + game.length_s))
        start_s = times[-1].end_s + rng.randint(4, 90)
    return times
