"""What chess.com can be asked: a player's profile, list of months, and month."""

from dataclasses import dataclass
from typing import Self

from chess_assets.domain.months import Month
from chess_assets.domain.players import parse_player


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked of chess.com, as messages name it: `hikaru profile`, `hikaru 2022-05`.

    Attributes:
        player: checked and in lower case, as chess.com wants it.
        path: below the API's base URL.
        month: the month asked for, if it is a month.
    """

    player: str
    path: str
    month: Month | None = None

    @classmethod
    def profile(cls, player: str) -> Self:
        """Ask who a player is."""
        name = parse_player(player)
        return cls(name, f"/player/{name}")

    @classmethod
    def archives(cls, player: str) -> Self:
        """Ask which months a player has games in."""
        name = parse_player(player)
        return cls(name, f"/player/{name}/games/archives")

    @classmethod
    def games(cls, player: str, month: Month) -> Self:
        """Ask for the games of a player's month."""
        name = parse_player(player)
        return cls(name, f"/player/{name}/games/{month.year:04d}/{month.month:02d}", month)

    @property
    def is_profile(self) -> bool:
        """Whether it is the player's profile that is asked for."""
        return self.path == f"/player/{self.player}"

    def __str__(self) -> str:
        if self.month is not None:
            return f"{self.player} {self.month}"
        return f"{self.player} {'profile' if self.is_profile else 'archives'}"
