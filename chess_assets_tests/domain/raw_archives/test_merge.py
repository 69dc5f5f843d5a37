"""A new answer merged into the stored month: what it adds, what it renews, what it may not do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.raw_archives.merge import (
    Merged,
    content_version_of,
    merge_answer,
    merge_late_answer,
)
from chess_assets.domain.raw_archives.rows import raw_games
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES

FIRST = datetime(2024, 1, 10, 12, tzinfo=UTC)
SECOND = FIRST + timedelta(hours=7)
THIRD = SECOND + timedelta(hours=7)
LINK = "https://www.chess.com/game/live/"


def game(number: int, text: str = "1. e4 1-0", **members: Any) -> dict[str, Any]:
    """Return a game with a uuid; a member given as ... is left out."""
    plain = {
        "uuid": f"u-{number}",
        "url": f"{LINK}{number}",
        "end_time": 1_704_900_000 + number,
        "pgn": text,
    }
    return {name: value for name, value in (plain | members).items() if value is not ...}


def answered(
    before: Merged | None, games: list[Any], at: datetime, last: datetime | None
) -> Merged:
    """Merge an answer as the archive does."""
    table = before.table if before is not None else None
    return merge_answer(table, raw_games(games), fetched_at=at, last_fetched_at=last)


def rows(merged: Merged) -> dict[str, dict[str, Any]]:
    """Return the rows by their identity."""
    found = {row["game_id"]: row for row in merged.table.to_pylist()}
    assert len(found) == merged.table.num_rows
    return found


def test_first_answer() -> None:
    """All games of the first answer are new, listed, and seen at its time."""
    merged = answered(None, [game(2), game(1)], FIRST, None)

    assert merged.table.schema.equals(RAW_PGN_ARCHIVES.columns)
    assert (merged.new, merged.unlisted) == (2, 0)
    assert merged.table["game_id"].to_pylist() == ["u-1", "u-2"]
    for row in rows(merged).values():
        assert (row["first_seen_at"], row["last_seen_at"], row["is_listed"]) == (FIRST, FIRST, True)


def test_no_games() -> None:
    """An answer without games is an empty, typed table."""
    merged = answered(None, [], FIRST, None)

    assert merged.table.equals(RAW_PGN_ARCHIVES.empty())
    assert (merged.new, merged.unlisted) == (0, 0)


def test_same_answer() -> None:
    """The same answer again changes nothing that the content version speaks of."""
    before = answered(None, [game(1)], FIRST, None)

    after = answered(before, [game(1)], SECOND, FIRST)

    assert (after.new, after.unlisted) == (0, 0)
    assert after.content_version == before.content_version
    assert rows(after)["u-1"]["first_seen_at"] == FIRST
    assert rows(after)["u-1"]["last_seen_at"] == SECOND


def test_grown_answer() -> None:
    """A game that came since is new, and seen first when it came."""
    before = answered(None, [game(1)], FIRST, None)

    after = answered(before, [game(1), game(2)], SECOND, FIRST)

    assert after.new == 1
    assert rows(after)["u-1"]["first_seen_at"] == FIRST
    assert rows(after)["u-2"]["first_seen_at"] == SECOND
    assert after.content_version != before.content_version


def test_changed_game() -> None:
    """A game that came back changed takes its newest text, and was first seen when it was."""
    before = answered(None, [game(1, "1. e4 *")], FIRST, None)

    after = answered(before, [game(1, "1. e4 1-0", accuracies={"white": 90})], SECOND, FIRST)

    row = rows(after)["u-1"]
    assert (row["pgn"], row["first_seen_at"], after.new) == ("1. e4 1-0", FIRST, 0)
    assert "accuracies" in row["payload"]
    assert after.content_version != before.content_version


def test_lost_game() -> None:
    """A game that is no longer sent stays, unlisted, last seen when it was last listed."""
    before = answered(None, [game(1), game(2)], FIRST, None)

    after = answered(before, [game(2)], THIRD, SECOND)

    assert after.unlisted == 1
    lost = rows(after)["u-1"]
    assert (lost["is_listed"], lost["pgn"]) == (False, "1. e4 1-0")
    assert (lost["first_seen_at"], lost["last_seen_at"]) == (FIRST, SECOND)
    assert after.content_version != before.content_version


def test_still_lost() -> None:
    """A game that stays away was last seen when it last was, however often is asked."""
    before = answered(None, [game(1)], FIRST, None)
    lost = answered(before, [], SECOND, FIRST)

    still = answered(lost, [], THIRD, SECOND)

    assert rows(still)["u-1"]["last_seen_at"] == FIRST
    assert still.content_version == lost.content_version


def test_all_lost_and_given_back() -> None:
    """All games vanish and come back: no row is lost, and the content is what it was."""
    games = [game(1), game(2), game(3)]
    whole = answered(None, games, FIRST, None)
    empty = answered(whole, [], SECOND, FIRST)

    back = answered(empty, games, THIRD, SECOND)

    assert (empty.unlisted, empty.table.num_rows) == (3, 3)
    assert (back.unlisted, back.new, back.table.num_rows) == (0, 0, 3)
    assert back.content_version == whole.content_version
    assert rows(back)["u-1"]["first_seen_at"] == FIRST


@pytest.mark.parametrize(
    "url", [f"{LINK}1", f"{LINK}1?username=x", "https://www.chess.com/live/game/1"]
)
def test_uuid_gained(url: str) -> None:
    """A game that gains its uuid keeps its row, and is called by the uuid from then on."""
    before = answered(None, [game(1, uuid=...)], FIRST, None)
    assert list(rows(before)) == ["1"]

    after = answered(before, [game(1, "1. d4 1-0", url=url)], SECOND, FIRST)

    assert list(rows(after)) == ["u-1"]
    row = rows(after)["u-1"]
    assert (row["first_seen_at"], row["pgn"], after.new) == (FIRST, "1. d4 1-0", 0)


def test_uuid_lost() -> None:
    """A game that loses its uuid keeps its row and the uuid it once had."""
    before = answered(None, [game(1)], FIRST, None)

    after = answered(before, [game(1, "1. d4 1-0", uuid=...)], SECOND, FIRST)

    assert list(rows(after)) == ["u-1"]
    assert (rows(after)["u-1"]["pgn"], after.new) == ("1. d4 1-0", 0)


def test_url_without_number() -> None:
    """A game whose URL lost its number is known by its uuid, or by the PGN's Link."""
    link = f'[Link "{LINK}1"]\n\n1. e4 1-0'
    before = answered(None, [game(1), game(2, uuid=...)], FIRST, None)
    url = "https://www.chess.com/game/some-uuid"

    after = answered(
        before, [game(1, url=url), game(2, link.replace("/1", "/2"), url=url)], SECOND, FIRST
    )

    assert set(rows(after)) == {"u-1", "u-2"}
    assert after.new == 0


DAILY = "https://www.chess.com/game/daily/1"
OLD_DAILY = "https://www.chess.com/daily/game/1"


@pytest.mark.parametrize("live_uuid", ["u-1", ...])
@pytest.mark.parametrize("daily_uuid", ["u-daily", ...])
@pytest.mark.parametrize("is_daily_first", [False, True])
def test_same_number(live_uuid: Any, daily_uuid: Any, *, is_daily_first: bool) -> None:
    """A live and a daily game of one number are two games, with uuids or without, for ever."""
    live, daily = game(1, uuid=live_uuid), game(1, uuid=daily_uuid, url=DAILY)
    games = [daily, live] if is_daily_first else [live, daily]
    expected = {
        "1" if live_uuid is ... else live_uuid,
        "daily/1" if daily_uuid is ... else daily_uuid,
    }
    before = answered(None, games, FIRST, None)

    after = answered(before, games[::-1], SECOND, FIRST)
    alone = answered(answered(None, games[:1], FIRST, None), games[1:], SECOND, FIRST)

    for merged in (before, after, alone):
        assert set(rows(merged)) == expected
        assert merged.contradictions == ()
    assert after.content_version == before.content_version
    assert (alone.new, alone.unlisted) == (1, 1)


def test_uuid_changed() -> None:
    """A game whose uuid changes is one game, with the identity that it was stored by."""
    before = answered(None, [game(1)], FIRST, None)

    after = answered(before, [game(1, "newer", uuid="u-other")], SECOND, FIRST)
    back = answered(after, [game(1, "newest", uuid="u-other", url=...)], THIRD, SECOND)

    for merged, text in ((after, "newer"), (back, "newest")):
        assert list(rows(merged)) == ["u-1"]
        row = rows(merged)["u-1"]
        assert (row["pgn"], row["first_seen_at"], row["is_listed"]) == (text, FIRST, True)
        assert (merged.new, merged.contradictions) == (0, ())


def test_doubled_before() -> None:
    """A game that was stored twice, because its uuid had changed, becomes one row again."""
    one, other = (
        answered(None, [game(1, uuid=uuid)], at, None).table
        for uuid, at in (("u-1", FIRST), ("u-2", SECOND))
    )
    is_listed = RAW_PGN_ARCHIVES.columns.field("is_listed")
    stored = pa.concat_tables([one.set_column(7, is_listed, pa.array([False])), other])

    for games in ([game(1, uuid="u-2")], []):
        merged = merge_answer(
            stored,
            raw_games(games),
            fetched_at=THIRD,
            last_fetched_at=SECOND,
        )
        assert list(rows(merged)) == ["u-2"]
        assert rows(merged)["u-2"]["first_seen_at"] == FIRST
        assert (merged.new, merged.contradictions) == (0, ())


def renamed(merged: Merged, **game_ids: str) -> Merged:
    """Return rows as another version had called them."""
    ids = [game_ids.get(game_id, game_id) for game_id in merged.table["game_id"].to_pylist()]
    table = merged.table.set_column(0, RAW_PGN_ARCHIVES.columns.field(0), pa.array(ids))
    return replace(merged, table=table, content_version=content_version_of(table))


def test_lake_of_numbers() -> None:
    """Rows that are called by plain numbers, daily ones too, stay so and are not doubled."""
    games = [game(1, uuid=..., url=OLD_DAILY), game(2, uuid=...)]
    before = renamed(answered(None, games, FIRST, None), **{"daily/1": "1"})
    assert set(rows(before)) == {"1", "2"}

    same = answered(before, games, SECOND, FIRST)
    grown = answered(before, [*games, game(1, uuid=...)], SECOND, FIRST)

    assert same.content_version == before.content_version
    assert set(rows(grown)) == {"1", "2", "live/1"}
    assert rows(grown)["1"]["url"] == OLD_DAILY
    assert (grown.new, grown.unlisted) == (1, 0)


@pytest.mark.parametrize(
    ("stored", "sent"),
    [
        ([game(1, uuid="x")], [game(2, uuid="x")]),
        ([game(1, uuid="x")], [game(1, uuid="x", url=DAILY)]),
        ([], [game(1, uuid="x"), game(2, uuid="x")]),
        ([game(1, uuid="x"), game(2, uuid="y")], [game(2, uuid="x")]),
        ([game(1, uuid="x", url=...), game(2, uuid="y")], [game(2, "new", uuid="x")]),
    ],
)
def test_contradiction(stored: list[Any], sent: list[Any]) -> None:
    """Rows that contradict each other are both kept, and named as long as both are stored."""
    before = answered(None, stored, FIRST, None)

    after = answered(before, sent, SECOND, FIRST)
    again = answered(after, sent, THIRD, SECOND)

    for merged in (after, again):
        assert merged.table.num_rows == 2
        assert len(rows(merged)) == 2
        assert len(merged.contradictions) == 1
        assert merged.contradictions[0].startswith("x names ")
    assert {row["url"] for row in rows(after).values()} >= {each["url"] for each in sent}
    assert again.content_version == after.content_version
    assert before.contradictions == ()


@pytest.mark.parametrize("stored", [[], [game(1)], [game(1), game(1, uuid="u-b")]])
@pytest.mark.parametrize("is_turned", [False, True])
def test_two_uuids_in_one_answer(stored: list[Any], *, is_turned: bool) -> None:
    """Games that one answer has with one number and two uuids are two, named, and stay two."""
    sent = [game(1, "one"), game(1, "other", uuid="u-b")]
    before = answered(None, stored, FIRST, None)

    after = answered(before, sent[::-1] if is_turned else sent, SECOND, FIRST)
    one = answered(after, sent[1:], THIRD, SECOND)
    none = answered(one, [], THIRD + timedelta(hours=7), THIRD)
    again = answered(none, sent, THIRD + timedelta(hours=14), THIRD)

    for merged in (after, one, none, again):
        assert {i: row["pgn"] for i, row in rows(merged).items()} == {"u-1": "one", "u-b": "other"}
        assert len(merged.contradictions) == 1
    assert [merged.unlisted for merged in (after, one, none, again)] == [0, 1, 2, 0]


def test_late_contradiction() -> None:
    """A late answer that contradicts what is stored takes nothing's place either."""
    stored = answered(None, [game(1, uuid="x")], SECOND, None)

    late = merge_late_answer(stored.table, raw_games([game(2, uuid="x")]), fetched_at=FIRST)

    assert {row["url"] for row in rows(late).values()} == {f"{LINK}1", f"{LINK}2"}
    assert late.contradictions == ("x names live/1 and live/2",)


def test_both_identities() -> None:
    """A game that one answer has twice, with and without its uuid, is one row, either order."""
    twice = [game(1, "with"), game(1, "without", uuid=...)]
    for stored in (None, [game(1)], [game(1, uuid=...)]):
        for games in (twice, twice[::-1]):
            before = answered(None, stored, FIRST, None) if stored is not None else None

            after = answered(before, games, SECOND, FIRST)

            assert list(rows(after)) == ["u-1"], (stored, games)


def test_no_objects() -> None:
    """Entries that are no games are rows too, and stay when they vanish."""
    before = answered(None, [None, 7, "x", [], game(1)], FIRST, None)
    assert before.table.num_rows == 5

    after = answered(before, [game(1), "x"], SECOND, FIRST)

    assert (after.table.num_rows, after.unlisted, after.new) == (5, 3, 0)


@given(st.permutations(range(6)), st.lists(st.integers(0, 5), max_size=6))
def test_order(order: list[int], stored: list[int]) -> None:
    """Neither rows nor content version depend on the order of an answer."""
    before = answered(None, [game(n, "old") for n in set(stored)], FIRST, None)
    games = [game(n, end_time=1_704_900_000 + n // 3) for n in range(6)]

    plain = answered(before, games, SECOND, FIRST)
    shuffled = answered(before, [games[n] for n in order], SECOND, FIRST)

    assert shuffled.table.equals(plain.table)
    assert shuffled.content_version == plain.content_version


TEXTS = st.sampled_from(["", "a", "b", "ab", "\x00", "1:a"])
CONTENTS = st.lists(
    st.tuples(TEXTS, TEXTS, st.none() | TEXTS, st.booleans()), max_size=3, unique_by=lambda c: c[0]
)


def table_of(contents: list[tuple[str, str, str | None, bool]], seen_at: datetime) -> pa.Table:
    """Return rows with these contents."""
    return pa.Table.from_pylist(
        [
            {
                "game_id": game_id,
                "payload": payload,
                "pgn": pgn,
                "is_listed": is_listed,
                "first_seen_at": seen_at,
                "last_seen_at": seen_at,
            }
            for game_id, payload, pgn, is_listed in contents
        ],
        schema=RAW_PGN_ARCHIVES.columns,
    )


@given(CONTENTS, CONTENTS)
def test_content_version(one: Any, other: Any) -> None:
    """Two tables have one content version exactly when their rows say the same."""
    versions = content_version_of(table_of(one, FIRST)), content_version_of(table_of(other, SECOND))

    assert (versions[0] == versions[1]) == (one == other)


def test_late_answer() -> None:
    """Of an answer older than what is stored only the games that are lacking are taken."""
    stored = answered(None, [game(1, "newest"), game(2)], SECOND, None)

    late = merge_late_answer(
        stored.table, raw_games([game(1, "older"), game(3), game(2, uuid=...)]), fetched_at=FIRST
    )

    found = rows(late)
    assert set(found) == {"u-1", "u-2", "u-3"}
    assert found["u-1"] == rows(stored)["u-1"]
    assert found["u-2"] == rows(stored)["u-2"]
    assert (found["u-3"]["is_listed"], found["u-3"]["last_seen_at"]) == (False, FIRST)
    assert (late.new, late.unlisted) == (1, 1)


def test_late_and_newest() -> None:
    """A game that the newer answer left out takes its text from a late answer that had it."""
    seen = answered(None, [game(1, "oldest")], FIRST, None)
    stored = answered(seen, [], THIRD, FIRST)

    late = merge_late_answer(stored.table, raw_games([game(1, "newest")]), fetched_at=SECOND)

    assert rows(late)["u-1"]["pgn"] == "newest"
    assert (rows(late)["u-1"]["is_listed"], rows(late)["u-1"]["last_seen_at"]) == (False, SECOND)
    assert (late.new, late.unlisted) == (0, 1)


def test_late_and_empty() -> None:
    """A late answer without games changes nothing."""
    stored = answered(None, [game(1)], SECOND, None)

    late = merge_late_answer(stored.table, [], fetched_at=FIRST)

    assert late.table.equals(stored.table)
    assert late.content_version == stored.content_version
