"""A lake of a few known games, written without Dagster: for tests of what reads it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chess_assets.domain.games import games_from_raw
from chess_assets.domain.lake.parquet_file import encode
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.raw_archives.merge import merge_answer
from chess_assets.domain.raw_archives.rows import raw_games
from chess_assets.domain.registry import FollowedPlayer, PlayerRegistry
from chess_assets.domain.schemas.tables import GAMES, RATING_HISTORY, RAW_PGN_ARCHIVES
from chess_assets.domain.store import Store
from chess_assets_tests.made_games import USER, made_game

JANUARY, FEBRUARY, MARCH = Month(2023, 1), Month(2023, 2), Month(2023, 3)
OTHER = "a-rival"
FETCHED_AT = datetime(2023, 5, 1, 12, tzinfo=UTC)


def at(month: Month, day: int) -> datetime:
    """Return noon of a day of the month, UTC."""
    return datetime(month.year, month.month, day, 12, tzinfo=UTC)


def game(number: int, end: datetime, **members: Any) -> Any:
    """Return a made game with some members replaced, `white` and `black` by names."""
    sides = {name: members.pop(name) for name in ("white", "black") if name in members}
    made = made_game(number, end, **sides) | members
    return {name: value for name, value in made.items() if value is not ...}


def games_of(user: str) -> Mapping[Month, Sequence[Any]]:
    """Return five games of a player in two months, one as Black, and a month without games."""
    return {
        JANUARY: [
            game(1, at(JANUARY, 5), white=user),
            game(2, at(JANUARY, 6), white="rival", black=user),
        ],
        FEBRUARY: [
            game(3, at(FEBRUARY, 7), white=user, time_class="rapid"),
            game(4, at(FEBRUARY, 8), white=user, rules="bughouse", pgn=...),
            game(5, at(FEBRUARY, 9), white=user, rules="kingofthehill"),
        ],
        MARCH: [],
    }


GAMES_OF_OTHER = {JANUARY: [game(6, at(JANUARY, 10), white=OTHER)]}


def fill(store: Store, months: Mapping[Month, Sequence[Any]], user: str = USER) -> None:
    """Store a player's months as a run leaves them: raw and typed, indexed and registered."""
    raw = PlayerTable(store, RAW_PGN_ARCHIVES, user)
    typed = PlayerTable(store, GAMES, user)
    for month, games in months.items():
        rows = merge_answer(
            None, raw_games(games), fetched_at=FETCHED_AT, last_fetched_at=None
        ).table
        raw.write(month, rows, {}, replacing=None)
        typed.write(month, games_from_raw(rows), {}, replacing=None)
    raw.save_index()
    typed.save_index()
    summary = partition_path(RATING_HISTORY.name, user, None)
    store.put(summary, encode(RATING_HISTORY.empty(), {}), if_match=None)
    PlayerRegistry(store).add(FollowedPlayer(user, len(user), FETCHED_AT, FETCHED_AT))


def small_lake(store: Store) -> Store:
    """Fill a store with two players' games, six in all, and return it."""
    fill(store, games_of(USER))
    fill(store, GAMES_OF_OTHER, OTHER)
    return store
