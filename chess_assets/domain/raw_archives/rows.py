"""One answer of chess.com as rows of `raw_pgn_archives`: every game in it, nothing judged.

A game of any shape becomes a row: what cannot be typed stays in `payload` as it was sent.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from chess_assets.domain.instants import instant_of
from chess_assets.domain.raw_archives.identity import GameNames, game_id_of, names_of

_LONGEST_URL = 2_000
_LEAST_PLAIN, _BEYOND_PLAIN = 1e-4, 1e16


class RawGame(msgspec.Struct, frozen=True, gc=False):
    """One game of an answer.

    Attributes:
        game_id: The identity it is given where no other game has it.
        names: What tells whether another row is the same game.
    """

    game_id: str
    names: GameNames
    url: str | None
    end_time: datetime | None
    payload: str
    pgn: str | None


def raw_games(games: Iterable[Any]) -> list[RawGame]:
    """Return the games of an answer; of two with the same identity and number the last counts."""
    by_id = {(game.game_id, game.names.number): game for game in map(_raw_game, games)}
    return list(by_id.values())


def distinct_games(games: Iterable[RawGame]) -> int:
    """Return how many games these are at least: chess.com may send one twice in an answer."""
    return len({game.names.number or game.game_id for game in games})


def _raw_game(game: Any) -> RawGame:
    pgn = game.get("pgn") if isinstance(game, dict) else None
    url = game.get("url") if isinstance(game, dict) else None
    text = _storable(pgn) if isinstance(pgn, str) else None
    payload = _json_text(game if text is None else _without_pgn(game))
    names = names_of(game, pgn)
    game_id = game_id_of(names, payload, text or "")
    if names.digits is None and not names.others:
        names = msgspec.structs.replace(names, others=(game_id,))
    return RawGame(
        game_id=game_id,
        names=names,
        url=_storable(url) if isinstance(url, str) and len(url) <= _LONGEST_URL else None,
        end_time=instant_of(game.get("end_time")) if isinstance(game, dict) else None,
        payload=payload,
        pgn=text,
    )


def _without_pgn(game: dict[str, Any]) -> dict[str, Any]:
    rest = game.copy()
    del rest["pgn"]
    return rest


def _json_text(value: Any) -> str:
    """Write JSON as Python's own `json` does, so that it stays what is stored, but faster."""
    if not _has_unusual_number([value]):
        try:
            return msgspec.json.encode(value).decode()
        except (ValueError, OverflowError):  # lone surrogates, and in older versions long integers
            pass
    return _storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _has_unusual_number(values: Iterable[Any]) -> bool:
    """Whether there is a number, however deep, that not every writer gives an exponent."""
    for value in values:
        kind = type(value)
        if kind is float and value != 0 and not _LEAST_PLAIN <= abs(value) < _BEYOND_PLAIN:
            return True
        if kind is dict and _has_unusual_number(value.values()):
            return True
        if kind is list and _has_unusual_number(value):
            return True
    return False


def _storable(text: str) -> str:
    """Write lone surrogates as escapes: Arrow has only UTF-8, and in JSON they mean the same."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
