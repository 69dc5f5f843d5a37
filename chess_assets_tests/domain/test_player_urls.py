"""Whose document a URL of chess.com's API names."""

import pytest

from chess_assets.domain.months import Month
from chess_assets.domain.player_urls import PlayerUrl

MAY = Month(2022, 5)


@pytest.mark.parametrize(
    ("url", "player", "document", "month"),
    [
        ("https://api.chess.com/pub/player/hikaru", "hikaru", "", None),
        ("/player/Hikaru/", "hikaru", "", None),
        ("http://h/x/y/player/hikaru/games/archives", "hikaru", "/games/archives", None),
        ("/pub/player/hikaru/games/2022/05", "hikaru", "/games/2022/05", MAY),
        ("/pub/player/HIKARU/games/2022/5/?x=1#y", "hikaru", "/games/2022/05", MAY),
        ("/pub/player/hik%61ru/games/2022/05", "hikaru", "/games/2022/05", MAY),
        ("/pub/player/hikaru/games/2022/05/pgn", "hikaru", "/games/2022/05/pgn", None),
        ("/pub/player/hikaru/games/2022/13", "hikaru", "/games/2022/13", None),
        ("/pub/player/hikaru/stats", "hikaru", "/stats", None),
    ],
)
def test_names_a_player(url: str, player: str, document: str, month: Month | None) -> None:
    """A URL names a player and a document, however it is written."""
    assert PlayerUrl.of(url) == PlayerUrl(player, document, month)


@pytest.mark.parametrize("url", ["", "/pub/elsewhere", "/pub/player", "/pub/player/", "http://[x/"])
def test_names_nobody(url: str) -> None:
    """A URL without a player names nobody."""
    assert PlayerUrl.of(url) is None
