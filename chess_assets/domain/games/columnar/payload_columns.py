"""The columns that the JSON objects of a whole month give; see `payload` for one on its own.

What does not fit (a member missing, of another type, too long, an escape in the JSON) makes its
game unfit: `payload` takes it on its own and finds the words for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Any

import msgspec
import numpy as np
import pyarrow as pa
from msgspec import Meta, Struct

from chess_assets.domain.games.columnar.arrays import Bools
from chess_assets.domain.games.columnar.read_each import read_each, read_start_fens
from chess_assets.domain.games.limits import INT32_MAX, MAX_NAME_CHARS, MAX_TEXT_CHARS
from chess_assets.domain.games.results import result_of
from chess_assets.domain.games.time_control import parse_time_control
from chess_assets.domain.schemas.columns import TIMESTAMP

_LONG, _MANY = 1_000, 400  # characters and brackets: readers differ in how deep they go
_SIDES = ("white", "black")
_Name = Annotated[str, Meta(max_length=MAX_NAME_CHARS)]
_Text = Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]
_Rating = Annotated[int, Meta(ge=-INT32_MAX, le=INT32_MAX)]
_Seconds = Annotated[int, Meta(ge=0, le=253_402_300_799)]  # to the end of the year 9999
_Percent = Annotated[float, Meta(ge=0, le=1_000)]


class _Side(Struct, gc=False):
    rating: _Rating
    result: _Name
    username: _Name
    uuid: _Name | None = None


class _Accuracies(Struct, gc=False):
    white: _Percent | None = None
    black: _Percent | None = None


class _Game(Struct, gc=False):
    """The members that are read, typed without any coercion; others may be there."""

    rules: _Name
    time_class: _Name
    time_control: _Name
    rated: bool
    white: _Side
    black: _Side
    pgn: None = None  # one that is a text is in a column of its own
    tcn: str | None = None
    start_time: _Seconds | None = None
    eco: _Text | None = None
    fen: _Text | None = None
    initial_setup: _Text | None = None
    accuracies: _Accuracies | None = None
    tournament: _Text | None = None
    match: _Text | None = None


_DECODER = msgspec.json.Decoder(_Game)
_NOBODY = _Side(0, "", "")
_UNFIT = _Game("", "", "", False, _NOBODY, _NOBODY)  # noqa: FBT003 - `rated`
_NO_ACCURACIES = _Accuracies()


@dataclass(frozen=True, slots=True)
class PayloadColumns:
    """Columns of GAMES by name, and, one value a game, what the moves are held against."""

    columns: dict[str, pa.Array]
    rules: list[str]
    initial_fens: list[str | None]
    final_fens: list[str | None]
    tcn: list[str | None]
    is_fit: Bools


def read_payloads(payloads: Sequence[str]) -> PayloadColumns:
    """Read the payloads; games with anything unusual in them are not fit."""
    games = [_read(payload) for payload in payloads]
    is_fit = np.array([game is not _UNFIT for game in games])
    rules = _members(games, "rules")
    columns = {
        "rules": pa.array(rules, pa.string()),
        "time_class": _column(games, "time_class", pa.string()),
        "is_rated": _column(games, "rated", pa.bool_()),
        "start_time": _timestamps(_members(games, "start_time")),
        "eco_url": _column(games, "eco", pa.string()),
        "tournament": _column(games, "tournament", pa.string()),
        "match": _column(games, "match", pa.string()),
    }
    columns |= _time_controls(games, is_fit) | _sides(games, is_fit)
    return PayloadColumns(
        columns,
        rules=rules,
        initial_fens=read_start_fens("initial_setup", _members(games, "initial_setup"), is_fit),
        final_fens=_members(games, "fen"),
        tcn=_members(games, "tcn"),
        is_fit=is_fit,
    )


def _read(payload: str) -> _Game:
    is_plain = payload.isascii() and "\\" not in payload and "\x7f" not in payload
    if not is_plain or (len(payload) > _LONG and payload.count("{") + payload.count("[") > _MANY):
        return _UNFIT
    try:
        return _DECODER.decode(payload)
    except (msgspec.MsgspecError, RecursionError):
        return _UNFIT


def _members(objects: Sequence[Struct], name: str) -> list[Any]:
    return list(map(attrgetter(name), objects))


def _column(objects: Sequence[Struct], name: str, type_: pa.DataType) -> pa.Array:
    return pa.array(_members(objects, name), type_)


def _timestamps(seconds: list[int | None]) -> pa.Array:
    milliseconds = [None if second is None else second * 1000 for second in seconds]
    return pa.array(milliseconds, pa.int64()).cast(TIMESTAMP)


def _time_controls(games: Sequence[_Game], is_fit: Bools) -> dict[str, pa.Array]:
    texts = _members(games, "time_control")
    controls = read_each(parse_time_control, texts, is_fit)
    return {
        "time_control": pa.array(texts, pa.string()),
        "base_s": pa.array([c and c.base_s for c in controls], pa.int32()),
        "increment_s": pa.array([c and c.increment_s for c in controls], pa.int32()),
    }


def _sides(games: Sequence[_Game], is_fit: Bools) -> dict[str, pa.Array]:
    accuracies = [game.accuracies or _NO_ACCURACIES for game in games]
    columns: dict[str, pa.Array] = {}
    codes = []
    for side in _SIDES:
        players = _members(games, side)
        codes.append(_members(players, "result"))
        columns |= {
            side: _column(players, "username", pa.string()),
            f"{side}_uuid": _column(players, "uuid", pa.string()),
            f"{side}_rating": _column(players, "rating", pa.int32()),
            f"{side}_result": pa.array(codes[-1], pa.string()),
            f"{side}_accuracy": _column(accuracies, side, pa.float64()),
        }
    results = read_each(lambda pair: result_of(*pair), list(zip(*codes, strict=True)), is_fit)
    return columns | {"result": pa.array(results, pa.string())}
