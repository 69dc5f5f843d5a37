"""The score against stronger and weaker opponents, beside what Elo's formula expects.

Ratings are those after the game, the only ones chess.com sends: a win makes a difference look
some points bigger than it was, a loss smaller.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.report.numbers.played import chess_only, rated

_BIN_WIDTH = 50
_OUTERMOST = 600  # differences beyond that share a bin: Elo says 97 % there, and games are few
_Z = 1.96  # 95 %

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DifferenceBin:
    """Games whose rating differences are close to each other.

    Attributes:
        difference: Their mean difference, the player's rating less the opponent's.
        games: How many.
        score: Points a game, 0 to 1.
        low: The lower end of the score's 95 % interval (Wilson's).
        high: The upper end.
    """

    difference: float
    games: int
    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AgainstTheOdds:
    """Rated games of chess by rating difference.

    Attributes:
        bins: From the strongest opponents to the weakest.
        games: How many games in all.
        points: Points scored.
        expected: Points that Elo's formula expects of the differences.
    """

    bins: tuple[DifferenceBin, ...]
    games: int
    points: float
    expected: float


def expected_score(difference: Floats) -> Floats:
    """Return Elo's expected score at a rating difference: 1 / (1 + 10^(-d/400))."""
    return np.asarray(1 / (1 + 10 ** (-difference / 400)), np.float64)


def against_the_odds(games: pa.Table) -> AgainstTheOdds:
    """Compare the scores of rated games of chess with what their ratings expect."""
    chosen = rated(chess_only(games))
    chosen = chosen.filter(
        pc.and_(pc.is_valid(chosen["rating"]), pc.is_valid(chosen["opponent_rating"]))
    )
    difference = chosen["rating"].to_numpy().astype(np.float64) - chosen["opponent_rating"]
    outcome = chosen["outcome"]
    score = np.select([pc.equal(outcome, "win"), pc.equal(outcome, "draw")], [1.0, 0.5], 0.0)
    bin_of = np.clip(np.round(difference / _BIN_WIDTH), -_OUTERMOST // 50, _OUTERMOST // 50)
    return AgainstTheOdds(
        bins=tuple(
            _bin(difference[bin_of == each], score[bin_of == each]) for each in np.unique(bin_of)
        ),
        games=chosen.num_rows,
        points=float(score.sum()),
        expected=float(expected_score(difference).sum()),
    )


def _bin(difference: Floats, score: Floats) -> DifferenceBin:
    mean, games = float(score.mean()), len(score)
    middle = (mean + _Z**2 / (2 * games)) / (1 + _Z**2 / games)
    half = _Z * np.sqrt(mean * (1 - mean) / games + (_Z / (2 * games)) ** 2) / (1 + _Z**2 / games)
    return DifferenceBin(float(difference.mean()), games, mean, middle - half, middle + half)
