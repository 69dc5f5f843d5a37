"""Where the look-alike's games come from: made on demand, or given.

What a made month holds belongs in `history`; how games are answered, in `answers`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Protocol

from chess_assets.domain.months import Month, months_between
from chess_assets.domain.players import parse_player
from chess_assets.sample.history.months import make_month
from chess_assets.sample.history.players import SAMPLE_PLAYERS, uuid_of

Clock = Callable[[], datetime]
Game = dict[str, Any]

_EMPTY_EVERY = 11  # months: a year without one pause is not a real history
_FIRST_EMPTY_AGES = (7, 5)  # by player, so that the two don't pause together


class Histories(Protocol):
    """Players and their games, as `SampleChessCom` serves them; names are in lower case."""

    def players(self) -> Iterable[str]:
        """Return the names of all players."""
        ...

    def profile(self, player: str) -> dict[str, Any]:
        """Return a player's profile as the API has it."""
        ...

    def months(self, player: str) -> Sequence[Month]:
        """Return the months that have games, ascending."""
        ...

    def games(self, player: str, month: Month) -> Sequence[Game]:
        """Return a month's games as the API has them, by end time; none for other months."""
        ...


class MadeHistories:
    """Histories of the sample players, made month by month when they are asked for.

    Args:
        now: the server's clock; months go on coming as it goes on.
        seed: another seed makes other games.
        months: how long the histories are when this is made, the open month included.
    """

    def __init__(self, now: Clock, seed: int = 7, months: int = 36) -> None:
        self._now = now
        self._seed = seed
        self._first = _months_before(Month.of(now()), months - 1)
        self._players = {player.name: player for player in SAMPLE_PLAYERS}
        self._made: dict[tuple[str, Month], list[Game]] = {}
        self._lock = Lock()

    def players(self) -> Iterable[str]:
        """Return the names of the sample players."""
        return self._players.keys()

    def profile(self, player: str) -> dict[str, Any]:
        """Return a sample player's profile."""
        sample = self._players[player]
        first_day = self._first.start
        profile = make_profile(sample.username, sample.player_id, sample.country, first_day)
        return {**profile, "title": sample.title} if sample.title else profile

    def months(self, player: str) -> Sequence[Month]:
        """Return the months with games up to the open one."""
        empty_age = _FIRST_EMPTY_AGES[list(self._players).index(player)]
        months = enumerate(months_between(self._first, Month.of(self._now())))
        return [month for age, month in months if age % _EMPTY_EVERY != empty_age]

    def games(self, player: str, month: Month) -> Sequence[Game]:
        """Return a month's games, made now if they haven't been yet."""
        if month not in self.months(player):
            return []
        with self._lock:
            if (player, month) not in self._made:
                age = 12 * (month.year - self._first.year) + month.month - self._first.month
                games = make_month(self._seed, self._players[player], month, age)
                self._made[player, month] = games
            return self._made[player, month]


class FixedHistories:
    """Histories that are given, such as recorded months or a test's own games.

    Args:
        by_player: the games by player and month. It is served as it is at the time of a request,
            so games can be added, changed and withheld in between.
    """

    def __init__(self, by_player: Mapping[str, Mapping[Month, Sequence[Game]]]) -> None:
        self.by_player = {
            parse_player(player): {month: list(games) for month, games in months.items()}
            for player, months in by_player.items()
        }

    def players(self) -> Iterable[str]:
        """Return the names given."""
        return self.by_player.keys()

    def profile(self, player: str) -> dict[str, Any]:
        """Return a plain profile; the ID follows from the name."""
        months = self.months(player)
        joined = months[0].start if months else datetime(2020, 1, 1, tzinfo=UTC)
        return make_profile(player, player_id_of(player), "XX", joined)

    def months(self, player: str) -> Sequence[Month]:
        """Return the months with at least one game."""
        return sorted(month for month, games in self.by_player[player].items() if games)

    def games(self, player: str, month: Month) -> Sequence[Game]:
        """Return a month's games as they stand."""
        return self.by_player[player].get(month, [])


def player_id_of(player: str) -> int:
    """Return the ID that follows from a name."""
    return int(uuid_of(player)[:6], 16)


def make_profile(username: str, player_id: int, country: str, joined: datetime) -> dict[str, Any]:
    """Return a profile as the API has it, without what is optional."""
    return {
        "player_id": player_id,
        "@id": f"https://api.chess.com/pub/player/{username.lower()}",
        "url": f"https://www.chess.com/member/{username}",
        "username": username.lower(),
        "followers": player_id % 97,
        "country": f"https://api.chess.com/pub/country/{country}",
        "last_online": int(joined.timestamp()),
        "joined": int(joined.timestamp()),
        "status": "basic",
        "is_streamer": False,
        "verified": False,
    }


def _months_before(month: Month, count: int) -> Month:
    year, index = divmod(12 * month.year + month.month - 1 - count, 12)
    return Month(year, index + 1)
