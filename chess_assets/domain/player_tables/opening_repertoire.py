"""The rows of `opening_repertoire`: a player's games of standard chess by colour and opening.

The variants are left out: an opening's name says little about a game in which other things win.
"""

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.checks.counted import counted
from chess_assets.domain.checks.summary_counts import count_summary
from chess_assets.domain.player_tables.grouping import COUNT, grouped
from chess_assets.domain.schemas.opening_repertoire import OPENING_REPERTOIRE

PLAYED_COLUMNS = (
    "end_time",
    "rules",
    "is_white",
    "opening_family",
    "eco",
    "outcome",
    "score",
    "opponent_rating",
)
OPENING_REPERTOIRE_VERSION = "1"
"""Raised whenever the same games would give other rows: all is then made anew."""
_KEYS = ("is_white", "opening_family", "eco")
_ORDER = [
    ("is_white", "descending"),
    ("games", "descending"),
    ("opening_family", "ascending"),
    ("eco", "ascending"),
]
_ELO_SCALE = 400.0
_FARTHEST_FROM_OPPONENTS = 800.0


def opening_repertoire(player_games: pa.Table) -> pa.Table:
    """Return one row a colour, opening family and ECO code.

    Args:
        player_games: `PLAYED_COLUMNS` of `player_games`. Games whose outcome is unknown don't
            count.

    Returns:
        A table of OPENING_REPERTOIRE: White first, then what is played most.
    """
    played = player_games.filter(_is_to_count(player_games))
    for outcome in ("win", "draw", "loss"):
        played = played.append_column(outcome, pc.equal(played["outcome"], outcome))
    openings = grouped(
        played,
        _KEYS,
        {
            "games": COUNT,
            "wins": ("win", "sum"),
            "draws": ("draw", "sum"),
            "losses": ("loss", "sum"),
            "score": ("score", "sum"),
            "mean_opponent_rating": ("opponent_rating", "mean"),
            "last_played": ("end_time", "max"),
        },
    )
    performance = performance_ratings(
        openings["mean_opponent_rating"], pc.divide(openings["score"], openings["games"])
    )
    ordered = openings.append_column("performance_rating", performance).sort_by(_ORDER)
    return ordered.select(OPENING_REPERTOIRE.names).cast(OPENING_REPERTOIRE)


def performance_ratings(
    mean_opponent_ratings: pa.ChunkedArray, scores_per_game: pa.ChunkedArray
) -> pa.ChunkedArray:
    """Return the ratings at which Elo's formula expects the scores that were made.

    Elo's expected score p = 1 / (1 + 10^(-d / 400)) against the mean opponent, solved for the
    difference: d = 400 log10(p / (1 - p)). Nothing but wins or losses gives no finite d; as in
    FIDE's tables it ends at 800 points.

    Args:
        mean_opponent_ratings: In points.
        scores_per_game: From 0 to 1.
    """
    odds = pc.divide(scores_per_game, pc.subtract(1.0, scores_per_game))
    difference = pc.multiply(_ELO_SCALE, pc.log10(odds))
    bounded = pc.max_element_wise(
        -_FARTHEST_FROM_OPPONENTS, pc.min_element_wise(difference, _FARTHEST_FROM_OPPONENTS)
    )
    return pc.add(mean_opponent_ratings, bounded)


def _is_to_count(player_games: pa.Table) -> pa.ChunkedArray:
    is_standard = pc.equal(player_games["rules"], "chess")
    return pc.and_(is_standard, pc.is_valid(player_games["score"]))


opening_repertoire_of = counted(opening_repertoire, count_summary(_KEYS, _is_to_count))
"""`opening_repertoire`, counting what its checks need."""
