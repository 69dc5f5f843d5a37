"""Partitions whose facts are as they should be, for tests that change one of them."""

from collections.abc import Mapping, Sequence

from chess_assets.domain.checks.check import Check, Stored, verdict
from chess_assets.domain.months import Month

GOOD: Mapping[str, str] = {
    "games_listed": "100",
    "contradictions": "0",
    "games_unpaired": "0",
    "first_end_time": "2022-05-01T07:00:00+00:00",
    "last_end_time": "2022-06-01T06:59:59+00:00",
    "games_without_end_time": "0",
    "games_with_parse_error": "0",
    "games_with_pgn": "99",
    "games_unlike_their_pgn": "0",
    "games_by_columns": "100",
    "games_one_by_one": "0",
    "games_without_tcn": "0",
    "games_replayed": "1",
    "is_replay_agreed": "true",
    "source_rows": "100",
    "repeated_games": "0",
    "unmatched_games": "0",
    "games_without_outcome": "3",
    "games_counted": "90",
    "games_to_count": "90",
    "repeated_keys": "0",
    "impossible_scores": "0",
}


def stored(*, rows: int = 100, source_rows: int | None = 100, **facts: str) -> Stored:
    """Return a good May 2022 with some facts replaced; "" for one that is not there."""
    changed = {name: text for name, text in (GOOD | facts).items() if text}
    return Stored("anna", rows, changed, Month(2022, 5), source_rows)


def failed(checks: Sequence[Check], partition: Stored) -> set[str]:
    """Return the names of the checks that fail over a partition."""
    return {check.name for check in checks if not verdict(check, [partition]).is_good}


def not_judging(checks: Sequence[Check], partition: Stored) -> set[str]:
    """Return the names of the checks that know too little of a partition."""
    return {check.name for check in checks if verdict(check, [partition]).not_judged}
