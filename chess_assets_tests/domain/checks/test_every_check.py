"""Every check: passes over what is as it should be, fails over the one thing it is about."""

from typing import Any

import pytest

from chess_assets.domain.checks.check import Check, Severity
from chess_assets.domain.checks.every_check import CHECKS
from chess_assets_tests.domain.checks.facts_of import failed, not_judging, stored

GAMES_FACTS = {
    "one_row_a_raw_game": "games_unpaired",
    "games_end_in_their_month": "games_without_end_time",
    "games_agree_with_their_pgn": "games_unlike_their_pgn",
    "parse_errors_are_rare": "games_with_parse_error",
    "most_games_are_typed_by_columns": "games_one_by_one",
    "replay_agrees": "is_replay_agreed",
}
ALL = [(table, check) for table, checks in CHECKS.items() for check in checks]


@pytest.mark.parametrize("table", CHECKS)
def test_good(table: str) -> None:
    """A partition with good facts passes every check of its table, and each of them judges it."""
    rows = 97 if table == "player_report" else 100
    assert failed(CHECKS[table], stored(rows=rows)) == set()
    assert not_judging(CHECKS[table], stored(rows=rows)) == set()


@pytest.mark.parametrize(
    ("table", "changed", "failing"),
    [
        ("raw_pgn_archives", {"games_listed": "101"}, {"every_listed_game_is_stored"}),
        ("raw_pgn_archives", {"games_listed": "94"}, {"stored_games_are_listed"}),
        ("raw_pgn_archives", {"games_listed": "95"}, set()),
        ("raw_pgn_archives", {"games_listed": "0"}, {"stored_games_are_listed"}),
        ("raw_pgn_archives", {"games_listed": "0", "rows": 0}, set()),
        ("raw_pgn_archives", {"contradictions": "1"}, {"games_are_told_apart"}),
        ("games", {"games_unpaired": "1"}, {"one_row_a_raw_game"}),
        ("games", {"rows": 101}, {"one_row_a_raw_game"}),
        ("games", {"first_end_time": "2022-05-01T06:59:59+00:00"}, {"games_end_in_their_month"}),
        ("games", {"last_end_time": "2022-06-01T07:00:00+00:00"}, {"games_end_in_their_month"}),
        ("games", {"games_without_end_time": "1"}, {"games_end_in_their_month"}),
        ("games", {"games_unlike_their_pgn": "1"}, {"games_agree_with_their_pgn"}),
        ("games", {"games_with_parse_error": "1"}, set()),
        ("games", {"games_with_parse_error": "2"}, {"parse_errors_are_rare"}),
        ("games", {"games_one_by_one": "10"}, set()),
        ("games", {"games_one_by_one": "11"}, {"most_games_are_typed_by_columns"}),
        (
            "games",
            {"games_one_by_one": "58", "games_without_tcn": "50"},
            {"most_games_are_typed_by_columns"},
        ),
        ("games", {"games_one_by_one": "55", "games_without_tcn": "50"}, set()),
        ("games", {"is_replay_agreed": "false"}, {"replay_agrees"}),
        ("player_games", {"repeated_games": "1"}, {"game_ids_are_unique"}),
        ("player_games", {"rows": 99}, {"every_game_is_there"}),
        ("player_games", {"unmatched_games": "2"}, {"player_is_recognised"}),
        ("rating_history", {"games_counted": "91"}, {"sums_up_player_games"}),
        ("rating_history", {"repeated_keys": "1"}, {"sums_up_player_games"}),
        ("opening_repertoire", {"impossible_scores": "1"}, {"sums_up_player_games"}),
        ("player_report", {"rows": 96}, {"report_counts_every_game"}),
    ],
)
def test_bad(table: str, changed: dict[str, Any], failing: set[str]) -> None:
    """A wrong fact fails the check that is about it, and no other."""
    assert failed(CHECKS[table], stored(**changed)) == failing


def test_month_without_games() -> None:
    """A month without games is in its month, 1:1 with raw, and has nothing to complain of."""
    empty = stored(rows=0, source_rows=0, first_end_time="", last_end_time="")
    assert failed(CHECKS["games"], empty) == set()
    assert not_judging(CHECKS["games"], empty) == set()


def test_behind_raw() -> None:
    """A month that is not made of raw as it is now is not judged for being 1:1 with it."""
    assert not_judging(CHECKS["games"], stored(source_rows=None)) == {"one_row_a_raw_game"}


@pytest.mark.parametrize(("name", "fact"), GAMES_FACTS.items())
@pytest.mark.parametrize("text", ["", "-1", "1.5", "many"])
def test_facts_that_are_not_there(name: str, fact: str, text: str) -> None:
    """A file without a check's fact, or with one that is no number, is not judged by it."""
    if name == "replay_agrees" and text:
        fact = "games_replayed"
    partition = stored(**{fact: text})
    assert name in not_judging(CHECKS["games"], partition)
    assert failed(CHECKS["games"], partition) == set()


@pytest.mark.parametrize("text", ["", "yesterday", "2022-13-01"])
def test_times_that_are_none(text: str) -> None:
    """A file whose first or last time is none is not judged by its month."""
    partition = stored(first_end_time=text)
    assert not_judging(CHECKS["games"], partition) == {"games_end_in_their_month"}


@pytest.mark.parametrize(("table", "check"), ALL)
def test_words(table: str, check: Check) -> None:
    """A check's name is unique in its table; it says what it promises, and what to do."""
    names = [each.name for each in CHECKS[table]]
    assert names.count(check.name) == 1
    assert check.promise.endswith((".", ")"))
    assert check.remedy.endswith(".")
    assert check.severity in Severity
