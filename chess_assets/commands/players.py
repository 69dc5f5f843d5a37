"""Players followed: added once chess.com confirmed them, moved to a new name, removed.

Removing a player touches no data.
"""

from chess_assets.commands.workplace import Workplace
from chess_assets.domain.following import follow_confirmed
from chess_assets.domain.lake.moved_player import Moved
from chess_assets.domain.months import Month
from chess_assets.domain.players import parse_player
from chess_assets.domain.profile_check import check_account, check_name
from chess_assets.domain.raw_archives.listed_months import read_listed_months
from chess_assets.domain.registry import FollowedPlayer, PlayerRegistry
from chess_assets.domain.renaming import rename_player
from chess_assets.partitions import USERS


def follow(workplace: Workplace, name: str) -> FollowedPlayer:
    """Return a player who is registered in the lake and in Dagster, registering what is missing.

    chess.com is asked only about players who are not in the lake's registry yet.

    Raises:
        InvalidPlayerName: before anything is asked.
        ChessComError: UnknownPlayer if there is no such player.
        NotThisName: when chess.com or the registry has the player under another name.
    """
    player = parse_player(name)
    registry = PlayerRegistry(workplace.lake)
    players = registry.players()
    followed = players.get(player)
    if followed is None:
        with workplace.chess_com.client(workplace.clock.now, workplace.lake) as client:
            profile = client.profile(player)
            check_name(player, profile, players.values())
            now = workplace.clock.now()
            followed = follow_confirmed(profile, registry, client, now)
    _register(workplace, followed.name)
    return followed


def add(workplace: Workplace, name: str) -> FollowedPlayer:
    """Follow a player; of one who is followed, check that the name still is the same account's.

    Raises:
        InvalidPlayerName: before anything is asked.
        ChessComError: UnknownPlayer if there is no such player; OtherAccount if the name has gone
            to another one.
        NotThisName: when chess.com or the registry has the player under another name.
    """
    player = parse_player(name)
    is_followed = player in PlayerRegistry(workplace.lake).players()
    followed = follow(workplace, player)
    if is_followed:
        with workplace.chess_com.client(workplace.clock.now, workplace.lake) as client:
            check_account(followed, client.profile(player))
    return followed


def rename(workplace: Workplace, old: str, new: str) -> Moved:
    """Move what is stored of a player to their new name, in the lake and in Dagster.

    Raises:
        As `rename_player`.
    """
    with workplace.chess_com.client(workplace.clock.now, workplace.lake) as client:
        moved = rename_player(workplace.lake, client, old, new, workplace.clock.now)
    if parse_player(new) in PlayerRegistry(workplace.lake).players():
        _register(workplace, parse_player(new))
    if workplace.instance.has_dynamic_partition(USERS, parse_player(old)):
        workplace.instance.delete_dynamic_partition(USERS, parse_player(old))
    return moved


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


def _register(workplace: Workplace, player: str) -> None:
    if not workplace.instance.has_dynamic_partition(USERS, player):
        workplace.instance.add_dynamic_partitions(USERS, [player])
