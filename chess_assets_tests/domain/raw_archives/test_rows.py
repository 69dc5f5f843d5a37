"""Every game of an answer becomes a row, whatever shape it has."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.raw_archives.rows import raw_games

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
).map(lambda value: json.loads(json.dumps(value)))
ODD_GAMES = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("uuid", "url", "pgn", "end_time", "white", "rules"), JSON_VALUES),
)
GAME = {
    "url": "https://www.chess.com/game/live/1",
    "uuid": "u-1",
    "end_time": 1_651_400_000,
    "pgn": "1. e4 1-0",
    "white": {"username": "Ada", "rating": 900},
    "accuracies": {"white": 3, "black": 99.5},
}


def as_sent(payload: str, pgn: str | None) -> Any:
    """Return the game that a row was made of."""
    game = json.loads(payload)
    return game if pgn is None else {**game, "pgn": pgn}


def test_game() -> None:
    """A game's pgn is a column of its own; everything else is in the payload, as it was sent."""
    (game,) = raw_games([GAME])

    assert (game.game_id, game.names.number, game.url) == ("u-1", "live/1", GAME["url"])
    assert game.end_time == datetime(2022, 5, 1, 10, 13, 20, tzinfo=UTC)
    assert game.pgn == "1. e4 1-0"
    assert "pgn" not in json.loads(game.payload)
    assert as_sent(game.payload, game.pgn) == GAME


def test_no_pgn() -> None:
    """A game without pgn has none, and a pgn that is no text stays in the payload."""
    (bughouse,) = raw_games([{"uuid": "u-1", "rules": "bughouse"}])
    (odd,) = raw_games([{"uuid": "u-2", "pgn": ["1. e4"]}])

    assert bughouse.pgn is None
    assert odd.pgn is None
    assert json.loads(odd.payload)["pgn"] == ["1. e4"]


def test_same_identity() -> None:
    """Of two games with one identity the last one counts, and there is one row."""
    (game,) = raw_games([GAME, {**GAME, "pgn": "1. d4 1-0"}])

    assert game.pgn == "1. d4 1-0"


def test_no_identity() -> None:
    """Games that nothing tells apart but their text are rows of their own."""
    games = raw_games([{"pgn": "1. e4 1-0"}, {"pgn": "1. d4 1-0"}, {"rules": "chess"}, {}])

    assert len({game.game_id for game in games}) == 4


@pytest.mark.parametrize("game", [None, 7, 1.5, True, "game", [], ["game"], {}])
def test_no_game(game: Any) -> None:
    """An entry that is no game is kept as it was sent, under an identity that stays."""
    (row,) = raw_games([game])
    (again,) = raw_games([game])

    assert json.loads(row.payload) == game
    assert row == again
    assert (row.url, row.end_time, row.pgn) == (None, None, None)


@pytest.mark.parametrize(
    "end_time",
    [None, -1, 253_402_300_800, 1_651_400_000_000, 10**30, 1e12, 1e308, "1651400000", True, [], {}],
)
def test_no_end_time(end_time: Any) -> None:
    """What is no time of this era is null, and stays in the payload."""
    (game,) = raw_games([{"uuid": "u-1", "end_time": end_time}])

    assert game.end_time is None
    assert json.loads(game.payload)["end_time"] == end_time


@pytest.mark.parametrize(
    "end_time", [0, 1, 253_402_300_799, 1_651_400_000.0, 1_651_400_000.5, 1_651_400_000.001]
)
def test_end_time(end_time: float) -> None:
    """Seconds from the first to the last of the era are times, to the millisecond."""
    (game,) = raw_games([{"uuid": "u-1", "end_time": end_time}])

    assert game.end_time is not None
    assert game.end_time.timestamp() == end_time


def test_long_url() -> None:
    """A URL of absurd length is no URL, and stays in the payload."""
    (game,) = raw_games([{"uuid": "u-1", "url": "https://x/" + 10_000 * "a"}])

    assert game.url is None
    assert len(json.loads(game.payload)["url"]) == 10_010


def test_lone_surrogate() -> None:
    """A lone surrogate, which UTF-8 cannot hold, stays in the payload as its escape."""
    (game,) = raw_games([{"uuid": "u-1", "white": {"username": "\ud800x"}, "pgn": "\udfff"}])

    assert json.loads(game.payload)["white"]["username"] == "\ud800x"
    assert game.pgn == "\\udfff"


@pytest.mark.parametrize("number", [0.0, -0.0, 1e15, 1e16, -1e300, 1e-4, 9e-5, 5e-324, 10**30])
def test_number(number: float) -> None:
    """A number is written in one way for ever: another would make a stored game look changed."""
    (game,) = raw_games([{"uuid": "u-1", "accuracies": {"white": [number]}}])

    assert game.payload == f'{{"uuid":"u-1","accuracies":{{"white":[{number!r}]}}}}'


@given(JSON_VALUES | ODD_GAMES)
def test_payload(game: Any) -> None:
    """A payload is the JSON that Python's own `json` writes, lone surrogates as escapes."""
    (row,) = raw_games([game])
    has_pgn = isinstance(game, dict) and isinstance(game.get("pgn"), str)
    rest = {name: game[name] for name in game if name != "pgn"} if has_pgn else game
    text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))

    assert row.payload == text.encode("utf-8", "backslashreplace").decode()


@given(st.lists(JSON_VALUES | ODD_GAMES, max_size=5))
def test_anything(games: list[Any]) -> None:
    """Any list of JSON values becomes storable rows, none twice, that say what was sent."""
    rows = raw_games(games)

    assert len({(row.game_id, row.names.number) for row in rows}) == len(rows)
    assert 0 < len(rows) <= len(games) or games == []
    for row in rows:
        for text in (row.game_id, row.payload, row.url, row.pgn):
            (text or "").encode()
        if "\\ud" not in (row.pgn or ""):
            assert as_sent(row.payload, row.pgn) in games
