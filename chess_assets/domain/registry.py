"""The players that a lake follows: one small object that everything sharing the lake reads.

Dagster's dynamic partitions belong to one instance; this belongs to the lake. Removing a player
here removes no data.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from chess_assets.domain.chess_com import Profile
from chess_assets.domain.months import FIRST_MONTH, Month
from chess_assets.domain.players import InvalidPlayerName, parse_player
from chess_assets.domain.store import Conflict, Store

_PATH = "_players/players.json"
_ATTEMPTS = 20
_NO_REGISTRY = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
    RecursionError,
)


class UnreadableRegistry(ValueError):
    """A registry object that is not one of ours."""


@dataclass(frozen=True, slots=True)
class FollowedPlayer:
    """A player in the registry.

    Attributes:
        name: As the API and the partitions call the player, lower-case.
        player_id: chess.com's number, which survives a change of name.
        joined_at: When the account was made; there are no games before it.
        added_at: When the player was added here.
    """

    name: str
    player_id: int
    joined_at: datetime
    added_at: datetime

    @classmethod
    def of(cls, profile: Profile, added_at: datetime) -> Self:
        """Return the entry for a player whose profile chess.com has just sent."""
        return cls(profile.username, profile.player_id, profile.joined, added_at)

    @property
    def first_month(self) -> Month:
        """The first month that can hold games of the player."""
        return max(FIRST_MONTH, Month.of(self.joined_at))


class PlayerRegistry:
    """The players followed, in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def players(self) -> dict[str, FollowedPlayer]:
        """Return the players by name, in alphabetical order.

        Raises:
            UnreadableRegistry: when the stored object is not a registry.
        """
        return self._read()[0]

    def add(self, player: FollowedPlayer) -> None:
        """Add a player, or renew what is known of one.

        Raises:
            InvalidPlayerName: for a name that is not as `parse_player` returns it.
        """
        if parse_player(player.name) != player.name:
            raise InvalidPlayerName(player.name)
        self._change(lambda players: players | {player.name: player})

    def remove(self, name: str) -> bool:
        """Take a player out; return whether it was in. Data stays where it is."""
        is_in = name in self.players()
        if is_in:
            self._change(lambda players: {k: v for k, v in players.items() if k != name})
        return is_in

    def _change(
        self, change: Callable[[dict[str, FollowedPlayer]], dict[str, FollowedPlayer]]
    ) -> None:
        for attempt in range(_ATTEMPTS):
            players, etag = self._read()
            try:
                self._store.put(_PATH, _encode(change(players)), if_match=etag)
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    def _read(self) -> tuple[dict[str, FollowedPlayer], str | None]:
        stored = self._store.get(_PATH)
        if stored is None:
            return {}, None
        try:
            entries = [_player(name, entry) for name, entry in json.loads(stored.body).items()]
        except _NO_REGISTRY as error:
            raise UnreadableRegistry(
                f"{self._store.uri_of(_PATH)} is not a registry of players ({error}): "
                "put back an earlier version of it (a bucket's versioning keeps them) or a backup. "
                "Without either, move it away and add the players again: the lake's tables stay."
            ) from error
        by_name = {player.name: player for player in entries}
        return dict(sorted(by_name.items())), stored.etag


def _player(name: str, entry: dict[str, Any]) -> FollowedPlayer:
    return FollowedPlayer(
        parse_player(name),
        int(entry["player_id"]),
        datetime.fromisoformat(entry["joined_at"]),
        datetime.fromisoformat(entry["added_at"]),
    )


def _encode(players: dict[str, FollowedPlayer]) -> bytes:
    document = {
        name: {
            "player_id": player.player_id,
            "joined_at": player.joined_at.isoformat(),
            "added_at": player.added_at.isoformat(),
        }
        for name, player in sorted(players.items())
    }
    return json.dumps(document, indent=2).encode()
