"""The checks of `raw_pgn_archives`: what chess.com listed is stored, what is stored is listed."""

from chess_assets.domain.checks.check import Check, Finding, Severity, Stored, is_rare
from chess_assets.domain.raw_archives.identity import CONTRADICTIONS, CONTRADICTIONS_NAMED

_LISTED = "games_listed"
_FEW_UNLISTED = 0.05


def _listed_are_stored(stored: Stored) -> Finding | None:
    listed = stored.count(_LISTED)
    if listed is None:
        return None
    return Finding(stored.rows >= listed, {"games": stored.rows, "games_listed": listed})


def _stored_are_listed(stored: Stored) -> Finding | None:
    listed = stored.count(_LISTED)
    if listed is None:
        return None
    unlisted = max(stored.rows - listed, 0)
    numbers = {"games": stored.rows, "games_unlisted": unlisted}
    return Finding(is_rare(unlisted, stored.rows, _FEW_UNLISTED), numbers)


def _told_apart(stored: Stored) -> Finding | None:
    contradictions = stored.count(CONTRADICTIONS)
    if contradictions is None:
        return None
    numbers = {"games": stored.rows, CONTRADICTIONS: contradictions}
    return Finding(contradictions == 0, numbers, stored.facts.get(CONTRADICTIONS_NAMED, ""))


RAW_CHECKS = (
    Check(
        "every_listed_game_is_stored",
        Severity.ERROR,
        "A month has at least as many games as chess.com's newest answer lists, one that it lists "
        "twice counted once: none was lost.",
        "Materialize the months again with `refresh: true` (`chess-assets sync --refresh`), which "
        "fetches and counts them anew; if it still fails, the merge lost a game: report it.",
        _listed_are_stored,
    ),
    Check(
        "stored_games_are_listed",
        Severity.WARN,
        "At most 5 % of a month's games are missing from chess.com's newest answer.",
        "Nothing is lost: games once seen stay, with is_listed false. chess.com's archives "
        "flicker: materialize the months again with `refresh: true` some other day.",
        _stored_are_listed,
    ),
    Check(
        "games_are_told_apart",
        Severity.ERROR,
        "No uuid stands for two games of a month, that is for two kinds or numbers.",
        "Nothing is lost: each has a row, with a game_id of its own. Compare their url and payload "
        "in `raw_pgn_archives` with the games on chess.com. The check passes again when chess.com "
        "sends them with uuids of their own.",
        _told_apart,
    ),
)
