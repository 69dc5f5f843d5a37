"""Ratings over time: rated chess, one line a time class; the variants have ratings of their own."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.report.numbers.played import by_time_class, chess_only, rated


@dataclass(frozen=True, slots=True)
class RatingLine:
    """One time class's ratings, each as it was after a game.

    Attributes:
        time_class: Which.
        games: How many rated games.
        first: The rating after the first game.
        last: The rating after the last game.
        peak: The highest.
        peak_on: When it was reached first (UTC).
        days: The days with games, ascending.
        ratings: The last rating of each of the days.
    """

    time_class: str
    games: int
    first: int
    last: int
    peak: int
    peak_on: date
    days: npt.NDArray[np.datetime64]
    ratings: npt.NDArray[np.int64]

    @property
    def gained(self) -> int:
        """The last rating less the first."""
        return self.last - self.first


def rating_lines(games: pa.Table) -> list[RatingLine]:
    """Return the ratings of every time class with rated games of chess."""
    chosen = rated(chess_only(games))
    chosen = chosen.filter(pc.is_valid(chosen["rating"]))
    return [_line(time_class, of_class) for time_class, of_class in by_time_class(chosen)]


def _line(time_class: str, games: pa.Table) -> RatingLine:
    days: Any = games["end_time"].to_numpy().astype("datetime64[D]")
    ratings = games["rating"].to_numpy().astype(np.int64)
    peak_at = int(ratings.argmax())
    is_last_of_day = np.append(days[1:] != days[:-1], True)
    return RatingLine(
        time_class=time_class,
        games=games.num_rows,
        first=int(ratings[0]),
        last=int(ratings[-1]),
        peak=int(ratings[peak_at]),
        peak_on=days[peak_at].item(),
        days=days[is_last_of_day],
        ratings=ratings[is_last_of_day],
    )
