"""The check of `player_report`: the page is about every game that it can be about."""

from chess_assets.domain.checks.check import Check, Finding, Severity, Stored
from chess_assets.domain.checks.summary_counts import WITHOUT_OUTCOME


def _counts_every_game(stored: Stored) -> Finding | None:
    without_outcome = stored.count(WITHOUT_OUTCOME)
    if stored.source_rows is None or without_outcome is None:
        return None
    numbers = {
        "games_in_report": stored.rows,
        "player_games": stored.source_rows,
        WITHOUT_OUTCOME: without_outcome,
    }
    return Finding(stored.rows == stored.source_rows - without_outcome, numbers)


PLAYER_REPORT_CHECKS = (
    Check(
        "report_counts_every_game",
        Severity.ERROR,
        "The page is about every game of `player_games` that has an end and an outcome.",
        "Move the page away, which is made from `player_games`, and materialize `player_report`; "
        "if it still fails, it is a fault of the program: report it.",
        _counts_every_game,
    ),
)
