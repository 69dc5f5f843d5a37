"""Players followed: added after chess.com confirmed them, removed without touching their data."""

from chess_assets.commands.workplace import Workplace
from chess_assets.domain.players import parse_player
from chess_assets.domain.registry import FollowedPlayer, PlayerRegistry
from chess_assets.partitions import USERS


def follow(workplace: Workplace, name: str) -> FollowedPlayer:
    """Return a player who is registered in the lake and in Dagster, registering what is missing.

    chess.com is asked only about players who are not in the lake's registry yet.

    Raises:
        InvalidPlayerName: before anything is asked.
        ChessComError: UnknownPlayer if there is no such player.
    """
    player = parse_player(name)
    registry = PlayerRegistry(workplace.lake)
    followed = registry.players().get(player)
    if followed is None:
        with workplace.chess_com.client(workplace.clock.now, workplace.lake) as client:
            followed = FollowedPlayer.of(client.profile(player), workplace.clock.now())
        registry.add(followed)
    if not workplace.instance.has_dynamic_partition(USERS, followed.name):
        workplace.instance.add_dynamic_partitions(USERS, [followed.name])
    return followed


def unfollow(workplace: Workplace, name: str) -> bool:
    """Take a player out of the registry and of Dagster; return whether it was in either."""
    player = parse_player(name)
    is_in_lake = PlayerRegistry(workplace.lake).remove(player)
    is_in_dagster = workplace.instance.has_dynamic_partition(USERS, player)
    if is_in_dagster:
        workplace.instance.delete_dynamic_partition(USERS, player)
    return is_in_lake or is_in_dagster
