"""What a player plays, and how it goes."""

import math
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.player_tables.opening_repertoire import (
    PLAYED_COLUMNS,
    opening_repertoire,
    performance_ratings,
)
from chess_assets.domain.schemas.tables import OPENING_REPERTOIRE, PLAYER_GAMES
from chess_assets_tests.domain.player_tables.game_rows import NOON, player_games_table

DRAW = {"outcome": "draw", "score": 0.5}
LOSS = {"outcome": "loss", "score": 0.0}
ITALIAN = {"opening_family": "Italian Game", "eco": "C50"}


def repertoire(*games: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the player's games sum up to."""
    table = opening_repertoire(player_games_table(*games).select(list(PLAYED_COLUMNS)))
    assert table.schema.equals(OPENING_REPERTOIRE.columns, check_metadata=True)
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def performance(mean: float, score: float) -> float:
    """Return one performance rating."""
    (rating,) = performance_ratings(pa.chunked_array([[mean]]), pa.chunked_array([[score]]))
    value: float = rating.as_py()
    return value


def test_sums() -> None:
    """An opening has its games, outcomes, score, mean opponent and the day it was last played."""
    later = NOON + timedelta(hours=1)
    (row,) = repertoire(
        {"opponent_rating": 1000},
        {"opponent_rating": 1100, "end_time": later, **DRAW},
        {"opponent_rating": 1200, **LOSS},
    )
    assert (row["games"], row["wins"], row["draws"], row["losses"]) == (3, 1, 1, 1)
    assert (row["score"], row["mean_opponent_rating"]) == (1.5, 1100.0)
    assert row["performance_rating"] == pytest.approx(1100)
    assert row["last_played"] == later


def test_keys() -> None:
    """Colours, families and ECO codes are told apart: White first, then what is played most."""
    rows = repertoire(
        {},
        ITALIAN,
        ITALIAN,
        {**ITALIAN, "eco": "C54"},
        {**ITALIAN, "is_white": False},
        {"opening_family": None, "eco": None},
    )
    assert [(row["is_white"], row["opening_family"], row["eco"], row["games"]) for row in rows] == [
        (True, "Italian Game", "C50", 2),
        (True, "Italian Game", "C54", 1),
        (True, "Sicilian Defense", "B50", 1),
        (True, None, None, 1),
        (False, "Italian Game", "C50", 1),
    ]


def test_what_counts() -> None:
    """Variants and games without an outcome don't count; unrated games do."""
    assert repertoire({"rules": "threecheck"}, {"outcome": None, "score": None}) == []
    assert len(repertoire({"is_rated": False})) == 1


def test_unknown_opponents() -> None:
    """Opponents without a rating leave the mean to the others, and no performance to none."""
    (row,) = repertoire({"opponent_rating": None}, {"opponent_rating": 1000})
    assert (row["games"], row["mean_opponent_rating"]) == (2, 1000.0)
    (row,) = repertoire({"opponent_rating": None})
    assert (row["mean_opponent_rating"], row["performance_rating"]) == (None, None)


def test_empty() -> None:
    """No games are no repertoire, typed."""
    assert opening_repertoire(PLAYER_GAMES.empty()).schema.equals(OPENING_REPERTOIRE.columns)


@given(st.floats(100, 3500), st.floats(0.02, 0.98))
def test_elo_expects_the_score(mean: float, score: float) -> None:
    """A player of the performance rating is expected by Elo's formula to score what was scored."""
    difference = performance(mean, score) - mean
    assert math.isclose(1 / (1 + 10 ** (-difference / 400)), score, rel_tol=1e-9)


@pytest.mark.parametrize(("score", "rating"), [(0.0, 700.0), (0.5, 1500.0), (1.0, 2300.0)])
def test_perfect_scores(score: float, rating: float) -> None:
    """Nothing but wins or losses is 800 points from the mean opponent."""
    assert performance(1500, score) == rating
