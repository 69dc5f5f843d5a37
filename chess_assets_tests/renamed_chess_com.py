"""A look-alike of chess.com on which players take new names, and names go to other accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chess_assets.domain.months import Month
from chess_assets.sample import FixedHistories, SampleChessCom
from chess_assets_tests.made_games import made_game


@dataclass(frozen=True)
class Account:
    """An account: its number, which stays, and the uuid that its side of a game has (or none)."""

    player_id: int
    uuid: str | None = "aaaaaaaa-0000-4000-8000-000000000000"


OWNER = Account(41)
OTHER_ACCOUNT = Account(42, "bbbbbbbb-0000-4000-8000-000000000000")


class Accounts(FixedHistories):
    """Histories whose players have the numbers given.

    Attributes:
        player_ids: each name's account.
    """

    def __init__(
        self,
        by_player: Mapping[str, Mapping[Month, Sequence[Any]]],
        player_ids: Mapping[str, int],
    ) -> None:
        super().__init__(by_player)
        self.player_ids = dict(player_ids)

    def profile(self, player: str) -> dict[str, Any]:
        """Return a profile with the number of the name's account."""
        return {**super().profile(player), "player_id": self.player_ids[player]}


def rename(chess_com: SampleChessCom, old: str, new: str) -> None:
    """Give a player a new name: games show it, and the old one leads to it."""
    accounts = accounts_of(chess_com)
    accounts.by_player[new] = {
        month: [renamed(game, old, new) for game in games]
        for month, games in accounts.by_player.pop(old).items()
    }
    accounts.player_ids[new] = accounts.player_ids.pop(old)
    chess_com.new_names[old] = new


def take_over(
    chess_com: SampleChessCom, name: str, account: Account, games: Mapping[Month, Sequence[Any]]
) -> None:
    """Let another account have a name, with its own games."""
    accounts = accounts_of(chess_com)
    accounts.by_player[name] = {month: list(each) for month, each in games.items()}
    accounts.player_ids[name] = account.player_id
    chess_com.new_names.pop(name, None)


def accounts_of(chess_com: SampleChessCom) -> Accounts:
    """Return the accounts that a look-alike serves."""
    assert isinstance(chess_com.histories, Accounts)
    return chess_com.histories


def games_of(
    account: Account, name: str, month: Month, *, first: int = 1, count: int = 2
) -> list[Any]:
    """Return games that an account played under a name in a month, against different others."""
    games = []
    for number in range(first, first + count):
        end = month.start.replace(day=3 + number - first)
        game = made_game(number, end, white=name, black=f"rival{number}")
        game["white"] = {**game["white"], "uuid": account.uuid}
        if account.uuid is None:
            del game["white"]["uuid"], game["black"]["uuid"]
        games.append(game)
    return games


def renamed(game: Any, old: str, new: str) -> Any:
    """Return a game as it is sent once one of its players has another name."""
    sides = {
        colour: {**game[colour], "username": new}
        for colour in ("white", "black")
        if game[colour]["username"].lower() == old
    }
    return {**game, **sides}
