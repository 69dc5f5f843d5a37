"""The numbers at the top of the page: how much, how well, since when, and the best of it."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.report.numbers.played import chess_only, rated
from chess_assets.domain.report.numbers.record import Record, record_of


@dataclass(frozen=True, slots=True)
class BestWin:
    """The win against the highest-rated opponent."""

    opponent: str
    rating: int
    time_class: str
    on: date
    url: str | None


@dataclass(frozen=True, slots=True)
class Headline:
    """The whole history in a few numbers.

    Attributes:
        record: All games, of all kinds.
        left_out: Games without an end or an outcome, which no number counts.
        first_on: The day of the first game (UTC); None without games.
        last_on: The day of the last.
        best_win: In rated chess; None where there is none.
    """

    record: Record
    left_out: int
    first_on: date | None
    last_on: date | None
    best_win: BestWin | None


def headline_of(games: pa.Table, *, left_out: int) -> Headline:
    """Summarise games that are in the order they were played."""
    days = [games["end_time"][at].as_py().date() for at in (0, -1)] if games.num_rows else []
    return Headline(
        record_of(games),
        left_out,
        first_on=days[0] if days else None,
        last_on=days[1] if days else None,
        best_win=_best_win(games),
    )


def _best_win(games: pa.Table) -> BestWin | None:
    """Return the first of the wins against the highest rating."""
    chosen = rated(chess_only(games))
    is_win = pc.and_(pc.equal(chosen["outcome"], "win"), pc.is_valid(chosen["opponent_rating"]))
    wins = chosen.filter(is_win)
    if not wins.num_rows:
        return None
    at = pc.index(wins["opponent_rating"], pc.max(wins["opponent_rating"])).as_py()
    win = wins.slice(at, 1).to_pylist()[0]
    return BestWin(
        win["opponent"] or "?",
        win["opponent_rating"],
        win["time_class"],
        win["end_time"].date(),
        win["url"],
    )
