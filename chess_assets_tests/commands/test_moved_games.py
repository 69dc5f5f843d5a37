"""A game that chess.com moves from one month to another, as those who read the lake see it."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chess_assets.domain.months import Month
from chess_assets.sample import FixedHistories
from chess_assets_tests.command_line import CommandLine, open_command_line
from chess_assets_tests.made_games import USER, made_game

MAY, JUNE = Month(2022, 5), Month(2022, 6)
MOVED_AT = JUNE.start


def histories(in_may: list[Any], in_june: list[Any]) -> dict[Month, list[Any]]:
    """Return a month each with a game of its own, and these."""
    return {
        MAY: [made_game(1, datetime(2022, 5, 3, tzinfo=UTC)), *in_may],
        JUNE: [*in_june, made_game(2, datetime(2022, 6, 5, tzinfo=UTC))],
    }


def rows(cli: CommandLine, sql: str) -> list[dict[str, str]]:
    """Return what a query gives."""
    answer = cli("query", sql, "--format", "csv")
    assert answer.exit_code == 0, answer.output
    return list(csv.DictReader(io.StringIO(answer.output)))


def exported(cli: CommandLine) -> int:
    """Return the number of games in an export."""
    path = Path(cli.folder) / "all.pgn"
    assert cli("export", USER, "--pgn", str(path)).exit_code == 0
    return path.read_text().count("[White ")


def check_once(cli: CommandLine, end: datetime) -> None:
    """Check that all that spans months has three games, the moved one with this end."""
    assert cli("report", USER).exit_code == 0
    ends = rows(cli, "select end_time from player_games order by end_time")
    assert len(ends) == 3
    assert datetime.fromisoformat(ends[1]["end_time"]) == end
    assert rows(cli, "select sum(games)::int as n from rating_history") == [{"n": "3"}]
    assert rows(cli, "select sum(games)::int as n from opening_repertoire") == [{"n": "3"}]
    assert exported(cli) == 3
    _, heading, row, *_ = cli("status").output.splitlines()
    assert dict(zip(heading.split(), row.split(), strict=False))["games"] == "3"


def test_there_and_back(tmp_path: Path) -> None:
    """Moved on, listed twice, moved back: all that spans months has the game once, as it is now."""
    before = made_game(7, MOVED_AT - timedelta(seconds=1))
    after = made_game(7, MOVED_AT + timedelta(seconds=1))
    served = FixedHistories({USER: histories([before], [])})
    months = ("--from", "2022-05", "--to", "2022-06", "--refresh")
    with open_command_line(tmp_path, served) as cli:
        for in_may, in_june, end in (
            ([before], [], before),
            ([], [after], after),
            ([before], [after], after),
            ([before], [], before),
        ):
            served.by_player[USER] = histories(in_may, in_june)
            result = cli("sync", USER, *months)
            assert result.exit_code == 0, result.output
            assert "error" not in result.output
            check_once(cli, datetime.fromtimestamp(end["end_time"], UTC))
        in_months = rows(
            cli,
            "select month, is_listed from games where url like '%/7' order by month",
        )
        assert [(row["month"], row["is_listed"].lower()) for row in in_months] == [
            ("2022-05", "true"),
            ("2022-06", "false"),
        ]


def test_kinds(tmp_path: Path) -> None:
    """A live and a daily game of one number, without uuids, are two; a new uuid makes none."""
    live = made_game(1_000_001, datetime(2022, 5, 3, tzinfo=UTC))
    daily = live | {
        "url": "https://www.chess.com/game/daily/1000001",
        "time_class": "daily",
        "time_control": "1/86400",
        "end_time": live["end_time"] + 60,
    }
    months = ("--from", "2022-05", "--to", "2022-05", "--refresh")
    served = FixedHistories({USER: {}})
    with open_command_line(tmp_path, served) as cli:
        for live_uuid, daily_uuid in (("", ""), ("", "d"), ("a", "d"), ("b", "d"), ("", "")):
            games = [live | {"uuid": live_uuid}, daily | {"uuid": daily_uuid}]
            served.by_player[USER][MAY] = games
            assert cli("sync", USER, *months).exit_code == 0
            found = rows(cli, "select url from games order by url")
            assert [row["url"] for row in found] == [daily["url"], live["url"]]
        found = rows(cli, "select game_id from games order by game_id")
        assert [row["game_id"] for row in found] == ["a", "d"]


def test_contradiction(tmp_path: Path) -> None:
    """One uuid on two games is an error that names them; both are stored, with all others."""
    games = [made_game(n, datetime(2022, 5, n, tzinfo=UTC)) for n in (1, 2, 3)]
    games[1]["uuid"] = games[0]["uuid"]
    with open_command_line(tmp_path, FixedHistories({USER: {MAY: games}})) as cli:
        said = cli("sync", USER, "--from", "2022-05", "--to", "2022-05").output
        assert "error: games_are_told_apart: Fails in 1 of 1: testplayer 2022-05" in said
        assert f"{games[0]['uuid']} names live/1 and live/2" in said
        assert cli("status").exit_code == 2
        assert rows(cli, "select count(*) as n from games") == [{"n": "3"}]
