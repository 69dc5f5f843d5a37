"""The entrance: one row a raw row, the declared schema, hostile rows that stay rows, both ways."""

import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.faults import MAX_SENTENCE_CHARS
from chess_assets.domain.games.one_by_one import typed_one_by_one
from chess_assets.domain.games.parsed_games import parse_games
from chess_assets.domain.schemas.columns import TIMESTAMP
from chess_assets.domain.schemas.games import GAMES
from chess_assets.domain.schemas.raw_pgn_archives import RAW_PGN_ARCHIVES
from chess_assets_tests.domain.games.raw_games import (
    FOOLS_MATE,
    FOOLS_MATE_PGN,
    changed,
    raw_table,
)

GOOD = (changed(), FOOLS_MATE_PGN)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
game_members = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        (
            "rules", "time_class", "time_control", "rated", "start_time", "eco", "fen",
            "initial_setup", "white", "black", "accuracies", "tournament", "match",
        ),
        any_json,
    )
    | {"white": st.fixed_dictionaries({"rating": any_json, "username": any_json})},
)  # fmt: skip
storable = st.text(st.characters(codec="utf-8"))
PIECES = '1. |e4 |e5 |Nf3 |O-O |P@e5 |{|}|(|)|$9|;|[%clk |0:01:00]|[FEN "|"]|\n|1-0|*|--|\0|%'
movetext_pieces = st.lists(st.sampled_from(PIECES.split("|"))).map("".join)


def games_from_raw(raw: pa.Table) -> pa.Table:
    """The typed games, which must be the same whichever way they are typed."""
    one_by_one = typed_one_by_one(raw)
    parsed = parse_games(raw, replayed_share=1.0)
    assert parsed.table.equals(one_by_one, check_metadata=True)
    assert parsed.is_replay_agreed
    return parsed.table


def error_of(payload: str, pgn: str | None = FOOLS_MATE_PGN) -> str:
    """The parse_error of a game between two good ones, which must stay whole."""
    games = games_from_raw(raw_table([GOOD, (payload, pgn), GOOD]))
    assert games.schema.equals(GAMES, check_metadata=True)
    before, error, after = games["parse_error"].to_pylist()
    assert (before, after) == (None, None)
    assert isinstance(error, str)
    return error


def test_one_game() -> None:
    """A game's row holds what payload, PGN and raw row say, each in its column's type."""
    (row,) = games_from_raw(raw_table([GOOD])).to_pylist()
    assert row == {
        "game_id": "0000",
        "url": "https://www.chess.com/game/live/0000",
        "rules": "chess",
        "time_class": "blitz",
        "time_control": "180+2",
        "base_s": 180,
        "increment_s": 2,
        "is_rated": True,
        "start_time": datetime(2022, 5, 1, 10, 11, 12, tzinfo=UTC),
        "end_time": datetime.fromtimestamp(1_651_400_000, UTC),
        "white": "Ada",
        "black": "Ben_2",
        "white_uuid": "a-1",
        "black_uuid": "b-2",
        "white_rating": 900,
        "black_rating": 1500,
        "white_result": "checkmated",
        "black_result": "win",
        "result": "0-1",
        "termination": "Ben_2 won by checkmate",
        "eco": "A00",
        "opening": "Barnes Opening",
        "eco_url": "https://www.chess.com/openings/Barnes-Opening-1...e5",
        "white_accuracy": 3.0,
        "black_accuracy": 99.5,
        "plies": 4,
        "moves_san": ["f3", "e5", "g4", "Qh4#"],
        "moves_uci": ["f2f3", "e7e5", "g2g4", "d8h4"],
        "clocks_ms": [179_900, 178_000, 177_100, 176_000],
        "initial_fen": "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1",
        "final_fen": "rnb1kbnr/pppp1ppp/8/4p3/6Pq/5P2/PPPPP2P/RNBQKBNR w KQkq -",
        "tournament": None,
        "match": None,
        "is_listed": True,
        "parse_error": None,
    }


def test_empty_month() -> None:
    """A raw table without rows gives an empty table of the declared schema."""
    games = games_from_raw(RAW_PGN_ARCHIVES.empty_table())
    assert games.num_rows == 0
    assert games.schema.equals(GAMES, check_metadata=True)


def test_order() -> None:
    """Rows come in the order of (end_time, game_id), whatever the raw table's order."""
    raw = raw_table([GOOD] * 4)
    ends = [datetime(2022, 5, day, tzinfo=UTC) for day in (2, 1, 2, 1)]
    ties = raw.set_column(
        raw.column_names.index("end_time"),
        RAW_PGN_ARCHIVES.field("end_time"),
        pa.array(ends, TIMESTAMP),
    )
    games = games_from_raw(ties.take([3, 2, 1, 0]))
    assert games["game_id"].to_pylist() == ["0001", "0003", "0000", "0002"]


def test_is_listed_passes() -> None:
    """A game that chess.com no longer lists is typed like any other, and says so."""
    raw = raw_table([GOOD])
    at = raw.column_names.index("is_listed")
    gone = raw.set_column(at, RAW_PGN_ARCHIVES.field("is_listed"), pa.array([False]))
    (row,) = games_from_raw(gone).to_pylist()
    assert row["is_listed"] is False
    assert row["plies"] == 4


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"white": ...}, "white is missing"),
        ({"black": "Ben"}, "black is 'Ben' instead of an object"),
        ({"white": {"rating": 1500.5, "result": "win", "username": "Ada"}}, "rating is 1500.5"),
        ({"white": {"rating": True, "result": "win", "username": "Ada"}}, "white.rating is True"),
        ({"white": {"rating": 2**31, "result": "win", "username": "Ada"}}, "of 32 bits"),
        ({"white": {"rating": 10**30, "result": "win", "username": "Ada"}}, "of 32 bits"),
        ({"white": {"rating": 1, "result": "win", "username": "A" * 101}}, "has 101 characters"),
        ({"rated": 1}, "rated is 1 instead of true or false"),
        ({"rules": None}, "rules is missing"),
        ({"time_class": -(10**30)}, "time_class is -1000"),
        ({"pgn": 1e308}, "pgn is 1e+308 instead of a text"),
        ({"pgn": ["1. e4"]}, "pgn is a list instead of a text"),
        ({"time_control": "soon"}, "time_control 'soon'"),
        ({"start_time": 10**18}, "seconds since 1970"),
        ({"accuracies": {"white": float("nan")}}, "accuracies.white is nan"),
        ({"accuracies": {"white": float("inf")}}, "accuracies.white is inf"),
        ({"eco": "x" * 2_001}, "eco has 2,001 characters"),
        ({"eco": "https://example.com"}, "is not the address of an opening"),
        ({"fen": "a b c d"}, "is not a FEN"),
        ({"fen": "8/8/8/8/8/8/8/8 w - -"}, "do not lead to the final position"),
        ({"rules": "atomic"}, "'atomic' cannot be replayed"),
    ],
)
def test_bad_members(members: dict[str, object], reason: str) -> None:
    """A member that does not fit is named in parse_error."""
    assert reason in error_of(changed(**members))


def test_rest_is_typed() -> None:
    """One bad member leaves only its own cells null."""
    bad = changed(white={"rating": 1500.5, "result": "checkmated", "username": "Ada"})
    (row,) = games_from_raw(raw_table([(bad, FOOLS_MATE_PGN)])).to_pylist()
    assert row["white_rating"] is None
    assert (row["white"], row["result"], row["plies"]) == ("Ada", "0-1", 4)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("", "broken"),
        ("{", "broken"),
        ("[]", "a list instead of an object"),
        ("null", "None instead of an object"),
        ("[" * 100_000, "too deeply"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "too deeply"),
    ],
)
def test_bad_payload(payload: str, reason: str) -> None:
    """A payload that is no JSON object costs its columns; the PGN's are still there."""
    assert reason in error_of(payload)
    (row,) = games_from_raw(raw_table([(payload, FOOLS_MATE_PGN)])).to_pylist()
    assert (row["eco"], row["plies"], row["white"]) == ("A00", 4, None)


def test_int_of_thousands_of_digits() -> None:
    """An integer that Python refuses to read costs its own cell, not the object."""
    payload = changed().replace('"rating": 900', f'"rating": {"9" * 6_000}')
    assert "white.rating" in error_of(payload)


def test_unstorable_text() -> None:
    """Lone surrogates and control characters are stored as escapes."""
    white = {"rating": 1, "result": "checkmated", "username": "\ud800A\x00\u202e"}
    (row,) = games_from_raw(raw_table([(changed(white=white), FOOLS_MATE_PGN)])).to_pylist()
    assert row["white"] == r"\ud800A\x00" + "\u202e"
    assert row["parse_error"] is None


@pytest.mark.parametrize(
    ("pgn", "reason"),
    [
        ("", "do not end with a result"),
        ("1. e4 e5", "do not end with a result"),
        ("1. e5 1-0", "ply 1, 'e5', is not a legal move"),
        ("1. -- 1-0", "'-- 1-0' where a move should be"),
        (FOOLS_MATE_PGN + "\n" + FOOLS_MATE_PGN, "goes on with"),
        ('[FEN "8/8"]\n\n1-0', "the FEN tag '8/8' is not a FEN"),
        ("1. f3 (" + "(" * 100_000 + " 0-1", "never closes a variation"),
        ("1. f3 {" + "x" * 2**20 + "} 0-1", "more than 262,144"),
        ('[ECO "Z99"]\n\n1-0', "Z99"),
        ('[UTCDate "yesterday"]\n[UTCTime "noon"]\n\n1-0', "not a time"),
    ],
)
def test_bad_pgn(pgn: str, reason: str) -> None:
    """A PGN that cannot be played through says why; the payload's columns are still there."""
    assert reason in error_of(changed(), pgn)
    (row,) = games_from_raw(raw_table([(changed(), pgn)])).to_pylist()
    assert (row["white"], row["black_rating"], row["result"]) == ("Ada", 1500, "0-1")


def test_illegal_move_costs_only_moves() -> None:
    """An illegal move leaves no half a game behind: all move columns are null, the tags stay."""
    pgn = FOOLS_MATE_PGN.replace("Qh4#", "Qh3#")
    (row,) = games_from_raw(raw_table([(changed(), pgn)])).to_pylist()
    assert {row[name] for name in ("plies", "moves_san", "moves_uci", "clocks_ms")} == {None}
    assert row["termination"] == "Ben_2 won by checkmate"
    assert "ply 4, 'Qh3#', is not a legal move" in row["parse_error"]


def test_error_is_short_and_printable() -> None:
    """However bad and long the game's data, parse_error is a few short, printable reasons."""
    members = [name for name in FOOLS_MATE if name not in {"tcn", "uuid"}]
    bad = json.dumps(dict.fromkeys(members, "\x07\n\u202e" * 999))
    error = error_of(bad, '[ECO ""]\n[FEN ""]\n[UTCDate ""]\n[CurrentPosition ""]\n')
    assert len(error) <= MAX_SENTENCE_CHARS // 2
    assert error.endswith(".")
    assert not error.endswith("...")
    assert [name for name in members if name not in error] == []
    assert error.isascii()
    assert error.isprintable()


@given(payload=any_json.map(json.dumps) | game_members.map(json.dumps) | storable)
@settings(max_examples=150, deadline=None)
def test_any_payload_keeps_its_row(payload: str) -> None:
    """Whatever the payload is, its row is there, and its neighbours are whole."""
    games = games_from_raw(raw_table([GOOD, (payload, FOOLS_MATE_PGN), (payload, None), GOOD]))
    assert games["game_id"].to_pylist() == ["0000", "0001", "0002", "0003"]
    assert games["plies"].to_pylist()[::3] == [4, 4]


@given(pgn=storable | movetext_pieces)
@settings(max_examples=150, deadline=None)
def test_any_pgn_keeps_its_row(pgn: str) -> None:
    """Whatever the PGN is, its row keeps what the payload says, and its neighbours are whole."""
    games = games_from_raw(raw_table([GOOD, (changed(), pgn), GOOD]))
    assert games["white"].to_pylist() == ["Ada"] * 3
    assert games["parse_error"].to_pylist()[::2] == [None, None]
