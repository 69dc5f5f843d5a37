"""The games that a report is about, and the narrower choices that several topics share."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

TIME_CLASSES = ("bullet", "blitz", "rapid", "daily")
OTHER = "other"

COLUMNS = (
    "game_id", "end_time", "rules", "time_class", "base_s", "is_rated", "is_white", "rating",
    "opponent", "opponent_rating", "opponent_uuid", "outcome", "how", "eco", "opening",
    "opening_family", "accuracy", "opponent_accuracy", "clock_left_ms", "url",
)  # fmt: skip
"""What a report reads of `player_games`: all but the moves and what follows from the rest."""


def played(games: pa.Table) -> pa.Table:
    """Return the games with an end and an outcome, by end time.

    Args:
        games: Rows of `player_games`, at least `COLUMNS`.

    Returns:
        Those columns; a time class that is none of `TIME_CLASSES`, or null, is `OTHER`.
    """
    is_whole = pc.and_(
        pc.is_valid(games["end_time"]),
        pc.is_in(games["outcome"], pa.array(["win", "draw", "loss"])),
    )
    whole = games.select(COLUMNS).filter(is_whole)
    whole = whole.sort_by([("end_time", "ascending"), ("game_id", "ascending")])
    is_known = pc.is_in(whole["time_class"], pa.array(TIME_CLASSES))
    time_class = pc.if_else(is_known, whole["time_class"], OTHER)
    return whole.set_column(whole.column_names.index("time_class"), "time_class", time_class)


def chess_only(games: pa.Table) -> pa.Table:
    """Return the games of chess itself, without the variants."""
    return games.filter(pc.equal(games["rules"], "chess"))


def rated(games: pa.Table) -> pa.Table:
    """Return the rated games."""
    return games.filter(games["is_rated"])


def by_time_class(games: pa.Table) -> Iterable[tuple[str, pa.Table]]:
    """Yield each time class that has games, from the fastest to the slowest, with its games."""
    for time_class in (*TIME_CLASSES, OTHER):
        chosen = games.filter(pc.equal(games["time_class"], time_class))
        if chosen.num_rows:
            yield time_class, chosen
