"""Players followed: added after chess.com confirmed them, removed without touching their data."""

from chess_assets.commands.workplace import Workplace
from chess_assets.domain.following import follow_confirmed
from chess_assets.domain.months import Month
from chess_assets.domain.players import parse_player
from chess_assets.domain.raw_archives.listed_months import read_listed_months
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
        with workplace.chess_com.client(workplace.clock.now) as client:
            now = workplace.clock.now()
            followed = follow_confirmed(client.profile(player), registry, client, now)
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


def first_month(workplace: Workplace, player: FollowedPlayer) -> Month:
    """Return the first month of a player's history, as far as the lake knows."""
    listed = read_listed_months(workplace.lake, player.name)
    return player.first_month(listed, workplace.clock.now())
