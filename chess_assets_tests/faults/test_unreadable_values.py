"""Months of games with values that nobody can read, through a player's tables and the page."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chess_assets.domain.months import Month
from chess_assets.sample import FixedHistories
from chess_assets_tests.command_line import CommandLine, open_command_line
from chess_assets_tests.made_games import USER, made_game
from chess_assets_tests.small_lake import JANUARY, at, fill

CASE = Path("/work/shared/cases/end-time/annas/2022-05.json")
UNREADABLE: tuple[Any, ...] = (..., None, "1672920000", 1_672_920_000_000, -1, True, [], {})
COUNTED = "select count(*) as games, count(end_time) as ended from {}"
READABLE = (1_672_920_000, 1_672_920_000.0, 1_672_920_000.25)


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[CommandLine]:
    """A project's folder."""
    with open_command_line(tmp_path, FixedHistories({})) as commands:
        yield commands


def rows(cli: CommandLine, sql: str) -> list[dict[str, Any]]:
    """Return what a query answers."""
    done = cli("query", sql, "--format", "json")
    assert done.exit_code == 0
    answered = json.loads(done.stdout)
    assert isinstance(answered, list)
    return answered


def games_that_end(*end_times: Any) -> list[dict[str, Any]]:
    """Return made games with these end times; ... is none at all."""
    made = [made_game(n, at(JANUARY, 5)) | {"end_time": end} for n, end in enumerate(end_times)]
    return [{name: value for name, value in game.items() if value is not ...} for game in made]


@pytest.mark.parametrize("readable", [READABLE, ()], ids=["some", "none"])
def test_games_without_an_end(cli: CommandLine, readable: tuple[float, ...]) -> None:
    """A game without an end is in `player_games`, and left out only where days are counted."""
    fill(cli.lake, {JANUARY: games_that_end(*UNREADABLE, *readable)})
    done = cli("report", USER)
    assert done.exit_code == 0, done.output
    assert "None" not in done.output
    both = {"games": len(UNREADABLE) + len(readable), "ended": len(readable)}
    assert rows(cli, COUNTED.format("player_games")) == [both]
    assert rows(cli, COUNTED.format("games where moves_uci is not null")) == [both]
    assert rows(cli, "select * from games where (end_time is null) = (parse_error is null)") == []
    days = rows(cli, "select games from rating_history")
    assert days == ([{"games": len(readable)}] if readable else [])
    assert rows(cli, "select sum(games)::int as games from opening_repertoire") == [
        {"games": both["games"]}
    ]


@pytest.mark.parametrize(
    "members",
    [
        {"white": {"username": USER, "result": "win", "rating": "high"}},
        {"white": {"username": USER, "rating": 1500, "result": 5}},
        {"white": {}},
        {"rules": None},
        {"time_class": []},
        {"time_control": "-"},
        {"rated": "yes"},
        {"pgn": None},
        {"pgn": "{"},
        {"fen": 7, "eco": True, "accuracies": [], "tournament": 1, "match": {}, "url": None},
    ],
)
def test_values_nobody_can_read(cli: CommandLine, members: dict[str, Any]) -> None:
    """Whatever cannot be read in all of a month's games, each is there once, and a page is made."""
    games = [{**game, **members} for game in games_that_end(*READABLE)]
    fill(cli.lake, {JANUARY: games})
    done = cli("report", USER)
    assert done.exit_code == 0, done.output
    assert "None" not in done.output
    assert rows(cli, "select count(*) as games from player_games") == [{"games": len(games)}]
    assert rows(cli, "select * from games where parse_error is null") == []


def test_case(cli: CommandLine) -> None:
    """Of the shared case only what was sent as a number of seconds has an end."""
    if not CASE.is_file():
        pytest.skip(f"the case is not at {CASE}")
    games = json.loads(CASE.read_text())["games"]
    fill(cli.lake, {Month(2022, 5): games}, "annas")
    assert rows(cli, COUNTED.format("games")) == [{"games": len(games), "ended": len(games) - 3}]
    unexplained = "select * from games where end_time is null and parse_error not like '%end_time%'"
    assert rows(cli, unexplained) == []
