"""Wins, draws and losses: the count that nearly every topic is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_COUNTED = {"wins": "win", "draws": "draw", "losses": "loss"}


@dataclass(frozen=True, slots=True)
class Record:
    """How some games ended."""

    wins: int = 0
    draws: int = 0
    losses: int = 0

    @property
    def games(self) -> int:
        """How many games there are."""
        return self.wins + self.draws + self.losses

    @property
    def score(self) -> float:
        """Points a game, from 0 to 1, a draw counting half; 0 without games."""
        return (self.wins + self.draws / 2) / self.games if self.games else 0.0

    @property
    def balance(self) -> int:
        """Wins less losses."""
        return self.wins - self.losses

    def __add__(self, other: "Record") -> "Record":
        return Record(self.wins + other.wins, self.draws + other.draws, self.losses + other.losses)


def record_of(games: pa.Table) -> Record:
    """Count the outcomes of some games."""
    return records_by(games, []).get((), Record())


def records_by(games: pa.Table, keys: Sequence[str]) -> dict[tuple[Any, ...], Record]:
    """Count the outcomes of the games of each combination of the keys' values."""
    counted = {
        name: pc.cast(pc.equal(games["outcome"], outcome), pa.int64())
        for name, outcome in _COUNTED.items()
    }
    table = pa.table({key: games[key] for key in keys} | counted)
    grouped = table.group_by(list(keys)).aggregate([(name, "sum") for name in _COUNTED])
    return {
        tuple(row[key] for key in keys): Record(*(row[f"{name}_sum"] or 0 for name in _COUNTED))
        for row in grouped.to_pylist()
    }
