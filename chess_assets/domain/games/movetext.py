"""PGN movetext into the moves of its main line, as they are written.

The grammar only: whether the moves are legal belongs in `replay`. Variations, NAGs and move
numbers are passed over, without a tree and without recursion, in time linear in the text.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from chess_assets.domain.games.clocks import CLOCK_MARK
from chess_assets.domain.games.faults import Untypable, excerpt

# No alternative may scan far and then fail: that would be quadratic on hostile text.
_TOKEN = re.compile(
    r"""
     (?P<comment> \{[^}]*\}? | ;[^\n]* )
    |(?P<san> (?: [KQRBN]?[a-h]?[1-8]?x?[a-h][1-8](?:=?[QRBN])?
                | [PNBRQK]?@[a-h][1-8]
                | O-O(?:-O)? ) [+\#]? (?![\w@=+\#-]) )
    |(?P<result> 1-0 | 0-1 | 1/2-1/2 | \* )
    |(?P<skipped> [0-9]{1,5}\.{1,3} | \$[0-9]+ | [!?]{1,2} )
    |(?P<open> \( )
    |(?P<close> \) )
    |(?P<unknown> \S )
    """,
    re.VERBOSE | re.ASCII,
)


class Movetext(NamedTuple):
    """The main line: the SAN of each ply, and the comment that carries its clock, if one does."""

    san: list[str]
    clock_comments: list[str | None]


def read_movetext(movetext: str) -> Movetext:
    """Read one game's movetext, up to its result.

    Raises:
        Untypable: for text that is no move, a comment or variation that is never closed,
            a missing result, and anything but comments after the result (a second game).
    """
    main_line = Movetext([], [])
    has_result = False
    for token in _main_line_tokens(movetext):
        kind = token.lastgroup
        if kind == "comment":
            if main_line.san and CLOCK_MARK in token[0]:
                main_line.clock_comments[-1] = token[0]
        elif has_result:
            raise Untypable(f"the PGN goes on with {_found(token)} after its result")
        elif kind == "san":
            main_line.san.append(token[0])
            main_line.clock_comments.append(None)
        elif kind == "result":
            has_result = True
        else:
            raise Untypable(f"the PGN has {_found(token)} where a move should be")
    if not has_result:
        raise Untypable("the PGN's moves do not end with a result")
    return main_line


def _main_line_tokens(movetext: str) -> Iterator[re.Match[str]]:
    depth = 0
    for token in _TOKEN.finditer(movetext):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth < 0:
                raise Untypable("the PGN closes a variation that it never opened")
        elif kind == "comment" and token[0].startswith("{") and not token[0].endswith("}"):
            raise Untypable("the PGN never closes a comment")
        elif kind != "skipped" and depth == 0:
            yield token
    if depth > 0:
        raise Untypable("the PGN never closes a variation")


def _found(token: re.Match[str]) -> str:
    return excerpt(token.string[token.start() : token.start() + 20])
