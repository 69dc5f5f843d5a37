"""The checks of `player_games`: every game of every month, each once, and the player in it."""

from chess_assets.domain.checks.check import Check, Finding, Severity, Stored, is_rare
from chess_assets.domain.checks.summary_counts import REPEATED_GAMES, SOURCE_ROWS
from chess_assets.domain.player_tables.all_months import UNMATCHED_GAMES

_FEW_UNMATCHED = 0.01


def _unique(stored: Stored) -> Finding | None:
    repeated = stored.count(REPEATED_GAMES)
    if repeated is None:
        return None
    return Finding(repeated == 0, {"games": stored.rows, REPEATED_GAMES: repeated})


def _complete(stored: Stored) -> Finding | None:
    games = stored.count(SOURCE_ROWS)
    if games is None:
        return None
    return Finding(stored.rows == games, {"rows": stored.rows, "games": games})


def _recognised(stored: Stored) -> Finding | None:
    unmatched = stored.count(UNMATCHED_GAMES)
    if unmatched is None:
        return None
    numbers = {"games": stored.rows, UNMATCHED_GAMES: unmatched}
    return Finding(is_rare(unmatched, stored.rows, _FEW_UNMATCHED), numbers)


PLAYER_GAMES_CHECKS = (
    Check(
        "game_ids_are_unique",
        Severity.ERROR,
        "No game_id is there twice, in one month or in two.",
        "Find the game_ids that two months of `games` share: chess.com moved a game from one month "
        "to another, and both answers are stored.",
        _unique,
    ),
    Check(
        "every_game_is_there",
        Severity.ERROR,
        "The file has as many rows as the months of `games` that it was made of.",
        "Move the file away, which is made from `games`, and materialize `player_games`; if it "
        "still fails, it is a fault of the program: report it.",
        _complete,
    ),
    Check(
        "player_is_recognised",
        Severity.WARN,
        "In at most 1 % of the games neither side can be told to be the player.",
        "Look at white and black in `games` where is_white is null: the player may have had "
        "another name in games without uuids.",
        _recognised,
    ),
)
