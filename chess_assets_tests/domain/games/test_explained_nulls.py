"""No cell of `games` is null without a reason: what was sent and can't be read is named."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.one_by_one import typed_one_by_one
from chess_assets.domain.games.parsed_games import parse_games
from chess_assets.domain.raw_archives.merge import merge_answer
from chess_assets.domain.raw_archives.rows import raw_games
from chess_assets.domain.schemas.columns import TIMESTAMP
from chess_assets.domain.schemas.games import GAMES
from chess_assets_tests.domain.games.raw_games import FOOLS_MATE, FOOLS_MATE_PGN

SENT = {**FOOLS_MATE, "pgn": FOOLS_MATE_PGN, "start_time": 1_651_390_000, "tournament": "t"}
END = datetime.fromtimestamp(1_651_400_000, UTC)

MEMBER_OF: Mapping[str, str] = {
    "url": "url",
    "rules": "rules",
    "time_class": "time_class",
    "time_control": "time_control",
    "base_s": "time_control",
    "increment_s": "time_control",
    "is_rated": "rated",
    "end_time": "end_time",
    "tournament": "tournament",
    "match": "match",
    **{side: f"{side}.username" for side in ("white", "black")},
    **{f"{side}_{what}": f"{side}.{what}" for side in ("white", "black")
       for what in ("uuid", "rating", "result")},
    **{f"{side}_accuracy": f"accuracies.{side}" for side in ("white", "black")},
    "result": "white.result",
    "plies": "pgn",
    "moves_san": "pgn",
    "moves_uci": "pgn",
}  # fmt: skip
"""The member of the payload that each column comes from, if from one alone."""

MAY_BE_MISSING = {
    "match", "tournament", "accuracies.white", "accuracies.black", "white.uuid", "black.uuid",
}  # fmt: skip
WRONG: tuple[Any, ...] = (
    0, -1, 1500.5, True, 2**31, 10**30, 1e308, "", "soon", "x" * 3_000, "\x00\ud800", [], {}, [1],
)  # fmt: skip
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


def typed(*games: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of games as chess.com sent them, which are the same whichever way they are typed."""
    raw = merge_answer(None, raw_games(games), fetched_at=END, last_fetched_at=None).table
    parsed = parse_games(raw, replayed_share=1.0)
    assert parsed.is_replay_agreed
    assert parsed.table.equals(typed_one_by_one(raw), check_metadata=True)
    return list(parsed.table.to_pylist())


def sent_with(path: str, *values: Any) -> dict[str, Any]:
    """The made game with one member replaced, or left out where there is no value."""
    game = json.loads(json.dumps(SENT))
    *parents, name = path.split(".")
    holder = game[parents[0]] if parents else game
    holder.pop(name, None)
    if values:
        holder[name] = values[0]
    return dict(game)


def test_all_columns_are_looked_at() -> None:
    """Every column is either in these tests, or never null, or also read from the PGN's tags."""
    from_several = {
        "game_id", "is_listed", "parse_error", "start_time", "termination", "eco", "opening",
        "eco_url", "clocks_ms", "initial_fen", "final_fen",
    }  # fmt: skip
    assert MEMBER_OF.keys() | from_several == set(GAMES.names)
    (row,) = typed(SENT)
    assert row["parse_error"] is None
    assert {name for name, value in row.items() if value is None} == {"match", "parse_error"}


@pytest.mark.parametrize("column", MEMBER_OF)
def test_missing_member(column: str) -> None:
    """A member that all of chess.com's games have is named when it is missing; no other is."""
    path = MEMBER_OF[column]
    (row,) = typed(sent_with(path))
    if path in MAY_BE_MISSING:
        assert (row[column], row["parse_error"]) == (None, None)
    else:
        assert row[column] is None
        assert f"{path} is missing" in row["parse_error"]


@pytest.mark.parametrize("column", MEMBER_OF)
def test_unreadable_member(column: str) -> None:
    """A null that stands for something that was sent is explained by the member's name."""
    path = MEMBER_OF[column]
    for value in WRONG:
        (row,) = typed(sent_with(path, value))
        if row[column] is None:
            reasons = (path, "the PGN", "the result codes")
            assert any(reason in row["parse_error"] for reason in reasons), value


@given(game=st.fixed_dictionaries({}, optional=dict.fromkeys([*SENT, "match"], any_json)))
@settings(max_examples=150, deadline=None)
def test_any_members(game: dict[str, Any]) -> None:
    """Whatever the members are, a null is explained unless its member is missing or null."""
    (row,) = typed({**SENT, **game})
    for column, path in MEMBER_OF.items():
        if row[column] is None and not _is_lacking({**SENT, **game}, path):
            assert row["parse_error"], column


def _is_lacking(game: dict[str, Any], path: str) -> bool:
    *parents, name = path.split(".")
    holder = game.get(parents[0]) if parents else game
    return holder is None or (isinstance(holder, dict) and holder.get(name) is None)


@pytest.mark.parametrize(
    ("end_time", "end"),
    [
        (1_651_400_000, END),
        (1_651_400_000.0, END),
        (1_651_400_000.5, END.replace(microsecond=500_000)),
        (1_651_400_000.001, END.replace(microsecond=1_000)),
        (1_651_400_000.9999, END.replace(microsecond=999_000)),
    ],
)
def test_end_times_that_are_repaired(end_time: float, end: datetime) -> None:
    """A number of seconds with decimals is the instant that it says, to the millisecond."""
    (row,) = typed({**SENT, "end_time": end_time})
    assert (row["end_time"], row["parse_error"]) == (end, None)


@pytest.mark.parametrize(
    "end_time",
    ["1651400000", "2022-05-01T10:13:20Z", 1_651_400_000_000, 1_651_400_000_000_000, -1, True, [1]],
)
def test_end_times_that_are_not_guessed(end_time: Any) -> None:
    """Text, milliseconds and all else are null with the reason; the rest of the game is typed."""
    (row,) = typed({**SENT, "end_time": end_time})
    assert row["end_time"] is None
    assert row["parse_error"].startswith("Not all of this game can be typed: end_time is ")
    assert row["plies"] == 4


def test_lake_of_an_older_version() -> None:
    """A raw row stored with a null end_time gets it from its payload, and its place by it."""
    games = [
        {**SENT, "uuid": "late", "end_time": 1_651_400_002},
        {**SENT, "uuid": "fraction", "end_time": 1_651_400_001.5, "url": SENT["url"] + "2"},
        {**SENT, "uuid": "text", "end_time": "soon", "url": SENT["url"] + "3"},
    ]
    raw = merge_answer(None, raw_games(games), fetched_at=END, last_fetched_at=None).table
    is_whole = pc.equal(raw["game_id"], "late")
    ends = pc.if_else(is_whole, raw["end_time"], pa.scalar(None, TIMESTAMP))
    older = raw.set_column(raw.schema.get_field_index("end_time"), raw.field("end_time"), ends)
    typed_now = parse_games(older, replayed_share=0.0).table
    assert typed_now.equals(typed_one_by_one(older))
    assert typed_now["game_id"].to_pylist() == ["fraction", "late", "text"]
    assert typed_now["end_time"].null_count == 1


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ('[ECO "A00"]', "eco", "the ECO tag cannot be read"),
        ('[UTCTime "10:11:12"]', "start_time", "the UTCTime tag"),
        ('[Termination "Ben_2 won by checkmate"]', "termination", "the Termination tag"),
    ],
)
@pytest.mark.parametrize("damage", ['"]', '"', "]", " "])
def test_unreadable_tags(line: str, column: str, reason: str, damage: str) -> None:
    """A line that begins as a tag and is none is named, if a column is null for it."""
    payload = {name: value for name, value in SENT.items() if name != "start_time"}
    broken = line.replace(damage, "", 1) if damage != " " else line.replace(" ", "", 1)
    (row,) = typed({**payload, "pgn": FOOLS_MATE_PGN.replace(line, broken)})
    if row[column] is None:
        assert reason in row["parse_error"]


@pytest.mark.parametrize("tag", ["UTCDate", "UTCTime"])
def test_half_a_start_time(tag: str) -> None:
    """A date without a time, or a time without a date, is named."""
    lines = FOOLS_MATE_PGN.splitlines(keepends=True)
    pgn = "".join(line for line in lines if not line.startswith(f"[{tag}"))
    (row,) = typed({k: v for k, v in SENT.items() if k != "start_time"} | {"pgn": pgn})
    assert row["start_time"] is None
    assert f"the {tag} tag is missing" in row["parse_error"]


def test_bughouse() -> None:
    """Bughouse has no PGN and says nothing of it; one that is sent is named."""
    without, with_pgn = (
        {**SENT, "rules": "bughouse", "uuid": uuid, "url": f"{SENT['url']}{uuid}", "pgn": pgn}
        for uuid, pgn in (("1", None), ("2", FOOLS_MATE_PGN))
    )
    assert [row["parse_error"] for row in typed(without)] == [None]
    assert "games of 'bughouse' cannot be replayed" in typed(with_pgn)[0]["parse_error"]
