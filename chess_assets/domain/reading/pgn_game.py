"""One stored game as PGN, in chess.com's own layout.

Tags are those that chess.com sent; the movetext is written from the typed moves and clocks, which
are proven legal. For all 4,496 real games looked at, that is what chess.com sent, byte for byte;
of a text that would mislead a reader (nested variations, a second game) only the game is left.
Where the moves could not be typed (rules that nobody knows yet, a null move) the movetext is the
one that was sent, if it is harmless.
Which games, and in which order, belongs in `pgn_export`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.games.fens import STANDARD_FEN
from chess_assets.domain.games.payload import BUGHOUSE
from chess_assets.domain.games.pgn_text import split_pgn
from chess_assets.domain.reading.sent_movetext import harmless_movetext

PGN_COLUMNS = (
    *("game_id", "url", "rules", "time_class", "time_control", "start_time", "end_time"),
    *("white", "black", "white_uuid", "black_uuid", "white_rating", "black_rating"),
    *("result", "termination", "eco", "eco_url", "moves_san", "clocks_ms", "initial_fen"),
)
"""The columns of `games` that a game is written from or chosen by."""

_VARIANTS = {
    "chess960": "Chess960",
    "crazyhouse": "Crazyhouse",
    "kingofthehill": "King of the Hill",
    "threecheck": "3-check",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def pgn_game(game: Mapping[str, Any], own_pgn: str | None) -> str:
    """Return a game's PGN with a newline at its end.

    Args:
        game: `PGN_COLUMNS` of a row of `games`.
        own_pgn: The game's PGN in `raw_pgn_archives`, if it is stored.

    Raises:
        Untypable: where neither the moves are known nor the text sent is that of one game; the
            message is a clause that says why.
    """
    own = None if own_pgn is None else split_pgn(own_pgn)
    if game["moves_san"] is not None:
        movetext = _movetext(game)
    elif own is not None:
        movetext = harmless_movetext(own.movetext)
    elif game["rules"] == BUGHOUSE:
        raise Untypable("chess.com sends no PGN of bughouse")
    else:
        raise Untypable("no PGN is stored")
    tags = {} if own is None else own.tags
    lines = [f'[{name} "{_quoted(value)}"]\n' for name, value in (tags or _tags(game)).items()]
    return f"{''.join(lines)}\n{movetext}\n"


def _quoted(value: str) -> str:
    return _CONTROL.sub(" ", value).replace("\\", "\\\\").replace('"', '\\"')


def _tags(game: Mapping[str, Any]) -> dict[str, str]:
    start, end = game["start_time"] or game["end_time"], game["end_time"]
    is_standard = game["initial_fen"] in {None, STANDARD_FEN}
    tags = {
        "Event": "Daily Chess" if game["time_class"] == "daily" else "Live Chess",
        "Site": "Chess.com",
        "Date": start and f"{start:%Y.%m.%d}",
        "Round": "-",
        "White": game["white"],
        "Black": game["black"],
        "Result": game["result"] or "*",
        "Variant": _VARIANTS.get(game["rules"]),
        "SetUp": None if is_standard else "1",
        "FEN": None if is_standard else game["initial_fen"],
        "ECO": game["eco"],
        "ECOUrl": game["eco_url"],
        "UTCDate": start and f"{start:%Y.%m.%d}",
        "UTCTime": start and f"{start:%H:%M:%S}",
        "WhiteElo": game["white_rating"],
        "BlackElo": game["black_rating"],
        "TimeControl": game["time_control"],
        "Termination": game["termination"],
        "EndDate": end and f"{end:%Y.%m.%d}",
        "EndTime": end and f"{end:%H:%M:%S}",
        "Link": game["url"],
    }
    roster = {"Date", "White", "Black"}
    return {
        name: "?" if value is None else str(value)
        for name, value in tags.items()
        if value is not None or name in roster
    }


def _movetext(game: Mapping[str, Any]) -> str:
    moves: Sequence[str] = game["moves_san"]
    clocks_ms: Sequence[int | None] = game["clocks_ms"] or [None] * len(moves)
    _, turn, *_, move_number = (game["initial_fen"] or STANDARD_FEN).split()[:6]
    first = 2 * (int(move_number) - 1) + (turn == "b")
    words: list[str] = []
    for ply, (san, clock_ms) in enumerate(zip(moves, clocks_ms, strict=True), start=first):
        if ply % 2 == 0:
            words.append(f"{ply // 2 + 1}.")
        elif not words or words[-1].endswith("}"):
            words.append(f"{ply // 2 + 1}...")
        words.append(san)
        if clock_ms is not None:
            words.append(_clock_comment(clock_ms))
    return " ".join([*words, game["result"] or "*"])


def _clock_comment(clock_ms: int) -> str:
    """Return a clock as chess.com writes it: tenths only where there are some."""
    seconds, ms = divmod(clock_ms, 1000)
    fraction = f".{ms:03d}".rstrip("0") if ms else ""
    return f"{{[%clk {seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}]}}"
