"""One game's PGN text, cut into its tags and its movetext.

What tags mean belongs in `tags`, what the movetext says in `movetext`.
"""

import re
from typing import NamedTuple

from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.games.limits import MAX_PGN_CHARS

_HEADER = re.compile(r"(?:\s*\[[^\n]*)*")
_TAG = re.compile(r'^\s?\[(\w+)[ \t]+"(.*)"\][ \t\r]*$', re.ASCII | re.MULTILINE)
_TAG_BEGINNING = re.compile(r"^\s*\[\s*(\w+)", re.ASCII | re.MULTILINE)


class PgnText(NamedTuple):
    """Tag values by tag name, unescaped, and everything after the lines of tags.

    `unreadable` are the names that lines begin with which are no tags (`[ECO C44]`), if no other
    line has a tag of that name.
    """

    tags: dict[str, str]
    movetext: str
    unreadable: frozenset[str]


def split_pgn(pgn: str) -> PgnText:
    """Cut a PGN after its leading lines of tags; a line there that is no tag is left out.

    Raises:
        Untypable: for a PGN of more than 256 KiB of characters.
    """
    if len(pgn) > MAX_PGN_CHARS:
        raise Untypable(f"the PGN has {len(pgn):,} characters, more than {MAX_PGN_CHARS:,}")
    header = _HEADER.match(pgn)
    end = header.end() if header else 0
    tags = {
        name: value.replace('\\"', '"').replace("\\\\", "\\")
        for name, value in _TAG.findall(pgn[:end])
    }
    names = frozenset(_TAG_BEGINNING.findall(pgn[:end]))
    return PgnText(tags, pgn[end:], unreadable=names - tags.keys())
