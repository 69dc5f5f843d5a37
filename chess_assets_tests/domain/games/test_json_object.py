"""JSON values, read by type and never coerced."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.faults import Faults, Untypable
from chess_assets.domain.games.json_object import JsonObject, parse_json_object


def read(reader: str, value: Any) -> tuple[Any, str | None]:
    """What the reader makes of the value, and what it noted."""
    faults = Faults()
    return getattr(JsonObject({"x": value}, faults), reader)("x"), faults.sentence()


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        ("int32", 0),
        ("int32", -5),
        ("int32", 2**31 - 1),
        ("boolean", False),
        ("text", "é"),
        ("float64", 97),
        ("float64", 0.5),
    ],
)
def test_fits(reader: str, value: Any) -> None:
    """A value of the right type comes back as it is, without a note."""
    assert read(reader, value) == (value, None)


NOT_INT32: list[Any] = [1500.5, 1500.0, True, "1500", 2**31, -(2**31), [], {}]
NOT_FLOAT64: list[Any] = [True, "1", float("nan"), float("inf"), []]
NOT_INSTANT: list[Any] = [-1, True, "1651400000", 253_402_300_800, 1651400000000, 2**80, 1e308]
NOT_BOOLEAN: list[Any] = [0, 1, "true", []]
NOT_TEXT: list[Any] = [5, ["a"], {"a": 1}, "x" * 2_001]


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        *(("int32", value) for value in NOT_INT32),
        *(("float64", value) for value in NOT_FLOAT64),
        *(("instant", value) for value in NOT_INSTANT),
        *(("boolean", value) for value in NOT_BOOLEAN),
        *(("text", value) for value in NOT_TEXT),
    ],
)
def test_does_not_fit(reader: str, value: Any) -> None:
    """A value of another type, or out of range, is null and noted by its name."""
    typed, sentence = read(reader, value)
    assert typed is None
    assert sentence is not None
    assert " x " in sentence


def test_missing() -> None:
    """What has to be there is noted once, with its path; what may be missing is not."""
    faults = Faults()
    game = JsonObject({"white": {}, "match": None}, faults)
    game.object("white").int32("rating")
    game.object("black").int32("rating")
    game.object("accuracies", is_required=False).float64("white")
    game.text("match", is_required=False)
    assert faults.sentence() == (
        "Not all of this game can be typed: white.rating is missing; black is missing."
    )


def test_deep_value_is_only_named() -> None:
    """A value nested deeply is named in the note, not printed."""
    value = json.loads("[" * 500 + "]" * 500)
    assert "a list instead of" in str(read("int32", value)[1])


@given(st.text())
@settings(deadline=None)
def test_any_text_parses_or_is_refused(text: str) -> None:
    """Text is an object or refused; nothing else happens."""
    with suppress(Untypable):
        assert isinstance(parse_json_object(text), dict)
