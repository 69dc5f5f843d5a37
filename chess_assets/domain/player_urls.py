"""What a URL of chess.com's API is about: whose it is, and which of their documents.

The one reader of such URLs: redirects, entries of an archives list and the `source_url` of stored
files are judged by it. How they are written belongs in `chess_com/questions`.
"""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from chess_assets.domain.months import InvalidMonth, Month

_PLAYER_PATH = re.compile(r".*?/player/([^/]+)(/.*)?", re.DOTALL)
_MONTH = re.compile(r"/games/([0-9]{4})/([0-9]{1,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PlayerUrl:
    """A URL that names a player.

    Attributes:
        player: The name in lower case; not checked to be one that chess.com gives.
        document: What of the player: `""` (the profile), `/games/archives`, `/games/2022/05`.
        month: The month, where the document is one.
    """

    player: str
    document: str
    month: Month | None

    @classmethod
    def of(cls, url: str) -> Self | None:
        """Read a URL or a path; None where it names no player."""
        try:
            match = _PLAYER_PATH.fullmatch(unquote(urlsplit(url).path).rstrip("/"))
        except ValueError:  # such as a host in broken brackets
            return None
        if match is None:
            return None
        document = match[2] or ""
        month = _month_of(document)
        if month is not None:
            document = f"/games/{month.year:04d}/{month.month:02d}"
        return cls(match[1].lower(), document, month)


def _month_of(document: str) -> Month | None:
    match = _MONTH.fullmatch(document)
    try:
        return Month.parse(f"{match[1]}-{int(match[2]):02d}") if match else None
    except InvalidMonth:
        return None
