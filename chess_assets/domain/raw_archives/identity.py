"""Which game is which: the uuid, or what comes as near to it as the payload allows.

A game's `url` has changed its form several times, so it is no key; the number in it is the
fallback that old payloads without a uuid leave us.
"""

import hashlib
import re
from typing import Any

_LONGEST_UUID = 64
_NUMBER_IN_URL = re.compile(r"/([0-9]{1,20})(?:[?#].*)?\Z", re.DOTALL)
_LINK_TAG = re.compile(r'^\[Link "([^"\n]{1,500})"\]', re.MULTILINE)
_PRINTABLE = re.compile(r"[!-~]+")


def link_number(url: Any, pgn: Any) -> str | None:
    """Return the game's number from its URL, else from the PGN's Link tag; None without either."""
    if isinstance(url, str) and (match := _NUMBER_IN_URL.search(url)):
        return match[1]
    if isinstance(pgn, str) and (tag := _LINK_TAG.search(pgn)):
        match = _NUMBER_IN_URL.search(tag[1])
        return match[1] if match else None
    return None


def game_id_of(game: Any, number: str | None, *content: str) -> str:
    """Return the uuid, else the link's number, else a hash of the content, so that no game is lost.

    Args:
        game: The game's JSON value, an object unless the API sent something strange.
        number: The number in the game's link, if it has one.
        content: The texts the hash is made of.
    """
    uuid = game.get("uuid") if isinstance(game, dict) else None
    if isinstance(uuid, str) and len(uuid) <= _LONGEST_UUID and _PRINTABLE.fullmatch(uuid):
        return uuid
    return number or f"sha256-{hashlib.sha256(''.join(content).encode()).hexdigest()}"
