"""Ratings that move plausibly without any month knowing the others.

A player's rating in a pool (rules and time class) follows a curve over the date; inside a month
the games' results lead from the curve's value at its start to the one at its end.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from random import Random

_DAY_S = 86_400
_YEAR_DAYS = 365.25


def rating_at(level: int, pool: str, instant: datetime) -> float:
    """Return the curve's value: waves of a year and a season around a level, slowly rising."""
    rng = Random(f"rating/{level}/{pool}")
    days = instant.timestamp() / _DAY_S
    years = days / _YEAR_DAYS - 55  # counted from 2025
    yearly = 45 * math.sin(2 * math.pi * (years / 1.3 + rng.random()))
    seasonal = 25 * math.sin(2 * math.pi * (years * 4.1 + rng.random()))
    return level + rng.randint(-80, 80) + 20 * years + yearly + seasonal


def month_ratings(before: float, after: float, scores: Sequence[float | None]) -> list[int]:
    """Return the rating after each game of a month.

    Args:
        before: the rating when the month starts.
        after: the rating to have when it ends.
        scores: 1, 0.5 or 0 a game; None for games that aren't rated, which leave it as it is.
    """
    gains = [None if score is None else 16 * (score - 0.5) for score in scores]
    rated = [gain for gain in gains if gain is not None]
    drift = (after - before - sum(rated)) / len(rated) if rated else 0
    ratings = []
    rating = before
    for gain in gains:
        rating += 0 if gain is None else gain + drift
        ratings.append(max(100, round(rating)))
    return ratings
