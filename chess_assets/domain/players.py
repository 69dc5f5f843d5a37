"""Player names as chess.com writes them: the one door every name goes through.

A name comes from the UI, the command line, the environment or the API and ends in URLs, object
keys and folders, so it is checked here before it is used anywhere. What is known *about* a player
belongs in `chess_com` (the profile) and `registry` (the players followed).
"""

import re

_NAME = re.compile(r"[A-Za-z0-9_-]{3,25}")
_SHOWN_LENGTH = 60


class InvalidPlayerName(ValueError):
    """A text that cannot be the name of a chess.com player."""

    def __init__(self, text: object) -> None:
        shown = ascii(text)
        if len(shown) > _SHOWN_LENGTH:
            shown = f"{shown[:_SHOWN_LENGTH]}…"
        super().__init__(
            f"{shown} is not a chess.com player name: "
            "3 to 25 characters of A-Z, a-z, 0-9, '-' and '_'."
        )


def parse_player(text: str) -> str:
    """Return the lower-case name that chess.com's API, the partitions and the paths use.

    Raises:
        InvalidPlayerName: for anything but 3 to 25 characters of `A-Za-z0-9_-`.
    """
    if not isinstance(text, str) or not _NAME.fullmatch(text):
        raise InvalidPlayerName(text)
    return text.lower()
