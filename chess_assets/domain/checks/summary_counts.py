"""What is counted of a player's own tables as they are made, with their source at hand."""

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

REPEATED_GAMES = "repeated_games"
"""Rows of `player_games` whose game is in an earlier row already."""
SOURCE_ROWS = "source_rows"
"""The rows of the months of `games` that the file was made of."""
COPIES_LEFT_OUT = "copies_left_out"
"""The rows of those months whose game is in another month too, where it counts."""
UNMATCHED_GAMES = "unmatched_games"
"""Games in which neither side could be told to be the player."""
WITHOUT_OUTCOME = "games_without_outcome"
"""Games that no summary counts: without an end, or without an outcome for the player."""
COUNTED_GAMES = "games_counted"
GAMES_TO_COUNT = "games_to_count"
REPEATED_KEYS = "repeated_keys"
IMPOSSIBLE_SCORES = "impossible_scores"
"""Rows of a summary with a score below 0 or above their number of games."""


def repeated(column: pa.ChunkedArray) -> int:
    """Return how many values are there more than once, the first of each not counted."""
    distinct: int = pc.count_distinct(column, mode="all").as_py()
    return len(column) - distinct


def without_outcome(player_games: pa.Table) -> int:
    """Return how many of these games have no end or no outcome."""
    is_known = pc.and_(pc.is_valid(player_games["end_time"]), pc.is_valid(player_games["outcome"]))
    known: int = pc.sum(is_known).as_py() or 0
    return len(is_known) - known


def count_summary(
    keys: Sequence[str], to_count: Callable[[pa.Table], pa.ChunkedArray]
) -> Callable[[pa.Table, pa.Table], Mapping[str, object]]:
    """Return what counts a summary of `player_games`.

    Args:
        keys: The summary's key.
        to_count: Which of the games belong into it.
    """

    def count(player_games: pa.Table, summary: pa.Table) -> Mapping[str, object]:
        is_counted = pc.fill_null(to_count(player_games), False)  # noqa: FBT003 - pyarrow's signature
        is_possible = pc.and_(
            pc.greater_equal(summary["score"], 0), pc.less_equal(summary["score"], summary["games"])
        )
        distinct = summary.group_by(list(keys)).aggregate([]).num_rows
        return {
            GAMES_TO_COUNT: pc.sum(is_counted).as_py() or 0,
            COUNTED_GAMES: pc.sum(summary["games"]).as_py() or 0,
            REPEATED_KEYS: summary.num_rows - distinct,
            IMPOSSIBLE_SCORES: summary.num_rows - (pc.sum(is_possible).as_py() or 0),
        }

    return count
