"""Games that several months list: in what spans months each is there once, the copy that counts."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chess_assets.domain.checks.check import Stored, verdict
from chess_assets.domain.checks.every_check import CHECKS
from chess_assets.domain.lake.outcomes import Done
from chess_assets.domain.lake.partition_file import player_file
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.player_tables.moved_games import LastSeen, MovedGames, names_of_rows
from chess_assets.domain.schemas.tables import GAMES, PLAYER_GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore, Store
from chess_assets_tests.domain.player_lake import update_player_games
from chess_assets_tests.domain.player_tables.game_rows import USER, games_table, store_games
from chess_assets_tests.domain.raw_rows import raw_row, raw_table

APRIL, MAY, JUNE = Month(2022, 4), Month(2022, 5), Month(2022, 6)
FIRST = datetime(2022, 7, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIVE_7, OLD_LIVE_7, DAILY_7 = (
    f"https://www.chess.com/{tail}" for tail in ("game/live/7", "live/game/7", "game/daily/7")
)
UUID = "5e0f1d2c-0000-11ec-8000-000000000001"


def copy(game_id: str = "u", *, is_listed: bool = True, **members: Any) -> dict[str, Any]:
    """Return a copy of a game in `games`."""
    return {"game_id": game_id, "is_listed": is_listed, **members}


def store_raw(store: Store, month: Month, fetched_at: datetime, **last_seen_at: datetime) -> None:
    """Store a raw month that was fetched then, and when its games were last seen."""
    table = PlayerTable(store, RAW_PGN_ARCHIVES, USER)
    rows = (raw_row(game_id, last_seen_at=at) for game_id, at in last_seen_at.items())
    table.write(month, raw_table(*rows), {"fetched_at": fetched_at.isoformat()}, replacing=None)
    table.save_index()


def update(store: Store) -> Done:
    """Bring the file up to date as a run of its own."""
    return update_player_games(store, USER)


def counted(store: Store, months: Mapping[Month, list[dict[str, Any]]]) -> list[str]:
    """Store months of games, and return the months whose rows `player_games` has, in order."""
    for month, games in months.items():
        store_games(store, month, *({**game, "black": str(month)} for game in games))
    state = update(store).state
    stored = Stored(USER, state.rows, state.facts)
    complete = next(c for c in CHECKS["player_games"] if c.name == "every_game_is_there")
    assert verdict(complete, [stored]).is_good
    return opponents(store)


def opponents(store: Store) -> list[str]:
    """Return the opponent column of the file, read anew."""
    read = player_file(store, PLAYER_GAMES, USER).read(["opponent"])
    assert read is not None
    names: list[str] = read[0]["opponent"].to_pylist()
    return names


@pytest.mark.parametrize(
    ("copies", "counts"),
    [
        ({MAY: copy(is_listed=False), JUNE: copy()}, JUNE),
        ({MAY: copy(), JUNE: copy(is_listed=False)}, MAY),
        ({MAY: copy(), JUNE: copy()}, JUNE),
        ({MAY: copy(is_listed=False), JUNE: copy(is_listed=False)}, JUNE),
        ({APRIL: copy(), MAY: copy(is_listed=False), JUNE: copy(is_listed=False)}, APRIL),
        ({APRIL: copy(is_listed=False), MAY: copy(), JUNE: copy(is_listed=False)}, MAY),
    ],
)
def test_listed_then_later(
    store: Store, copies: Mapping[Month, dict[str, Any]], counts: Month
) -> None:
    """The listed copy counts; where nothing says which was seen last, the later month's."""
    assert counted(store, {month: [each] for month, each in copies.items()}) == [str(counts)]


@pytest.mark.parametrize("is_listed", [True, False])
@pytest.mark.parametrize("newest", [APRIL, MAY, JUNE])
def test_seen_last(folder: FolderStore, newest: Month, *, is_listed: bool) -> None:
    """Of copies that are all listed, or all unlisted, the one seen last counts."""
    for month in (APRIL, MAY, JUNE):
        at = FIRST + HOUR if month == newest else FIRST
        if is_listed:
            store_raw(folder, month, at, u=FIRST)
        else:
            store_raw(folder, month, FIRST + 9 * HOUR, u=at)
    months = {month: [copy(is_listed=is_listed)] for month in (APRIL, MAY, JUNE)}

    assert counted(folder, months) == [str(newest)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (copy("u", url=LIVE_7), copy("u", url=LIVE_7)),
        (copy("u", url=LIVE_7), copy("7", url=LIVE_7)),
        (copy("7", url=OLD_LIVE_7), copy("u", url=LIVE_7)),
        (copy("u", url=LIVE_7), copy("other", url=OLD_LIVE_7)),
        (copy("u", url=None), copy("u", url=LIVE_7)),
        (copy(UUID, url=f"https://www.chess.com/game/{UUID}"), copy(UUID, url=LIVE_7)),
        (copy("x", url=f"https://www.chess.com/game/{UUID}"), copy(UUID, url=LIVE_7)),
        (copy("7", url=None), copy("u", url=LIVE_7)),
        (copy("7", url=DAILY_7), copy("daily/7", url=DAILY_7)),
        (copy("daily/7", url=None), copy("7", url=None, time_class="daily")),
        (copy("sha256-0", url=None), copy("sha256-0", url=None)),
    ],
)
def test_same_game(folder: FolderStore, one: dict[str, Any], other: dict[str, Any]) -> None:
    """Copies that agree in kind and number, or in the uuid, are one game, in either order."""
    assert counted(folder, {MAY: [one], JUNE: [other]}) == [str(JUNE)]
    assert counted(folder, {MAY: [other], JUNE: [one]}) == [str(JUNE)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (copy("u", url=LIVE_7), copy("v", url=DAILY_7)),
        (copy("7", url=LIVE_7), copy("daily/7", url=DAILY_7)),
        (copy("u", url=None), copy("v", url=None)),
    ],
)
def test_two_games(folder: FolderStore, one: dict[str, Any], other: dict[str, Any]) -> None:
    """Games that agree in nothing are two, also where live and daily have one number."""
    assert counted(folder, {MAY: [one], JUNE: [other]}) == [str(MAY), str(JUNE)]
    assert update(folder).state.facts["contradictions"] == "0"


def test_contradiction(folder: FolderStore) -> None:
    """Copies that contradict each other are both kept, and a check names them as an error."""
    one, other = copy("u", url=LIVE_7), copy("u", url=DAILY_7)
    assert counted(folder, {MAY: [one], JUNE: [other]}) == [str(MAY), str(JUNE)]
    state = update(folder).state
    unique = next(c for c in CHECKS["player_games"] if c.name == "game_ids_are_unique")
    found = verdict(unique, [Stored(USER, state.rows, state.facts)])
    assert not found.is_good
    assert "u names live/7 and daily/7." in found.sentence()


def test_among_others(folder: FolderStore) -> None:
    """Only the copies are left out; the months keep what they said, and nothing is due after."""
    games = {
        MAY: [copy("a"), copy("u", is_listed=False), copy("b")],
        JUNE: [copy("u"), copy("c")],
    }
    months = [str(MAY)] * 2 + [str(JUNE)] * 2
    assert counted(folder, games) == months
    state = update(folder).state
    assert (state.facts["copies_left_out"], state.facts["repeated_games"]) == ("1", "0")
    assert {m: s.rows for m, s in PlayerTable(folder, GAMES, USER).states().items()} == {
        MAY: 3,
        JUNE: 2,
    }


def test_unreadable_raw(folder: FolderStore) -> None:
    """Raw files that cannot be read leave it to the month; the file is made all the same."""
    for month in (MAY, JUNE):
        path = f"raw_pgn_archives/user={USER}/month={month}/part-0.parquet"
        folder.put(path, b"no parquet", if_match=None)
    for is_listed in (True, False):
        games = [copy(is_listed=is_listed)]
        assert counted(folder, {MAY: games, JUNE: games}) == [str(JUNE)]


URLS = st.none() | st.sampled_from(
    [
        *(LIVE_7, OLD_LIVE_7, DAILY_7, f"{LIVE_7}?x=/5", f"{DAILY_7}#\n", "", "/7", "/livex/7"),
        *(f"https://www.chess.com/game/{UUID}", "https://www.chess.com/game/7", "/live/game/7/"),
        *("https://www.chess.com/daily/live/7", "\u00fc/live/7", "/live/" + 21 * "7", "/live/7\n"),
    ]
)
IDS = st.sampled_from(["u", UUID, "7", "live/7", "daily/7", "sha256-0", "\u00fc"])
ROWS = st.lists(
    st.tuples(IDS, URLS, st.none() | st.sampled_from(["daily", "blitz"])), min_size=1, max_size=6
)


@given(ROWS)
@example([(UUID, f"https://www.chess.com/game/{UUID}", None)])
def test_vectorized_names(rows: list[tuple[str, str | None, str | None]]) -> None:
    """Games share a name for the vectorized search exactly where they do row by row."""
    games = games_table(*({"game_id": i, "url": url, "time_class": kind} for i, url, kind in rows))
    asked: list[Month] = []

    def read(month: Month) -> pa.Table:
        asked.append(month)
        return games

    moved = MovedGames()
    for month in (MAY, JUNE):
        moved.add(month, games)
    left_out = moved.left_out(read, LastSeen(None))

    assert asked == [MAY, JUNE]
    assert left_out.get(MAY, frozenset()) == {row[0] for row in rows}
    names = [{each.number, *each.others} - {None} for each in names_of_rows(games)]
    for n, row in enumerate(rows):
        single = MovedGames()
        single.add(MAY, games.slice(n, 1))
        single.add(JUNE, games.slice(0, n))
        asked.clear()
        single.left_out(read, LastSeen(None))
        in_others = [names[i] for i in range(n)]
        repeated_there = len({x for s in in_others for x in s}) < sum(map(len, in_others))
        is_shared = any(names[n] & other for other in in_others)
        assert bool(asked) == (is_shared or repeated_there), row
