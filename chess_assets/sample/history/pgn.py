"""The PGN text of a game in chess.com's layout: tags in its order, all moves in one line.

What the tags say is decided in `months`; here is only how it is written.
"""

from collections.abc import Mapping, Sequence

import chess

_SECOND_MS = 1000
_VARIANTS = {
    "chess960": ("Chess960", "Chess960"),  # as in Event, as in Variant
    "crazyhouse": ("Crazyhouse", "Crazyhouse"),
    "threecheck": ("Three-Check", "3-check"),
    "kingofthehill": ("King of the Hill", "King of the Hill"),
    "oddschess": ("Odds Chess", None),
}


def event_tag(rules: str, *, is_daily: bool) -> str:
    """Return the PGN's Event."""
    event = "Let's Play!" if is_daily else "Live Chess"
    return f"{event} - {_VARIANTS[rules][0]}" if rules in _VARIANTS else event


def variant_tag(rules: str) -> str | None:
    """Return the PGN's Variant; None where chess.com writes none."""
    return _VARIANTS[rules][1] if rules in _VARIANTS else None


def pgn_text(tags: Mapping[str, str | None], movetext: str) -> str:
    """Return the whole PGN; tags that are None are left out."""
    head = "".join(f'[{tag} "{value}"]\n' for tag, value in tags.items() if value is not None)
    return f"{head}\n{movetext}\n"


def movetext_of(
    start: chess.Board, sans: Sequence[str], clocks_ms: Sequence[int] | None, result: str
) -> str:
    """Return the moves in one line, ending with the result, which is all there is without moves.

    Args:
        start: the starting position, which gives side and number of the first move.
        sans: one SAN a ply.
        clocks_ms: milliseconds left after each ply; None for games from before clocks were kept.
        result: the PGN's Result.
    """
    first = 2 * (start.fullmove_number - 1) + (start.turn == chess.BLACK)
    words = []
    for ply, san in enumerate(sans):
        number, is_black = divmod(first + ply, 2)
        if clocks_ms is not None:
            dots = "..." if is_black else "."
            words.append(f"{number + 1}{dots} {san} {{[%clk {clock_text(clocks_ms[ply])}]}}")
        elif is_black:
            words.append(san if ply else f"{number + 1}... {san}")
        else:
            words.append(f"{number + 1}. {san}")
    return " ".join([*words, result])


def clock_text(left_ms: int) -> str:
    """Return `h:mm:ss`, with a tenth of a second if there is one; hours can have three digits."""
    seconds, rest_ms = divmod(left_ms, _SECOND_MS)
    text = f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{rest_ms // 100}" if rest_ms >= 100 else text
