"""The columns that the JSON objects of a whole month give; see `payload` for one on its own.

What does not fit (a member missing, of another type, too long, an escape in the JSON) makes its
game unfit: `payload` takes it on its own and finds the words for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import numpy as np
import pyarrow as pa
from msgspec import Meta, Struct
from msgspec.structs import astuple

from chess_assets.domain.games.columnar.arrays import Bools
from chess_assets.domain.games.columnar.read_each import read_each, read_start_fens
from chess_assets.domain.games.limits import INT32_MAX, MAX_NAME_CHARS, MAX_TEXT_CHARS
from chess_assets.domain.games.results import result_of
from chess_assets.domain.games.time_control import parse_time_control
from chess_assets.domain.schemas.columns import TIMESTAMP

_LONG, _MANY = 1_000, 400  # characters without tcn, brackets: readers differ in how deep they go
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


class _Game(Struct, gc=False, kw_only=True):
    """The members that are read, typed without any coercion; others may be there.

    They are in chess.com's order, in which they are found fastest.
    """

    url: _Text  # this and end_time are copied from the raw row, which has them if they are here
    pgn: None = None  # one that is a text is in a column of its own
    time_control: _Name
    end_time: _Seconds
    rated: bool
    accuracies: _Accuracies | None = None
    tcn: str | None = None
    initial_setup: _Text | None = None
    fen: _Text | None = None
    start_time: _Seconds | None = None
    time_class: _Name
    rules: _Name
    white: _Side
    black: _Side
    eco: _Text | None = None
    tournament: _Text | None = None
    match: _Text | None = None


_DECODER = msgspec.json.Decoder(_Game)
_NOBODY = _Side(0, "", "")
_UNFIT = _Game(
    url="", time_control="", end_time=0, rated=False, time_class="", rules="",
    white=_NOBODY, black=_NOBODY,
)  # fmt: skip
_NO_ACCURACIES = _Accuracies()


@dataclass(frozen=True, slots=True)
class PayloadColumns:
    """Columns of GAMES by name, and, one value a game, what the moves are held against."""

    columns: dict[str, pa.Array]
    rules: Sequence[str]
    initial_fens: Sequence[str | None]
    final_fens: Sequence[str | None]
    tcn: Sequence[str | None]
    is_fit: Bools


def read_payloads(payloads: Sequence[str]) -> PayloadColumns:
    """Read the payloads; games with anything unusual in them are not fit."""
    games = [_read(payload) for payload in payloads]
    is_fit = np.array([game is not _UNFIT for game in games])
    members = _members(games, _Game)
    columns = {
        "rules": pa.array(members["rules"], pa.string()),
        "time_class": pa.array(members["time_class"], pa.string()),
        "is_rated": pa.array(members["rated"], pa.bool_()),
        "start_time": _timestamps(members["start_time"]),
        "eco_url": pa.array(members["eco"], pa.string()),
        "tournament": pa.array(members["tournament"], pa.string()),
        "match": pa.array(members["match"], pa.string()),
    }
    columns |= _time_controls(members["time_control"], is_fit) | _sides(members, is_fit)
    return PayloadColumns(
        columns,
        rules=members["rules"],
        initial_fens=read_start_fens("initial_setup", members["initial_setup"], is_fit),
        final_fens=members["fen"],
        tcn=members["tcn"],
        is_fit=is_fit,
    )


def _read(payload: str) -> _Game:
    if not payload.isascii() or "\\" in payload or "\x7f" in payload:
        return _UNFIT
    try:
        game = _DECODER.decode(payload)
    except (msgspec.MsgspecError, RecursionError):
        return _UNFIT
    is_long = len(payload) - len(game.tcn or "") > _LONG
    return _UNFIT if is_long and payload.count("{") + payload.count("[") > _MANY else game


def _members(objects: Sequence[Struct], kind: type[Struct]) -> dict[str, Sequence[Any]]:
    """Return each member by its name, one value an object."""
    return dict(zip(kind.__struct_fields__, zip(*map(astuple, objects), strict=True), strict=True))


def _timestamps(seconds: Sequence[int | None]) -> pa.Array:
    milliseconds = [None if second is None else second * 1000 for second in seconds]
    return pa.array(milliseconds, pa.int64()).view(TIMESTAMP)


def _time_controls(texts: Sequence[str], is_fit: Bools) -> dict[str, pa.Array]:
    controls = read_each(parse_time_control, texts, is_fit)
    return {
        "time_control": pa.array(texts, pa.string()),
        "base_s": pa.array([c and c.base_s for c in controls], pa.int32()),
        "increment_s": pa.array([c and c.increment_s for c in controls], pa.int32()),
    }


def _sides(members: Mapping[str, Sequence[Any]], is_fit: Bools) -> dict[str, pa.Array]:
    accuracies = _members([both or _NO_ACCURACIES for both in members["accuracies"]], _Accuracies)
    columns: dict[str, pa.Array] = {}
    codes = []
    for side in _SIDES:
        player = _members(members[side], _Side)
        codes.append(player["result"])
        columns |= {
            side: pa.array(player["username"], pa.string()),
            f"{side}_uuid": pa.array(player["uuid"], pa.string()),
            f"{side}_rating": pa.array(player["rating"], pa.int32()),
            f"{side}_result": pa.array(player["result"], pa.string()),
            f"{side}_accuracy": pa.array(accuracies[side], pa.float64()),
        }
    results = read_each(lambda pair: result_of(*pair), list(zip(*codes, strict=True)), is_fit)
    return columns | {"result": pa.array(results, pa.string())}
