"""Who is to be followed: the players that somebody named, and what became of names that can't be.

Reading the names, and telling Dagster of the players, belongs in the sensor; the list itself is
`registry`'s.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from chess_assets.domain.backoff import wait_after
from chess_assets.domain.chess_com import (
    ChessComClient,
    ChessComError,
    NotItsTurn,
    Profile,
    UnknownPlayer,
)
from chess_assets.domain.players import InvalidPlayerName, parse_player
from chess_assets.domain.profile_check import NotThisName, check_name
from chess_assets.domain.raw_archives.listed_months import keep_listed_months
from chess_assets.domain.registry import FollowedPlayer, PlayerRegistry

_ASKED_AT_ONCE = 10
_WAIT_FOR_CHESS_COM = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A name that could not be followed.

    Attributes:
        reason: Why, in a sentence.
        times: How often chess.com said that it knows no such player.
        again_at: When chess.com may be asked again.
    """

    reason: str
    times: int
    again_at: datetime


def named_players(texts: Iterable[str]) -> tuple[set[str], list[str]]:
    """Return the names among these texts, and a sentence for each text that is none."""
    names, faults = set(), []
    for text in dict.fromkeys(texts):
        try:
            names.add(parse_player(text))
        except InvalidPlayerName as error:
            faults.append(str(error))
    return names, faults


def follow_confirmed(
    profile: Profile, registry: PlayerRegistry, client: ChessComClient, now: datetime
) -> FollowedPlayer:
    """Register a player whose profile chess.com has just sent.

    Where the profile does not say when the player joined, the list of months, which is kept in the
    lake, says where the history begins.

    Raises:
        StoreError, UnreadableRegistry: when the registry cannot be changed.
    """
    player = FollowedPlayer.of(profile, now)
    if player.joined_at is None or player.joined_at > now:
        with suppress(ChessComError):  # the first run reads the list all the same
            months = client.archives(player.name).months
            keep_listed_months(registry.store, player.name, months)
    registry.add(player)
    return player


def follow_new(
    names: Iterable[str],
    registry: PlayerRegistry,
    client: ChessComClient,
    refusals: Mapping[str, Refusal],
    now: datetime,
) -> dict[str, Refusal]:
    """Register the players whom chess.com knows, a few at a time; return who is refused.

    Args:
        names: Names that are not in the registry.
        registry: Where players are registered.
        client: Asks chess.com.
        refusals: Who was refused before; each is asked for again when its time has come.
        now: The present moment.

    Raises:
        StoreError, UnreadableRegistry: when the registry cannot be changed.
    """
    wanted = sorted(names)
    refused = {name: refusals[name] for name in wanted if name in refusals}
    due = [name for name in wanted if name not in refused or refused[name].again_at <= now]
    for name in due[:_ASKED_AT_ONCE]:
        times = refused[name].times if name in refused else 0
        try:
            profile = client.profile(name)
        except UnknownPlayer as error:
            refused[name] = Refusal(str(error), times + 1, now + wait_after(times + 1))
        except NotItsTurn as error:  # runs end at any moment: the next tick tries again
            refused[name] = Refusal(str(error), times, now)
            break
        except ChessComError as error:
            refused[name] = Refusal(str(error), times, now + _WAIT_FOR_CHESS_COM)
            break  # the others would fare no better
        else:
            try:
                check_name(name, profile, registry.players().values())
            except NotThisName as error:
                refused[name] = Refusal(str(error), times + 1, now + wait_after(times + 1))
            else:
                refused.pop(name, None)
                follow_confirmed(profile, registry, client, now)
    return refused
