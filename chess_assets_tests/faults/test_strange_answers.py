"""Answers that are months, but strange ones: all that can be kept lands, wherever in a range."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from chess_assets.domain.schemas.games import GAMES as GAMES_SCHEMA
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore
from chess_assets_tests.fault_server import as_json, whole
from chess_assets_tests.faults.month_range import (
    MONTHS,
    POSITIONS,
    MonthRange,
    Rows,
    games_of,
    open_range,
    what_happened,
)

LONGEST_PARSE_S = 20  # python-chess took 23 s for the full tree of one; skipping is milliseconds
each_position = pytest.mark.parametrize("position", POSITIONS.values(), ids=POSITIONS)


@pytest.fixture
def months(folder: FolderStore) -> Iterator[MonthRange]:
    with open_range(folder) as months:
        months.serve_games(3)
        yield months


def land(months: MonthRange, position: int, *strange: Any) -> Rows:
    """Bring the range up to date with strange games among good ones; return the month's games."""
    month = MONTHS[position]
    first, second, third = games_of(month, 3)
    games = [first, *strange, second, third]
    months.serve(month, whole(json.dumps({"games": games}).encode()))
    assert what_happened(months.sync()) == ["fetched"] * 3
    raw, rows = months.rows(month), months.rows(month, GAMES)
    assert raw is not None
    assert rows is not None
    assert [row["game_id"] for row in raw] == [row["game_id"] for row in rows]
    by_id = {row["game_id"]: row for row in rows}
    for good in (first, second, third):
        assert by_id.pop(good["uuid"])["parse_error"] is None
    assert len(by_id) == len(strange)
    return list(by_id.values())


@each_position
@pytest.mark.parametrize("left", [0, 2])
def test_month_comes_back_smaller(months: MonthRange, position: int, left: int) -> None:
    """Games seen before stay, marked as no longer listed, and are listed again when they return."""
    month = MONTHS[position]
    months.sync()
    months.serve(month, as_json({"games": games_of(month, left)}))

    outcomes = months.sync(is_refresh=True)

    for schema in (RAW_PGN_ARCHIVES, GAMES):
        listed = [row["is_listed"] for row in months.rows(month, schema) or []]
        assert listed == [True] * left + [False] * (3 - left)
    assert f"unlisted={3 - left}" in str(outcomes[position].raw)
    months.serve_games(3)
    months.sync(is_refresh=True)
    assert all(row["is_listed"] for row in months.rows(month, GAMES) or [])
    assert months.counts() == [3, 3, 3]


@each_position
def test_fields_unknown_missing_or_of_wrong_type(months: MonthRange, position: int) -> None:
    """Raw keeps them as sent, the table keeps its schema, and each odd game says why it is odd."""
    game = games_of(MONTHS[position], 9)[8]
    late, missing, null, wrong = (game | {"uuid": name} for name in "abcd")
    late["novelty"] = {"since": 2031}
    del missing["white"]
    null["rules"] = None
    wrong["white"] = wrong["white"] | {"rating": 1500.5}

    by_id = {row["game_id"]: row for row in land(months, position, late, missing, null, wrong)}

    assert by_id["a"]["parse_error"] is None
    assert "white is missing" in by_id["b"]["parse_error"]
    assert "rules is missing" in by_id["c"]["parse_error"]
    assert "white.rating is 1500.5" in by_id["d"]["parse_error"]
    assert by_id["d"]["white_rating"] is None
    raw = {row["game_id"]: row for row in months.rows(MONTHS[position]) or []}
    assert json.loads(raw["a"]["payload"])["novelty"] == {"since": 2031}
    assert json.loads(raw["d"]["payload"])["white"]["rating"] == 1500.5
    assert set(by_id["a"]) == set(GAMES_SCHEMA.names)


@each_position
def test_texts_and_numbers_that_break_tools(months: MonthRange, position: int) -> None:
    """Lone surrogates, NUL, bidi characters and integers over 64 bits cost their game a cell."""
    game = games_of(MONTHS[position], 9)[8]
    name = "\ud800A\x00\u202eB"
    surrogate = game | {"uuid": "a", "white": game["white"] | {"username": name}}
    integer = game | {"uuid": "b", "white": game["white"] | {"rating": 10**30}}
    deep = game | {"uuid": "c", "white": [[[[[[[[[[]]]]]]]]]]}

    by_id = {row["game_id"]: row for row in land(months, position, surrogate, integer, deep)}

    assert by_id["a"]["white"] == r"\ud800A\x00" + "\u202eB"
    assert "of 32 bits" in by_id["b"]["parse_error"]
    assert "white" in by_id["c"]["parse_error"]
    raw = {row["game_id"]: row for row in months.rows(MONTHS[position]) or []}
    assert json.loads(raw["a"]["payload"])["white"]["username"] == name
    assert json.loads(raw["b"]["payload"])["white"]["rating"] == 10**30


BOMBS = {
    "variations": "1. e4 " + "(1. d4 " * 100_000 + ")" * 100_000 + " 1-0",
    "open_variations": "1. e4 " + "(" * 200_000 + " 1-0",
    "comment": "1. e4 {" + "x" * 2**20 + "} 1-0",
    "NAG": "1. e4 $" + "9" * 5_000 + " 1-0",
    "tags": '[A "b"]\n' * 30_000 + "\n1. e4 1-0",
}


@each_position
def test_pgn_bombs(months: MonthRange, position: int) -> None:
    """PGN that would take minutes or all memory is set aside with its reason, in no time."""
    game = games_of(MONTHS[position], 9)[8]
    bombs = [game | {"uuid": name, "pgn": pgn, "tcn": ""} for name, pgn in BOMBS.items()]

    started = time.process_time()
    rows = land(months, position, *bombs)
    taken_s = time.process_time() - started

    assert {row["game_id"] for row in rows if row["parse_error"]} == set(BOMBS)
    assert taken_s < LONGEST_PARSE_S
