"""The checks of `games`: one row a raw game, in its month, true to its PGN, typed and proven."""

from datetime import datetime

from chess_assets.domain.checks.check import Check, Finding, Severity, Stored, is_rare
from chess_assets.domain.checks.game_counts import (
    FIRST_END,
    LAST_END,
    PARSE_ERRORS,
    UNLIKE_PGN,
    UNPAIRED,
    WITH_PGN,
    WITHOUT_END,
    WITHOUT_TCN,
)
from chess_assets.domain.games import GAMES_ONE_BY_ONE, GAMES_REPLAYED, REPLAY_AGREED
from chess_assets.domain.months import Month

_FEW_PARSE_ERRORS = 0.01
_FEW_ONE_BY_ONE = 0.10


def _one_row_a_raw_game(stored: Stored) -> Finding | None:
    unpaired = stored.count(UNPAIRED)
    if unpaired is None or stored.source_rows is None:
        return None
    numbers = {"games": stored.rows, "raw_games": stored.source_rows, UNPAIRED: unpaired}
    return Finding(unpaired == 0 and stored.rows == stored.source_rows, numbers)


def _in_their_month(stored: Stored) -> Finding | None:
    without_end = stored.count(WITHOUT_END)
    if without_end is None:
        return None
    numbers = {"games": stored.rows, WITHOUT_END: without_end}
    if without_end or not stored.rows:
        return Finding(without_end == 0, numbers)
    try:
        ends = [datetime.fromisoformat(stored.facts[name]) for name in (FIRST_END, LAST_END)]
    except (KeyError, ValueError):
        return None
    return Finding(set(map(Month.of, ends)) == {stored.month}, numbers)


def _like_their_pgn(stored: Stored) -> Finding | None:
    unlike, with_pgn = stored.count(UNLIKE_PGN), stored.count(WITH_PGN)
    if unlike is None or with_pgn is None:
        return None
    return Finding(unlike == 0, {WITH_PGN: with_pgn, UNLIKE_PGN: unlike})


def _typed(stored: Stored) -> Finding | None:
    errors = stored.count(PARSE_ERRORS)
    if errors is None:
        return None
    numbers = {"games": stored.rows, PARSE_ERRORS: errors}
    return Finding(is_rare(errors, stored.rows, _FEW_PARSE_ERRORS), numbers)


def _typed_by_columns(stored: Stored) -> Finding | None:
    slow, without_tcn = stored.count(GAMES_ONE_BY_ONE), stored.count(WITHOUT_TCN)
    if slow is None or without_tcn is None:
        return None
    numbers = {"games": stored.rows, GAMES_ONE_BY_ONE: slow, WITHOUT_TCN: without_tcn}
    unexpected = max(slow - without_tcn, 0)
    return Finding(is_rare(unexpected, stored.rows - without_tcn, _FEW_ONE_BY_ONE), numbers)


def _replay_agrees(stored: Stored) -> Finding | None:
    agreed, replayed = stored.facts.get(REPLAY_AGREED), stored.count(GAMES_REPLAYED)
    if agreed is None or replayed is None:
        return None
    return Finding(agreed == "true", {GAMES_REPLAYED: replayed})


GAMES_CHECKS = (
    Check(
        "one_row_a_raw_game",
        Severity.ERROR,
        "A month has exactly the game_ids of its `raw_pgn_archives`, each once. Months that are "
        "behind raw are not judged.",
        "If `games` has more than `raw_pgn_archives`, raw files were lost or replaced: put back "
        "earlier versions of them (a bucket's versioning keeps them) or a backup. Otherwise move "
        "the months' files of `games` away, which are made from raw, and materialize `games`; if "
        "it still fails, it is a fault of the program: report it.",
        _one_row_a_raw_game,
    ),
    Check(
        "games_end_in_their_month",
        Severity.ERROR,
        "Every game has an end_time, and it lies in its month in America/Los_Angeles, as chess.com "
        "files games.",
        "Look at the months' games ordered by end_time: where it is null, parse_error says what "
        "chess.com sent; else it filed one elsewhere than in 80,533 games before, or a file was "
        "put into the wrong folder.",
        _in_their_month,
    ),
    Check(
        "games_agree_with_their_pgn",
        Severity.ERROR,
        "Players, ratings and result are those of the PGN's White, Black, WhiteElo, BlackElo and "
        "Result tags (upper and lower case apart); games without PGN, as bughouse, don't count.",
        "Compare the months' payload and pgn in `raw_pgn_archives`: chess.com sent two stories of "
        "one game (after a player renamed, the names may differ), or the parser misread one.",
        _like_their_pgn,
    ),
    Check(
        "parse_errors_are_rare",
        Severity.WARN,
        "At most 1 % of a month's games have a parse_error.",
        "Read parse_error of the months' games: chess.com may have begun to send something new. "
        "The games keep their rows; raw has all that was sent.",
        _typed,
    ),
    Check(
        "most_games_are_typed_by_columns",
        Severity.WARN,
        "At most 10 % of a month's games had to be typed one by one, which is slow but no less "
        "right; those of old payloads without `tcn` don't count.",
        "If the months are new, chess.com may have changed its layout: report it. The data is "
        "right.",
        _typed_by_columns,
    ),
    Check(
        "replay_agrees",
        Severity.WARN,
        "The share of games that python-chess played again agrees with how they were typed.",
        "The months were typed one by one instead, so the data is right; it is a fault of the "
        "program: report it.",
        _replay_agrees,
    ),
)
