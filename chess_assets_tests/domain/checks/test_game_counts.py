"""What is counted of a month of games: on real months, on games that contradict their PGN."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.checks.check import Stored, verdict
from chess_assets.domain.checks.counted import counted
from chess_assets.domain.checks.every_check import CHECKS
from chess_assets.domain.checks.game_counts import count_games
from chess_assets.domain.games import games_from_raw
from chess_assets.domain.months import Month
from chess_assets.domain.raw_archives.merge import merge_answer
from chess_assets.domain.raw_archives.rows import raw_games
from chess_assets_tests.domain.games.raw_games import CORPUS, corpus_games
from chess_assets_tests.made_games import made_game

AT = datetime(2022, 5, 3, 12, tzinfo=UTC)


def raw_table(games: Iterable[dict[str, Any]]) -> pa.Table:
    """Return games as chess.com would send them as raw rows."""
    return merge_answer(None, raw_games(games), fetched_at=AT, last_fetched_at=None).table


def counts(*games: dict[str, Any]) -> dict[str, Any]:
    """Return what is counted of games as chess.com would send them."""
    raw = raw_table(games)
    return dict(count_games(raw, games_from_raw(raw)))


def with_tag(game: dict[str, Any], name: str, value: str) -> dict[str, Any]:
    """Return a game whose PGN has another value of a tag."""
    lines = [
        f'[{name} "{value}"]' if line.startswith(f"[{name} ") else line
        for line in game["pgn"].split("\n")
    ]
    return game | {"pgn": "\n".join(lines)}


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the corpus of real months is not at {CORPUS}")
def test_real_months() -> None:
    """Ten real months pass every check of `games`; all but bughouse agree with their PGN's tags."""
    by_month: dict[Month, list[Any]] = defaultdict(list)
    for game in corpus_games():
        by_month[Month.of(datetime.fromtimestamp(game["end_time"], UTC))].append(game)
    assert len(by_month) == 10
    partitions = []
    for month, sent in by_month.items():
        games = counted(games_from_raw, count_games)(raw_table(sent))
        said = games.schema.metadata
        facts = {name.decode(): text.decode() for name, text in said.items()}
        partitions.append(Stored("hikaru", games.num_rows, facts, month, len(sent)))
    verdicts = {check.name: verdict(check, partitions) for check in CHECKS["games"]}
    assert [name for name, found in verdicts.items() if not found.is_good or found.not_judged] == []
    assert verdicts["games_agree_with_their_pgn"].numbers == {
        "games_with_pgn": 4548 - 52,
        "games_unlike_their_pgn": 0,
    }


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("White", "somebody"),
        ("Black", "somebody"),
        ("Result", "0-1"),
        ("WhiteElo", "1501"),
        ("BlackElo", "1500"),
    ],
)
def test_contradicting_tag(tag: str, value: str) -> None:
    """A game is counted when one of the five tags is not what the JSON says."""
    game = made_game(1, AT)
    assert counts(game, with_tag(made_game(2, AT), tag, value))["games_unlike_their_pgn"] == 1
    assert counts(game)["games_unlike_their_pgn"] == 0


def test_names_in_another_case() -> None:
    """A name in other letters' case is the same name."""
    assert counts(with_tag(made_game(1, AT), "White", "TESTPLAYER"))["games_unlike_their_pgn"] == 0


@pytest.mark.parametrize("pgn", [..., "", "1-0", '[White "x', "\n\n\n", "[White]"])
def test_nothing_to_compare(pgn: Any) -> None:
    """What a PGN doesn't say contradicts nothing."""
    game = made_game(1, AT) | {"pgn": pgn}
    if pgn is ...:
        del game["pgn"]
    assert counts(game)["games_unlike_their_pgn"] == 0


def test_times() -> None:
    """The first and the last end are counted, and the games that have none."""
    games = [made_game(1, AT), made_game(2, AT.replace(day=9)), made_game(3, AT)]
    games[2]["end_time"] = "soon"
    found = counts(*games)
    assert found["first_end_time"] == "2022-05-03T12:00:00+00:00"
    assert found["last_end_time"] == "2022-05-09T12:00:00+00:00"
    assert found["games_without_end_time"] == 1


def test_no_games() -> None:
    """A month without games is counted too: nothing of anything, and no times."""
    found = counts()
    assert {value for value in found.values() if value} == set()
    assert (found["first_end_time"], found["last_end_time"]) == ("", "")


@pytest.mark.parametrize(("of_raw", "of_games"), [([0, 1], [0]), ([0], [0, 1]), ([0, 1], [1, 1])])
def test_unpaired(of_raw: list[int], of_games: list[int]) -> None:
    """A game that is only in one of the two, or twice in one, is counted."""
    raw = raw_table([made_game(1, AT), made_game(2, AT)])
    games = games_from_raw(raw)
    assert count_games(raw.take(of_raw), games.take(of_games))["games_unpaired"] != 0
    assert count_games(raw, games.take([1, 0]))["games_unpaired"] == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=60), st.none() | st.text(max_size=80)), max_size=4))
def test_anything_can_be_counted(texts: list[tuple[str, str | None]]) -> None:
    """Whatever payloads and PGNs say, counting never stumbles."""
    games = [
        {"uuid": str(n), "pgn": pgn, "white": {"username": text}, "end_time": text}
        for n, (text, pgn) in enumerate(texts)
    ]
    found = counts(*games)
    assert found["games_unpaired"] == 0


def test_facts_of_a_computation() -> None:
    """What is counted is said beside what the computation says itself."""
    made = counted(
        lambda table: table.replace_schema_metadata({"own": "1"}), lambda _, t: {"n": t.num_rows}
    )(pa.table({"a": [1, 2]}))
    assert made.schema.metadata == {b"own": b"1", b"n": b"2"}
