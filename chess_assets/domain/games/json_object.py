"""A JSON object from outside, whose members are read by type.

Nothing is coerced: 1500.5 and true are no ratings. A member that doesn't fit is null, and noted.
Only times may have decimals; see `instants`.
Which members a game has belongs in `payload`.
"""

import json
import math
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from chess_assets.domain.games.faults import Faults, Untypable, excerpt
from chess_assets.domain.games.limits import INT32_MAX, MAX_TEXT_CHARS
from chess_assets.domain.games.texts import storable_text
from chess_assets.domain.instants import instant_of

_MAX_INT_DIGITS = 20
_Typed = TypeVar("_Typed")


def parse_json_object(text: str) -> dict[str, Any]:
    """Return the members of the JSON object that `text` holds.

    Raises:
        Untypable: for broken JSON, JSON nested too deeply, and JSON that is not an object.
    """
    try:
        members = json.loads(text, parse_int=_parse_int)
    except RecursionError:
        raise Untypable("its JSON is nested too deeply") from None
    except ValueError:
        raise Untypable("its JSON is broken") from None
    if not isinstance(members, dict):
        raise Untypable(f"its JSON is {excerpt(members)} instead of an object")
    return members


class _LongNumber:
    """A whole number of more digits than any member takes: it is of no type that is read.

    Python refuses ints of more than 4,300 digits, and the whole object with them.
    """

    def __init__(self, digits: str) -> None:
        self._digits = digits

    def __repr__(self) -> str:
        return self._digits


def _parse_int(digits: str) -> int | _LongNumber:
    return int(digits) if len(digits) <= _MAX_INT_DIGITS else _LongNumber(digits)


class JsonObject:
    """The members of one object; `path` ("white.") comes before their names in reasons."""

    def __init__(self, members: dict[str, Any], faults: Faults, path: str = "") -> None:
        self._members = members
        self._faults = faults
        self._path = path

    def text(
        self, name: str, *, max_chars: int = MAX_TEXT_CHARS, is_required: bool = True
    ) -> str | None:
        """Return a text of at most `max_chars` characters, made storable."""

        def check(path: str, value: Any) -> str:
            if not isinstance(value, str):
                raise Untypable(f"{path} is {excerpt(value)} instead of a text")
            return storable_text(path, value, max_chars)

        return self._read(name, check, is_required=is_required)

    def int32(self, name: str) -> int | None:
        """Return a whole number that fits 32 bits."""
        return self._read(name, _check_int32)

    def instant(self, name: str, *, is_required: bool = True) -> datetime | None:
        """Return the instant of seconds since 1970 that fall before the year 10,000."""
        return self._read(name, _check_instant, is_required=is_required)

    def float64(self, name: str) -> float | None:
        """Return a finite number as a float; may be missing."""
        return self._read(name, _check_float64, is_required=False)

    def boolean(self, name: str) -> bool | None:
        """Return true or false."""
        return self._read(name, _check_boolean)

    def object(self, name: str, *, is_required: bool = True) -> "JsonObject":
        """Return an object within this one; where there is none, an empty one, silent on it."""
        members = self._read(name, _check_object, is_required=is_required)
        if members is None:
            return JsonObject({}, Faults())  # noted once: its members need no second mention
        return JsonObject(members, self._faults, f"{self._path}{name}.")

    def _read(
        self, name: str, check: Callable[[str, Any], _Typed], *, is_required: bool = True
    ) -> _Typed | None:
        path = self._path + name
        value = self._members.get(name)
        if value is None and is_required:
            self._faults.note(f"{path} is missing")
        return self._faults.attempt(check, path, value)


def _check_int32(path: str, value: Any) -> int:
    if type(value) is not int or abs(value) > INT32_MAX:
        raise Untypable(f"{path} is {excerpt(value)} instead of a whole number of 32 bits")
    return value


def _check_instant(path: str, value: Any) -> datetime:
    instant = instant_of(value)
    if instant is None:
        raise Untypable(f"{path} is {excerpt(value)} instead of seconds since 1970")
    return instant


def _check_float64(path: str, value: Any) -> float:
    if type(value) not in {int, float} or not math.isfinite(value):
        raise Untypable(f"{path} is {excerpt(value)} instead of a number")
    return float(value)


def _check_boolean(path: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Untypable(f"{path} is {excerpt(value)} instead of true or false")
    return value


def _check_object(path: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Untypable(f"{path} is {excerpt(value)} instead of an object")
    return value
