"""How chess.com names a game: number, URL in the forms it has had, uuid, tournament and match.

Players' uuids belong in `players`.
"""

from dataclasses import dataclass
from random import Random
from uuid import UUID

_SITE = "https://www.chess.com"
_FIRST_LIVE_S = 1_300_000_000  # numbers count from here
_FIRST_DAILY_S = 1_100_000_000
_UUID_EPOCH_S = 12_219_292_800  # from 1582 to 1970
_NODE = 0x2C5A3E71D90B


@dataclass(frozen=True, slots=True)
class GameId:
    """What names one game."""

    number: int
    uuid: str
    is_daily: bool

    @property
    def url(self) -> str:
        """The URL of today."""
        return f"{_SITE}/game/{'daily' if self.is_daily else 'live'}/{self.number}"

    @property
    def old_url(self) -> str:
        """The URL that the oldest payloads have."""
        return f"{_SITE}/{'daily' if self.is_daily else 'live'}/game/{self.number}"

    @property
    def uuid_url(self) -> str:
        """The URL that payloads had for a while."""
        return f"{_SITE}/game/{self.uuid}"


def make_game_id(rng: Random, start_s: int, *, is_daily: bool) -> GameId:
    """Make the identity of a game that started at this epoch second."""
    first, pace = (_FIRST_DAILY_S, 1) if is_daily else (_FIRST_LIVE_S, 300)
    number = (start_s - first) * pace + rng.randrange(pace)
    return GameId(number, _time_uuid(rng, start_s), is_daily)


def _time_uuid(rng: Random, instant_s: int) -> str:
    """Return a version 1 uuid of that second, as chess.com's games have them."""
    ticks = (instant_s + _UUID_EPOCH_S) * 10_000_000 + rng.randrange(10_000_000)
    low, middle, high = ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0x0FFF
    clock = rng.randrange(1 << 14)
    fields = (low, middle, high | 0x1000, clock >> 8 | 0x80, clock & 0xFF, _NODE)
    return str(UUID(fields=fields))


def tournament_tag(slug: str) -> str:
    """Return the PGN's Tournament, the page of a live tournament."""
    return f"{_SITE}/tournament/live/{slug}"


def tournament_api_url(slug: str) -> str:
    """Return the API's `tournament`."""
    return f"https://api.chess.com/pub/tournament/{slug}"


def match_tag(number: int) -> str:
    """Return the PGN's Match, the page of a team match."""
    return f"{_SITE}/club/matches/{number}"


def match_api_url(number: int) -> str:
    """Return the API's `match`."""
    return f"https://api.chess.com/pub/match/{number}"


def opening_url(slug: str) -> str:
    """Return the API's `eco` and the PGN's ECOUrl."""
    return f"{_SITE}/openings/{slug}"
