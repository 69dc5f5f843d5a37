"""What chess.com's payloads looked like at the time: they have not always been as they are now.

The spans are squeezed into the first year of a history, so that a year shows them all.
"""

from dataclasses import dataclass

from chess_assets.sample.history.identity import GameId

_FIRST_WITH_UUID = 3
_FIRST_WITH_DAILY_CLOCKS = 6
_RIVAL_RENAMED = 8
_UUID_URLS = range(9, 11)


@dataclass(frozen=True, slots=True)
class Era:
    """The customs of a month, `age` months after the history's first."""

    age: int

    @property
    def has_uuids(self) -> bool:
        """Whether payloads have `uuid` (the players' too), `tcn` and `initial_setup`."""
        return self.age >= _FIRST_WITH_UUID

    @property
    def has_daily_clocks(self) -> bool:
        """Whether daily games have clocks in their PGN."""
        return self.age >= _FIRST_WITH_DAILY_CLOCKS

    @property
    def is_rival_renamed(self) -> bool:
        """Whether the player's rival already has the new name."""
        return self.age >= _RIVAL_RENAMED

    @property
    def is_ten_minutes_blitz(self) -> bool:
        """Whether ten minutes count as blitz, as they once did."""
        return self.age < _FIRST_WITH_UUID

    def url_of(self, game: GameId) -> str:
        """Return the API's `url`."""
        if self.age in _UUID_URLS:
            return game.uuid_url
        return game.url if self.has_uuids else game.old_url

    def link_of(self, game: GameId) -> str:
        """Return the PGN's Link, which has always had the game's number."""
        return game.url if self.has_uuids else game.old_url
