"""All topics of a report, counted from one table of games."""

from dataclasses import dataclass

import pyarrow as pa

from chess_assets.domain.report.numbers.accuracy import Accuracy, accuracy_of
from chess_assets.domain.report.numbers.activity import Activity, activity_of
from chess_assets.domain.report.numbers.headline import Headline, headline_of
from chess_assets.domain.report.numbers.openings import Family, opening_families
from chess_assets.domain.report.numbers.opponents import Opponents, opponents_of
from chess_assets.domain.report.numbers.played import played
from chess_assets.domain.report.numbers.rating_difference import AgainstTheOdds, against_the_odds
from chess_assets.domain.report.numbers.ratings import RatingLine, rating_lines
from chess_assets.domain.report.numbers.record import Record
from chess_assets.domain.report.numbers.results import (
    ClassResults,
    class_results,
    variant_results,
)
from chess_assets.domain.report.numbers.streaks import Streaks, streaks_of
from chess_assets.domain.report.numbers.time_trouble import ClockRow, clock_rows


@dataclass(frozen=True, slots=True)
class ReportNumbers:
    """A player's games in numbers, a topic a field."""

    headline: Headline
    ratings: list[RatingLine]
    results: list[ClassResults]
    variants: list[tuple[str, Record]]
    openings_as_white: list[Family]
    openings_as_black: list[Family]
    odds: AgainstTheOdds
    clocks: list[ClockRow]
    accuracy: Accuracy
    activity: Activity
    streaks: Streaks
    opponents: Opponents


def numbers_of(games: pa.Table) -> ReportNumbers:
    """Count everything.

    Args:
        games: Rows of `player_games`, in any order, of one player.
    """
    chosen = played(games)
    return ReportNumbers(
        headline=headline_of(chosen, left_out=games.num_rows - chosen.num_rows),
        ratings=rating_lines(chosen),
        results=class_results(chosen),
        variants=variant_results(chosen),
        openings_as_white=opening_families(chosen, is_white=True),
        openings_as_black=opening_families(chosen, is_white=False),
        odds=against_the_odds(chosen),
        clocks=clock_rows(chosen),
        accuracy=accuracy_of(chosen),
        activity=activity_of(chosen),
        streaks=streaks_of(chosen),
        opponents=opponents_of(chosen),
    )
