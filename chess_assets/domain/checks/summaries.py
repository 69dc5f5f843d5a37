"""The check of what sums `player_games` up: `rating_history` and `opening_repertoire`."""

from chess_assets.domain.checks.check import Check, Finding, Severity, Stored
from chess_assets.domain.checks.summary_counts import (
    COUNTED_GAMES,
    GAMES_TO_COUNT,
    IMPOSSIBLE_SCORES,
    REPEATED_KEYS,
)


def _sums_up(stored: Stored) -> Finding | None:
    counted, to_count = stored.count(COUNTED_GAMES), stored.count(GAMES_TO_COUNT)
    repeated, impossible = stored.count(REPEATED_KEYS), stored.count(IMPOSSIBLE_SCORES)
    if counted is None or to_count is None or repeated is None or impossible is None:
        return None
    numbers = {
        "rows": stored.rows,
        COUNTED_GAMES: counted,
        GAMES_TO_COUNT: to_count,
        REPEATED_KEYS: repeated,
        IMPOSSIBLE_SCORES: impossible,
    }
    return Finding(counted == to_count and not repeated and not impossible, numbers)


def _sums(which: str) -> Check:
    return Check(
        "sums_up_player_games",
        Severity.ERROR,
        f"{which} of `player_games` is counted once, a key has one row, and a score lies between 0 "
        "and the number of games.",
        "Move the file away, which is made from `player_games`, and materialize the table; if it "
        "still fails, it is a fault of the program: report it.",
        _sums_up,
    )


RATING_HISTORY_CHECKS = (_sums("Every rated game with an outcome"),)
OPENING_REPERTOIRE_CHECKS = (_sums("Every game of standard chess with an outcome"),)
