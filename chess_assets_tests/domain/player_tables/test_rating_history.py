"""Ratings day by day."""

from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.player_tables.rating_history import RATED_COLUMNS, rating_history
from chess_assets.domain.schemas.tables import PLAYER_GAMES, RATING_HISTORY
from chess_assets_tests.domain.player_tables.game_rows import NOON, player_games_table

RATED_GAMES = st.lists(
    st.fixed_dictionaries(
        {
            "rules": st.sampled_from(["chess", "chess960"]),
            "time_class": st.sampled_from(["blitz", "rapid"]),
            "end_time": st.datetimes(
                datetime(2022, 5, 1),  # noqa: DTZ001 - hypothesis adds the zone
                datetime(2022, 5, 4),  # noqa: DTZ001
                timezones=st.just(UTC),
            ).map(lambda at: at.replace(microsecond=0)),
            "rating": st.integers(100, 3500),
            "score": st.sampled_from([0.0, 0.5, 1.0]),
        }
    )
)


def kind(game: dict[str, Any]) -> tuple[str, str, date]:
    """Return what the history tells apart."""
    return game["rules"], game["time_class"], game["end_time"].date()


def history(*games: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the player's games sum up to."""
    table = rating_history(player_games_table(*games).select(list(RATED_COLUMNS)))
    assert table.schema.equals(RATING_HISTORY.columns, check_metadata=True)
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


@given(RATED_GAMES)
def test_by_hand(drawn: list[dict[str, Any]]) -> None:
    """Each day's first, last, highest and lowest rating are those of a plain loop."""
    games = sorted(drawn, key=lambda game: game["end_time"])
    expected = []
    for key, of_day in groupby(sorted(games, key=kind), kind):
        played = list(of_day)
        ratings = [game["rating"] for game in played]
        summed = (len(played), sum(game["score"] for game in played))
        expected.append((*key, *summed, ratings[0], ratings[-1], max(ratings), min(ratings)))
    assert [tuple(row.values()) for row in history(*games)] == expected


def test_day_is_utc() -> None:
    """A day ends at midnight UTC."""
    before = datetime(2022, 5, 10, 23, 59, 59, 999_000, tzinfo=UTC)
    days = history({"end_time": before}, {"end_time": before + timedelta(milliseconds=1)})
    assert [row["day"] for row in days] == [date(2022, 5, 10), date(2022, 5, 11)]


def test_unrated() -> None:
    """Unrated games, and games without an outcome, change no rating and make no day."""
    assert history({"is_rated": False}, {"is_rated": None}, {"score": None}) == []
    assert [row["games"] for row in history({}, {"is_rated": False, "rating": 9})] == [1]


def test_unknown() -> None:
    """A game without an end is on no day; a rating that is not known is no extreme."""
    assert history({"end_time": None}) == []
    (row,) = history({"rating": None}, {"rating": 1500})
    assert (row["games"], row["first_rating"], row["lowest_rating"]) == (2, 1500, 1500)


def test_empty() -> None:
    """No games have no history, typed."""
    assert history() == []
    assert rating_history(PLAYER_GAMES.empty()).schema.equals(RATING_HISTORY.columns)


def test_many_chunks() -> None:
    """First and last are the table's, however it is cut."""
    games = [{"rating": n, "end_time": NOON + timedelta(seconds=n)} for n in range(2_000)]
    whole = player_games_table(*games)
    cut = pa.concat_tables([whole.slice(at, 1) for at in range(whole.num_rows)])
    (row,) = rating_history(cut).to_pylist()
    assert (row["first_rating"], row["last_rating"]) == (0, 1_999)
