"""The checks of `player_games`: every game of every month, each once, and the player in it."""

from chess_assets.domain.checks.check import Check, Finding, Severity, Stored, is_rare
from chess_assets.domain.checks.summary_counts import (
    COPIES_LEFT_OUT,
    REPEATED_GAMES,
    SOURCE_ROWS,
    UNMATCHED_GAMES,
)
from chess_assets.domain.raw_archives.identity import CONTRADICTIONS, CONTRADICTIONS_NAMED

_FEW_UNMATCHED = 0.01


def _unique(stored: Stored) -> Finding | None:
    repeated = stored.count(REPEATED_GAMES)
    if repeated is None:
        return None
    contradictions = stored.count(CONTRADICTIONS) or 0
    numbers = {"games": stored.rows, REPEATED_GAMES: repeated, CONTRADICTIONS: contradictions}
    is_good = repeated == contradictions == 0
    return Finding(is_good, numbers, stored.facts.get(CONTRADICTIONS_NAMED, ""))


def _complete(stored: Stored) -> Finding | None:
    games = stored.count(SOURCE_ROWS)
    if games is None:
        return None
    left_out = stored.count(COPIES_LEFT_OUT) or 0
    numbers = {"rows": stored.rows, "games": games, COPIES_LEFT_OUT: left_out}
    return Finding(stored.rows + left_out == games, numbers)


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
        "No game_id is there twice, and no uuid stands for two games, that is for two kinds or "
        "numbers.",
        "Nothing is lost: all are rows. Compare their url in `games`, month by month, with the "
        "games on chess.com: a game that several months list is here once, so these are games that "
        "chess.com gave one uuid, or daily and live games of one number in a lake of before.",
        _unique,
    ),
    Check(
        "every_game_is_there",
        Severity.ERROR,
        "The file has a row for each row of the months of `games` that it was made of, but for "
        "games that several of them have.",
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
