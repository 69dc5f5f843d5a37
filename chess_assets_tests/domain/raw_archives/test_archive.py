"""A player's months over real HTTP: what is asked, what is not, and what is stored of it."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chess_assets.domain.freshness import Freshness
from chess_assets.domain.lake.outcomes import Action
from chess_assets.domain.lake.parquet_file import encode
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.sample import Fault, FixedHistories
from chess_assets_tests.domain.desk import Desk, actions, done, error_of
from chess_assets_tests.domain.raw_archives.conftest import (
    DECEMBER,
    FEBRUARY,
    MONTHS,
    NOVEMBER,
    NOW,
    OCTOBER,
)
from chess_assets_tests.made_games import USER, made_game

HOUR = timedelta(hours=1)


def test_first_run(any_desk: Desk) -> None:
    """The first run asks for the list and each listed month, one after another."""
    outcomes = any_desk.sync(MONTHS)

    assert actions(outcomes) == ["fetched", "fetched", "empty", "fetched", "fetched"]
    assert any_desk.asked() == ["archives", "2023-10", "2023-11", "2024-01", "2024-02"]
    assert any_desk.chess_com.max_in_flight <= 1
    assert [done(each).state.rows for each in outcomes] == [2, 2, 0, 2, 2]
    assert [done(each).new for each in outcomes] == [2, 2, 0, 2, 2]
    assert [done(each).freshness for each in outcomes] == [*["sealed"] * 4, "fresh"]


def test_second_run(any_desk: Desk) -> None:
    """The second run asks nothing, writes nothing, and knows every month."""
    any_desk.sync(MONTHS)
    any_desk.asked()
    before = any_desk.etags()

    outcomes = any_desk.sync(MONTHS)

    assert any_desk.asked() == []
    assert any_desk.etags() == before
    assert actions(outcomes) == ["kept"] * 5
    assert [done(each).state.rows for each in outcomes] == [2, 2, 0, 2, 2]


def test_open_month(desk: Desk, histories: FixedHistories) -> None:
    """The open month is asked for again after six hours, alone, and what is new is merged."""
    desk.sync(MONTHS)
    desk.asked()
    desk.clock.at = NOW + 6 * HOUR - timedelta(milliseconds=1)
    desk.sync(MONTHS)
    assert desk.asked() == []

    histories.by_player[USER][FEBRUARY].append(made_game(9, NOW + HOUR))
    desk.clock.at = NOW + 6 * HOUR
    outcomes = desk.sync(MONTHS)

    assert desk.asked() == ["2024-02"]
    assert actions(outcomes) == [*["kept"] * 4, "fetched"]
    assert (done(outcomes[-1]).new, len(desk.rows(FEBRUARY))) == (1, 3)


def test_empty_open_month(desk: Desk, histories: FixedHistories) -> None:
    """The open month is asked for though it is not listed: its first game may have just ended."""
    histories.by_player[USER][FEBRUARY].clear()

    assert actions(desk.sync([FEBRUARY])) == ["fetched"]
    assert desk.asked() == ["2024-02"]
    assert desk.rows(FEBRUARY) == {}
    assert actions(desk.sync([FEBRUARY])) == ["kept"]

    desk.clock.at += 6 * HOUR
    assert actions(desk.sync([FEBRUARY])) == ["unchanged"]
    assert desk.asked() == ["2024-02"]
    assert desk.chess_com.requests == []


def test_month_just_closed(desk: Desk) -> None:
    """A month is asked for a last time when it has been over for a day, and then never again."""
    asked = {}
    for hours in (-7, -1, 0, 5, 11, 23, 24, 30, 9999):
        desk.clock.at = FEBRUARY.end + hours * HOUR
        (outcome,) = desk.sync([FEBRUARY])
        asked[hours] = (len(desk.asked()), done(outcome).freshness)

    assert asked == {
        -7: (1, Freshness.FRESH),
        -1: (1, Freshness.FRESH),
        0: (0, Freshness.FRESH),
        5: (1, Freshness.FRESH),
        11: (1, Freshness.FRESH),
        23: (1, Freshness.FRESH),
        24: (0, Freshness.FRESH),
        30: (1, Freshness.SEALED),
        9999: (0, Freshness.SEALED),
    }


def test_unlisted_month(desk: Desk) -> None:
    """A closed month that is not listed becomes an empty, typed table for the price of the list."""
    (outcome,) = desk.sync([DECEMBER])

    assert desk.asked() == ["archives"]
    assert done(outcome).action is Action.EMPTY
    stored = desk.archive().table.read(DECEMBER)
    assert stored is not None
    assert stored[0].equals(RAW_PGN_ARCHIVES.empty())
    assert desk.facts(DECEMBER)["games_listed"] == "0"
    assert actions(desk.sync([DECEMBER])) == ["kept"]
    assert desk.asked() == []


def test_unlisted_until_settled(desk: Desk, histories: FixedHistories) -> None:
    """A month that is listed late is found, as long as it has not been over for a day."""
    late = made_game(9, FEBRUARY.start + HOUR)
    histories.by_player[USER][FEBRUARY].clear()
    desk.clock.at = FEBRUARY.end + HOUR
    assert actions(desk.sync([FEBRUARY])) == ["empty"]
    assert desk.asked() == ["archives"]

    histories.by_player[USER][FEBRUARY].append(late)
    desk.clock.at = FEBRUARY.end + 7 * HOUR
    assert actions(desk.sync([FEBRUARY])) == ["fetched"]
    assert desk.asked() == ["archives", "2024-02"]
    assert len(desk.rows(FEBRUARY)) == 1


def test_refresh(any_desk: Desk) -> None:
    """A refresh asks conditionally for each month; a 304 rewrites no data but counts, for good."""
    any_desk.sync(MONTHS)
    any_desk.asked()
    before = any_desk.etags()
    any_desk.clock.at = NOW + 240 * HOUR

    outcomes = any_desk.sync(MONTHS, is_refresh=True)

    requests = list(any_desk.chess_com.requests)
    assert any_desk.asked() == ["2023-10", "2023-11", "archives", "2024-01", "2024-02"]
    assert [r.status for r in requests if r.is_month_of()] == [304] * 4
    assert actions(outcomes) == ["unchanged"] * 5
    assert any_desk.etags() == before
    for month in MONTHS:
        assert any_desk.facts(month)["fetched_at"] == any_desk.clock.at.isoformat()
    assert actions(any_desk.sync(MONTHS)) == ["kept"] * 5
    assert any_desk.asked() == []


def test_refresh_without_index(desk: Desk) -> None:
    """Without the index a renewal is forgotten: one conditional request, and no data is lost."""
    desk.clock.at = FEBRUARY.end - HOUR
    desk.sync([FEBRUARY])
    desk.clock.at = FEBRUARY.end + 25 * HOUR
    desk.sync([FEBRUARY])
    desk.asked()
    (index,) = [info.key for info in desk.store.list("_index/")]
    Path(desk.store.uri_of(index)).unlink()

    assert actions(desk.sync([FEBRUARY])) == ["unchanged"]
    assert [request.status for request in desk.chess_com.requests] == [304]


def test_refresh_brings_changes(desk: Desk, histories: FixedHistories) -> None:
    """A refresh of a sealed month takes what chess.com reclassified."""
    desk.sync([OCTOBER])
    changed = {**histories.by_player[USER][OCTOBER][0], "eco": "https://x/openings/Other"}
    histories.by_player[USER][OCTOBER][0] = changed

    (outcome,) = desk.sync([OCTOBER], is_refresh=True)

    assert (done(outcome).action, done(outcome).new) == (Action.FETCHED, 0)
    assert json.loads(desk.rows(OCTOBER)[changed["uuid"]]["payload"])["eco"] == changed["eco"]


def test_same_games_other_bytes(desk: Desk, histories: FixedHistories) -> None:
    """An answer that only orders its games otherwise rewrites nothing, and its ETag is learnt."""
    desk.sync([OCTOBER])
    before = desk.etags()
    histories.by_player[USER][OCTOBER].reverse()

    assert actions(desk.sync([OCTOBER], is_refresh=True)) == ["unchanged"]
    assert desk.etags() == before
    desk.chess_com.recording.clear()
    desk.sync([OCTOBER], is_refresh=True)
    assert [request.status for request in desk.chess_com.requests] == [304]


def test_flicker(any_desk: Desk, histories: FixedHistories) -> None:
    """An answer loses a game, then all, then gives them back: no row is lost, `is_listed` tells."""
    served = list(histories.by_player[USER][OCTOBER])
    ids = [game["uuid"] for game in served]
    listed, seen = [], []
    for hours, games in enumerate((served, served[1:], [], served[:1], served)):
        histories.by_player[USER][OCTOBER][:] = games
        any_desk.clock.at = NOW + hours * HOUR
        (outcome,) = any_desk.sync([OCTOBER], is_refresh=True)
        rows = any_desk.rows(OCTOBER)
        assert list(rows) == ids
        assert done(outcome).state.rows == 2
        assert done(outcome).unlisted == 2 - len(games)
        assert {row["first_seen_at"] for row in rows.values()} == {NOW}
        listed.append([rows[game_id]["is_listed"] for game_id in ids])
        seen.append([(rows[game_id]["last_seen_at"] - NOW) // HOUR for game_id in ids])

    assert listed == [[True, True], [False, True], [False, False], [True, False], [True, True]]
    assert seen == [[0, 0], [0, 1], [0, 1], [3, 1], [4, 4]]
    assert any_desk.facts(OCTOBER)["games_listed"] == "2"


def test_unlisted_with_rows(desk: Desk, histories: FixedHistories) -> None:
    """A month with rows is asked for even when the list has forgotten it."""
    desk.sync([OCTOBER])
    histories.by_player[USER][OCTOBER].clear()
    desk.asked()

    (outcome,) = desk.sync([OCTOBER], is_refresh=True)

    assert desk.asked() == ["2023-10"]
    assert (done(outcome).state.rows, done(outcome).unlisted) == (2, 2)


def test_facts(desk: Desk, histories: FixedHistories) -> None:
    """A file says where its rows come from and when, and what was sent with them."""
    desk.clock.at = NOW.replace(microsecond=123_999)
    desk.sync([OCTOBER])
    games = histories.by_player[USER][OCTOBER]
    body = json.dumps({"games": games}, separators=(",", ":")).encode()

    facts = desk.facts(OCTOBER)

    assert facts == {
        "fetched_at": "2024-02-20T12:00:00+00:00",  # a Date has no fraction of a second
        "server_time": "2024-02-20T12:00:00+00:00",
        "source_url": f"{desk.chess_com.url}/player/{USER}/games/2023/10",
        "games_listed": "2",
        "contradictions": "0",
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "etag": f'W/"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"',
        "last_modified": facts["last_modified"],
        "content_version": facts["content_version"],
        "table": "raw_pgn_archives",
        "user": USER,
        "month": "2023-10",
    }
    assert facts["last_modified"].endswith("GMT+0000")


def test_deleted_object(desk: Desk) -> None:
    """The store is the truth: a month whose object was deleted is fetched again."""
    desk.sync(MONTHS)
    desk.asked()
    Path(desk.store.uri_of(desk.path(NOVEMBER))).unlink()

    assert actions(desk.sync(MONTHS)) == ["kept", "fetched", "kept", "kept", "kept"]
    assert desk.asked() == ["archives", "2023-11"]


@pytest.mark.parametrize("fetched_at", ["", "yesterday", "2024-02-20T12:00:00", "2024-02-20", None])
def test_strange_time(desk: Desk, fetched_at: str | None) -> None:
    """A file that does not say when it was fetched is fetched again, and its games stay."""
    desk.sync([OCTOBER])
    stored = desk.archive().table.read(OCTOBER)
    before = desk.store.head(desk.path(OCTOBER))
    assert stored is not None
    assert before is not None
    facts = {} if fetched_at is None else {"fetched_at": fetched_at}
    desk.store.put(desk.path(OCTOBER), encode(stored[0], facts), if_match=before.etag)
    desk.asked()

    assert desk.archive().freshness(OCTOBER) is Freshness.MISSING
    assert actions(desk.sync([OCTOBER])) == ["fetched"]
    assert desk.asked() == ["2023-10"]
    assert len(desk.rows(OCTOBER)) == 2
    assert desk.archive().freshness(OCTOBER) is Freshness.SEALED


def test_wrong_clock(desk: Desk, histories: FixedHistories) -> None:
    """A month that was fetched in the future is fetched again when the clock is right.

    Where chess.com's Date does not say so at once, that is.
    """
    desk.chess_com.faults.add(Fault("/games/", headers={"Date": ""}, times=2))
    desk.clock.at = NOW + 24 * 365 * HOUR
    desk.sync([FEBRUARY])
    desk.clock.at = NOW
    histories.by_player[USER][FEBRUARY].append(made_game(9, NOW - HOUR))

    assert desk.archive().freshness(FEBRUARY) is Freshness.STALE
    desk.sync([FEBRUARY])

    assert [row["is_listed"] for row in desk.rows(FEBRUARY).values()] == [True] * 3
    assert desk.facts(FEBRUARY)["fetched_at"] == NOW.isoformat()
    assert desk.archive().freshness(FEBRUARY) is Freshness.FRESH


@pytest.mark.parametrize("body", [b"nonsense", b"", encode(RAW_PGN_ARCHIVES.empty(), {})[:-5]])
def test_unreadable_month(desk: Desk, body: bytes) -> None:
    """A month that cannot be read fails by its name and is not asked for; the others go on."""
    desk.store.put(desk.path(NOVEMBER), body, if_match=None)

    outcomes = desk.sync(MONTHS)

    assert actions(outcomes) == ["fetched", "UnreadableFile", "empty", "fetched", "fetched"]
    assert "2023-11" not in desk.asked()
    assert str(error_of(outcomes[1])).startswith(desk.store.uri_of(desk.path(NOVEMBER)))
    stored = desk.store.get(desk.path(NOVEMBER))
    assert stored is not None
    assert stored.body == body


def test_file_of_another_table(desk: Desk) -> None:
    """A Parquet file that is not of this table fails its month only, and is not overwritten."""
    games = RAW_PGN_ARCHIVES.empty().select(["game_id"])
    etag = desk.store.put(desk.path(NOVEMBER), encode(games, {}), if_match=None)

    outcomes = desk.sync(MONTHS)

    assert actions(outcomes) == ["fetched", "UnreadableFile", "empty", "fetched", "fetched"]
    info = desk.store.head(desk.path(NOVEMBER))
    assert info is not None
    assert info.etag == etag


ODD_ANSWER: list[Any] = [None, 7, "x", [], {}, {"uuid": 5, "pgn": 6}, {"end_time": "soon"}]


def test_odd_games(any_desk: Desk) -> None:
    """Entries of any shape are stored, each a row, and stay when they vanish."""
    body = json.dumps({"games": ODD_ANSWER})
    any_desk.chess_com.faults.add(Fault(r"/2023/10$", body=body))
    assert actions(any_desk.sync([OCTOBER])) == ["fetched"]
    payloads = [json.loads(row["payload"]) for row in any_desk.rows(OCTOBER).values()]
    assert sorted(map(str, payloads)) == sorted(map(str, ODD_ANSWER))

    assert actions(any_desk.sync([OCTOBER], is_refresh=True)) == ["fetched"]
    rows = any_desk.rows(OCTOBER).values()
    assert sum(row["is_listed"] for row in rows) == 2
    assert len(rows) == len(ODD_ANSWER) + 2
