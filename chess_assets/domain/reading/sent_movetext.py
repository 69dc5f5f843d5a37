"""The movetext of a game whose moves could not be typed, as it was sent, but harmless in a file.

Its words may be moves of rules that nobody here knows. What must hold is that a reader finds where
it ends: it is written on one line, every comment and variation in it is closed, and its only result
stands at its end. Text for which that does not hold is refused, because a reader would take the
games behind it for a part of it.
"""

import re

from chess_assets.domain.games.faults import Untypable

_RESULTS = frozenset({"1-0", "0-1", "1/2-1/2", "*"})
_DEEPEST = 20
"""Readers and writers of PGN call themselves for a variation within a variation."""

# As in games.movetext, no alternative may scan far and then fail: that is quadratic.
_TOKEN = re.compile(
    r"""
     (?P<comment> \{[^}]*\}? )
    |(?P<line_comment> ;[^\r\n]* | ^%[^\r\n]* )
    |(?P<open> \( )
    |(?P<close> \) )
    |(?P<stray> \} )
    |(?P<word> [^\s{}();]+ )
    """,
    re.VERBOSE | re.MULTILINE,
)
# What begins tags, strings and lines to be skipped; numbers that Python refuses to read.
_NO_MOVE = re.compile(r'[\[\]"]|^%|[0-9]{1000}')
_CONTROL = re.compile(r"[^\S\r\n]|[\x00-\x08\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_LINE_BREAK = re.compile(r"[\r\n]+")


def harmless_movetext(movetext: str) -> str:
    """Return one game's movetext on one line, its words, comments and variations as they were.

    Raises:
        Untypable: for text after which a reader would not find the next game; the message is a
            clause that says why ("the PGN never closes a comment").
    """
    pieces: list[str] = []
    depth, has_result, last = 0, False, 0
    text = _CONTROL.sub(" ", movetext)
    for token in _TOKEN.finditer(text):
        pieces.append(" " if token.start() > last else "")
        kind, piece, last = token.lastgroup, token[0], token.end()
        if kind in {"comment", "line_comment"}:
            pieces.append(_comment(piece))
            continue
        if has_result:
            raise Untypable("the PGN goes on after its result")
        depth += (kind == "open") - (kind == "close")
        _check(kind, piece, depth)
        has_result = depth == 0 and piece in _RESULTS
        pieces.append(piece)
    if depth:
        raise Untypable("the PGN never closes a variation")
    if not has_result:
        raise Untypable("the PGN's moves do not end with a result")
    return "".join(pieces).strip()


def _comment(text: str) -> str:
    """Return a comment in braces on one line: one up to the end of its line would take it all."""
    if text[0] == "{" and text[-1] != "}":
        raise Untypable("the PGN never closes a comment")
    inner = text[1:-1] if text[0] == "{" else text[1:]
    inner = inner.replace("{", "(").replace("}", ")")  # some readers take braces to nest
    return f"{{{_LINE_BREAK.sub(' ', inner)}}}"


def _check(kind: str | None, piece: str, depth: int) -> None:
    if kind == "stray":
        raise Untypable("the PGN closes a comment that it never opened")
    if depth < 0:
        raise Untypable("the PGN closes a variation that it never opened")
    if depth > _DEEPEST:
        raise Untypable(f"the PGN has variations nested more than {_DEEPEST} deep")
    if _NO_MOVE.search(piece):
        raise Untypable("the PGN has something else than moves where a move should be")
