"""The rows of `rating_history`: a player's rated games summed up by kind and day.

Unrated games are left out: they carry the rating of the day before, and would make days on which
nothing could change.
"""

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.checks.counted import counted
from chess_assets.domain.checks.summary_counts import count_summary
from chess_assets.domain.player_tables.grouping import COUNT, grouped
from chess_assets.domain.schemas.rating_history import RATING_HISTORY

RATED_COLUMNS = ("end_time", "rules", "time_class", "is_rated", "rating", "score")
RATING_HISTORY_VERSION = "1"
"""Raised whenever the same games would give other rows: all is then made anew."""
_KEYS = ("rules", "time_class", "day")


def rating_history(player_games: pa.Table) -> pa.Table:
    """Return one row a rules, time class and UTC day with rated games.

    Args:
        player_games: `RATED_COLUMNS` of `player_games`, ascending by time. Games whose end or
            outcome is unknown don't count.

    Returns:
        A table of RATING_HISTORY, ordered by rules, time class and day.
    """
    rated = player_games.filter(_is_to_count(player_games))
    days = grouped(
        rated.append_column("day", rated["end_time"].cast(pa.date32())),
        _KEYS,
        {
            "games": COUNT,
            "score": ("score", "sum"),
            "first_rating": ("rating", "first"),
            "last_rating": ("rating", "last"),
            "highest_rating": ("rating", "max"),
            "lowest_rating": ("rating", "min"),
        },
    )
    ordered = days.sort_by([(key, "ascending") for key in _KEYS])
    return ordered.select(RATING_HISTORY.names).cast(RATING_HISTORY)


def _is_to_count(player_games: pa.Table) -> pa.ChunkedArray:
    is_known = pc.and_(pc.is_valid(player_games["score"]), pc.is_valid(player_games["end_time"]))
    return pc.and_(player_games["is_rated"], is_known)


rating_history_of = counted(rating_history, count_summary(_KEYS, _is_to_count))
"""`rating_history`, counting what its checks need."""
