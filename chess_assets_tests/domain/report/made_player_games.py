"""Rows of `player_games` made for tests: one game at a time, or a seeded history of many."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pyarrow as pa

from chess_assets.domain.schemas.player_games import PLAYER_GAMES

FIRST = datetime(2021, 11, 3, 18, tzinfo=UTC)
OPENINGS = (
    ("Sicilian Defense", "Sicilian Defense Open Najdorf Variation", "B90"),
    ("Sicilian Defense", "Sicilian Defense Alapin Variation", "B22"),
    ("Caro-Kann Defense", "Caro-Kann Defense", "B10"),
    ("Queens Gambit", "Queens Gambit Accepted", "D20"),
    (None, None, None),
)
_SCORES = {"win": 1.0, "draw": 0.5, "loss": 0.0, None: None}


def game(number: int = 0, **columns: Any) -> dict[str, Any]:
    """Return a won game of blitz, the number-th, an hour after the one before; columns may vary."""
    row = {
        "game_id": f"game-{number:05}",
        "end_time": FIRST + timedelta(hours=number),
        "rules": "chess",
        "time_class": "blitz",
        "base_s": 180,
        "increment_s": 0,
        "is_rated": True,
        "is_white": number % 2 == 0,
        "rating": 1500 + number % 90,
        "opponent": "Someone",
        "opponent_rating": 1500,
        "opponent_uuid": None,
        "outcome": "win",
        "how": "resigned",
        "eco": "B10",
        "opening": "Caro-Kann Defense",
        "opening_family": "Caro-Kann Defense",
        "accuracy": None,
        "opponent_accuracy": None,
        "plies": 60,
        "clock_left_ms": 90_000,
        "moves_uci": None,
        "url": f"https://www.chess.com/game/live/{number}",
        **columns,
    }
    return {"score": _SCORES[row["outcome"]], **row}


def table(rows: list[dict[str, Any]]) -> pa.Table:
    """Return the rows as `player_games` has them."""
    return pa.Table.from_pylist(rows, schema=PLAYER_GAMES)


def history(games: int, seed: int = 1) -> list[dict[str, Any]]:
    """Return a history of many kinds of games over some years, with what real ones lack."""
    rng = Random(seed)
    return [_any_game(rng, number) for number in range(games)]


def _any_game(rng: Random, number: int) -> dict[str, Any]:
    family, opening, eco = rng.choice(OPENINGS)
    outcome = rng.choice(("win", "win", "draw", "loss", "loss"))
    time_class = rng.choice(("bullet", "blitz", "blitz", "rapid", "daily"))
    is_analysed = rng.random() < 0.5
    opponent = f"Opponent{rng.randrange(12)}"
    return game(
        number,
        end_time=FIRST + timedelta(hours=31 * number, minutes=rng.randrange(60)),
        rules=rng.choice(("chess",) * 8 + ("chess960", "bughouse")),
        time_class=time_class,
        base_s=rng.choice((60, 180, 600)),
        is_rated=rng.random() < 0.9,
        is_white=rng.random() < 0.5,
        rating=1500 + number // 4 + rng.randint(-25, 25),
        opponent=opponent,
        opponent_rating=rng.randint(1100, 2000) if rng.random() < 0.95 else None,
        opponent_uuid=f"uuid-of-{opponent}" if rng.random() < 0.9 else None,
        outcome=outcome,
        how=rng.choice(("resigned", "timeout", "checkmated")),
        eco=eco,
        opening=opening,
        opening_family=family,
        accuracy=rng.uniform(40, 99) if is_analysed else None,
        opponent_accuracy=rng.uniform(40, 99) if is_analysed else None,
        clock_left_ms=None if time_class == "daily" else rng.randrange(60_000),
    )
