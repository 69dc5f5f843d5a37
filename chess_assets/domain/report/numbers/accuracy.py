"""Accuracy over time, of the games that somebody had analysed at chess.com."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.report.numbers.played import chess_only


@dataclass(frozen=True, slots=True)
class AccuracyMonth:
    """A month's analysed games.

    Attributes:
        month: Its first day.
        games: How many were analysed.
        median: Of the player's accuracy, percent.
        low: A quarter of the games were below this.
        high: A quarter were above this.
        opponents_median: Of the opponents' accuracy; None where none is known.
    """

    month: date
    games: int
    median: float
    low: float
    high: float
    opponents_median: float | None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """All analysed games of chess.

    Attributes:
        games: How many games were analysed.
        share: Of all games of chess, 0 to 1.
        months: Those with analysed games, ascending.
        by_outcome: Number of games and mean accuracy of wins, draws and losses; without what
            there is none of.
    """

    games: int
    share: float
    months: tuple[AccuracyMonth, ...]
    by_outcome: dict[str, tuple[int, float]]


def accuracy_of(games: pa.Table) -> Accuracy:
    """Summarise the accuracies between 0 and 100; anything else counts as not analysed."""
    chess = chess_only(games)
    analysed = chess.filter(_is_percentage(chess["accuracy"]))
    by_outcome = analysed.group_by("outcome").aggregate(
        [("accuracy", "count"), ("accuracy", "mean")]
    )
    found = {
        row["outcome"]: (row["accuracy_count"], row["accuracy_mean"])
        for row in by_outcome.to_pylist()
    }
    return Accuracy(
        games=analysed.num_rows,
        share=analysed.num_rows / chess.num_rows if chess.num_rows else 0.0,
        months=tuple(_months(analysed)),
        by_outcome={name: found[name] for name in ("win", "draw", "loss") if name in found},
    )


def _months(analysed: pa.Table) -> list[AccuracyMonth]:
    month_of = analysed["end_time"].to_numpy().astype("datetime64[M]")
    months, starts = np.unique(month_of, return_index=True)
    stops = np.append(starts, analysed.num_rows)[1:]
    return [
        _month(month.astype("datetime64[D]").item(), analysed.slice(start, stop - start))
        for month, start, stop in zip(months, starts, stops, strict=True)
    ]


def _month(month: date, analysed: pa.Table) -> AccuracyMonth:
    low, median, high = np.percentile(analysed["accuracy"].to_numpy(), [25, 50, 75])
    theirs = analysed["opponent_accuracy"].filter(_is_percentage(analysed["opponent_accuracy"]))
    return AccuracyMonth(
        month,
        games=analysed.num_rows,
        median=float(median),
        low=float(low),
        high=float(high),
        opponents_median=float(np.median(theirs.to_numpy())) if len(theirs) else None,
    )


def _is_percentage(accuracy: pa.ChunkedArray) -> Any:
    return pc.and_(pc.greater_equal(accuracy, 0), pc.less_equal(accuracy, 100))
