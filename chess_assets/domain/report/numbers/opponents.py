"""The opponents who took the most from the player, and those who gave the most."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.report.numbers.record import Record, records_by

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Opponent:
    """One account that the player met.

    Attributes:
        name: As it was called in the last game.
        record: The player's record against it.
        rating: Its mean rating in these games; None where none is known.
        last_on: The day of the last game (UTC).
    """

    name: str
    record: Record
    rating: int | None
    last_on: date


@dataclass(frozen=True, slots=True)
class Opponents:
    """Whom the player met.

    Attributes:
        met: How many different accounts.
        nemeses: Those whom the player lost to most often.
        customers: Those whom the player beat most often, less the games lost to them.
    """

    met: int
    nemeses: tuple[Opponent, ...]
    customers: tuple[Opponent, ...]


def opponents_of(games: pa.Table) -> Opponents:
    """Rank the opponents of games that are in the order they were played.

    An account is known by its uuid, so that a rename does not make two of it; by its name where
    the game has no uuid.
    """
    met = _met(games.filter(pc.is_valid(games["opponent"])))
    nemeses = sorted((each for each in met if each.record.losses), key=_worst_first)
    customers = sorted((each for each in met if each.record.balance > 0), key=_best_first)
    return Opponents(len(met), tuple(nemeses[:_SHOWN]), tuple(customers[:_SHOWN]))


def _met(games: pa.Table) -> list[Opponent]:
    account = pc.coalesce(games["opponent_uuid"], pc.utf8_lower(games["opponent"]))
    games = games.append_column("account", account)
    records = records_by(games, ["account"])
    accounts = games.group_by("account", use_threads=False).aggregate(  # "last" needs the order
        [("opponent", "last"), ("opponent_rating", "mean"), ("end_time", "last")]
    )
    return [
        Opponent(
            name=row["opponent_last"],
            record=records[row["account"],],
            rating=None if (mean := row["opponent_rating_mean"]) is None else round(mean),
            last_on=row["end_time_last"].date(),
        )
        for row in accounts.to_pylist()
    ]


def _worst_first(opponent: Opponent) -> tuple[int, int, str]:
    return -opponent.record.losses, opponent.record.wins, opponent.name


def _best_first(opponent: Opponent) -> tuple[int, int, str]:
    return -opponent.record.balance, opponent.record.games, opponent.name
