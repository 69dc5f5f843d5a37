"""The score by the time that was left on the player's clock after the last move."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.report.numbers.played import by_time_class, chess_only
from chess_assets.domain.report.numbers.record import Record, record_of

SHARES = (0.5, 0.25, 0.1, 0.05)
"""Where one column ends and the next begins: shares of the time at the start, descending."""


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One live time class.

    Attributes:
        time_class: Which.
        games: Games of chess with clocks.
        cells: Their records: more than the first of `SHARES` left, and so on, down to the least.
        lost_on_time: How many were lost because the time ran out.
    """

    time_class: str
    games: int
    cells: tuple[Record, ...]
    lost_on_time: int


def clock_rows(games: pa.Table) -> list[ClockRow]:
    """Return the live time classes whose games have clocks; daily games have none that tick."""
    chosen = chess_only(games)
    has_clock = pc.and_(pc.is_valid(chosen["clock_left_ms"]), pc.greater(chosen["base_s"], 0))
    is_live = pc.not_equal(chosen["time_class"], "daily")
    chosen = chosen.filter(pc.and_(has_clock, is_live))
    return [_row(time_class, of_class) for time_class, of_class in by_time_class(chosen)]


def _row(time_class: str, games: pa.Table) -> ClockRow:
    left = games["clock_left_ms"].to_numpy() / (1000 * games["base_s"].to_numpy())
    column = np.sum(left[:, np.newaxis] <= np.array(SHARES), axis=1)
    cells = tuple(
        record_of(games.filter(pa.array(column == each))) for each in range(len(SHARES) + 1)
    )
    is_lost = pc.and_(pc.equal(games["outcome"], "loss"), pc.equal(games["how"], "timeout"))
    return ClockRow(time_class, games.num_rows, cells, games.filter(is_lost).num_rows)
