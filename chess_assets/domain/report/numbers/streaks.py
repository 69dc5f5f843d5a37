"""Streaks: the longest rows of games in which something did not stop, over all kinds of games."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, slots=True)
class Streak:
    """Games one after the other.

    Attributes:
        length: How many; 0 where there is no such game.
        first_on: The day of the first (UTC); None where there is none.
        last_on: The day of the last.
    """

    length: int = 0
    first_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Streaks:
    """The longest ones, and the one that goes on.

    Attributes:
        wins: Won game after game.
        unbeaten: Won or drawn.
        winless: Lost or drawn.
        losses: Lost game after game.
        current: Games with the same outcome as the last one, up to it.
        current_outcome: That outcome; "" without games.
    """

    wins: Streak
    unbeaten: Streak
    winless: Streak
    losses: Streak
    current: Streak
    current_outcome: str


def streaks_of(games: pa.Table) -> Streaks:
    """Find the streaks in games that are in the order they were played."""
    return Streaks(
        wins=_longest(games, ["win"]),
        unbeaten=_longest(games, ["win", "draw"]),
        winless=_longest(games, ["loss", "draw"]),
        losses=_longest(games, ["loss"]),
        current=_current(games),
        current_outcome=games["outcome"][-1].as_py() if games.num_rows else "",
    )


def _longest(games: pa.Table, outcomes: Sequence[str]) -> Streak:
    """Return the longest run of games with these outcomes, the first of several."""
    is_in = pc.is_in(games["outcome"], pa.array(outcomes)).to_numpy()
    edges = np.diff(np.concatenate(([0], is_in.astype(np.int8), [0])))
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if not len(starts):
        return Streak()
    longest = int((stops - starts).argmax())
    return _between(games, int(starts[longest]), int(stops[longest]))


def _current(games: pa.Table) -> Streak:
    if not games.num_rows:
        return Streak()
    is_other = pc.not_equal(games["outcome"], games["outcome"][-1]).to_numpy()
    others = np.flatnonzero(is_other)
    return _between(games, int(others[-1]) + 1 if len(others) else 0, games.num_rows)


def _between(games: pa.Table, start: int, stop: int) -> Streak:
    first, last = (games["end_time"][at].as_py().date() for at in (start, stop - 1))
    return Streak(stop - start, first, last)
