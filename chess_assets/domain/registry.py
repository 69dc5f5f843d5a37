"""The players that a lake follows: one small object that everything sharing the lake reads.

Dagster's dynamic partitions belong to one instance; this belongs to the lake. Removing a player
here removes no data.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
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
        joined_at: When the account was made, as chess.com says; None where it does not.
        added_at: When the player was added here.
        uuid: The account's uuid in games, which survives a change of name too; None until games
            have told it.
        former_names: Names that the account had while it was followed, the newest last.
    """

    name: str
    player_id: int
    joined_at: datetime | None
    added_at: datetime
    uuid: str | None = None
    former_names: tuple[str, ...] = ()

    @classmethod
    def of(cls, profile: Profile, added_at: datetime) -> Self:
        """Return the entry for a player whose profile chess.com has just sent."""
        return cls(profile.username, profile.player_id, profile.joined, added_at)

    def first_month(self, listed: Collection[Month] | None, now: datetime) -> Month:
        """Return the first month of the player's history.

        That is the first month that chess.com lists or the month of joining, whichever is earlier.
        What lies in the future counts for neither; where nothing is left, it is the open month, or
        before any list was read the first month that can be listed.

        Args:
            listed: The months that the newest list named; None: no list is known.
            now: The present moment.
        """
        open_month = Month.of(now)
        known = [month for month in listed or () if month <= open_month]
        if self.joined_at is not None and self.joined_at <= now:
            known.append(max(FIRST_MONTH, Month.of(self.joined_at)))
        return min(known, default=FIRST_MONTH if listed is None else open_month)


class PlayerRegistry:
    """The players followed, in a store."""

    def __init__(self, store: Store) -> None:
        self.store = store

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

    def learn_uuid(self, name: str, player_id: int, uuid: str) -> None:
        """Note the uuid of a player's account, if the name is still that account's."""

        def learn(players: dict[str, FollowedPlayer]) -> dict[str, FollowedPlayer]:
            known = players.get(name)
            if known is None or known.player_id != player_id:
                return players
            return players | {name: replace(known, uuid=uuid)}

        self._change(learn)

    def rename(self, name: str, renamed: FollowedPlayer) -> None:
        """Put a player's entry under the new name in place of the old one, both at once."""
        parse_player(renamed.name)
        self._change(
            lambda players: (
                {k: v for k, v in players.items() if k != name} | {renamed.name: renamed}
            )
        )

    def remove(self, name: str) -> bool:
        """Take a player out; return whether it was in. Data stays where it is."""
        is_in = name in self.players()
        if is_in:
            self._change(lambda players: _without(players, name))
        return is_in

    def _change(
        self, change: Callable[[dict[str, FollowedPlayer]], dict[str, FollowedPlayer]]
    ) -> None:
        for attempt in range(_ATTEMPTS):
            players, etag = self._read()
            changed = change(players)
            if etag is not None and changed == players:
                return
            try:
                self.store.put(_PATH, _encode(changed), if_match=etag)
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    def _read(self) -> tuple[dict[str, FollowedPlayer], str | None]:
        stored = self.store.get(_PATH)
        if stored is None:
            return {}, None
        try:
            entries = [_player(name, entry) for name, entry in json.loads(stored.body).items()]
        except _NO_REGISTRY as error:
            raise UnreadableRegistry(
                f"{self.store.uri_of(_PATH)} is not a registry of players ({error}): "
                "put back an earlier version of it (a bucket's versioning keeps them) or a backup. "
                "Without either, move it away and add the players again: the lake's tables stay."
            ) from error
        by_name = {player.name: player for player in entries}
        return dict(sorted(by_name.items())), stored.etag


def _without(players: dict[str, FollowedPlayer], name: str) -> dict[str, FollowedPlayer]:
    return {each: player for each, player in players.items() if each != name}


def _player(name: str, entry: dict[str, Any]) -> FollowedPlayer:
    joined_at = entry["joined_at"]
    return FollowedPlayer(
        parse_player(name),
        int(entry["player_id"]),
        None if joined_at is None else datetime.fromisoformat(joined_at),
        datetime.fromisoformat(entry["added_at"]),
        _text(entry.get("uuid")),  # registries of before have neither of the two
        tuple(map(parse_player, entry.get("former_names", ()))),
    )


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("a uuid is no text")
    return value


def _encode(players: dict[str, FollowedPlayer]) -> bytes:
    document = {name: _entry(player) for name, player in sorted(players.items())}
    return json.dumps(document, indent=2).encode()


def _entry(player: FollowedPlayer) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "player_id": player.player_id,
        "joined_at": player.joined_at.isoformat() if player.joined_at is not None else None,
        "added_at": player.added_at.isoformat(),
    }
    if player.uuid is not None:
        entry["uuid"] = player.uuid
    if player.former_names:
        entry["former_names"] = list(player.former_names)
    return entry
