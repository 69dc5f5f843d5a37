"""The partitions: what Dagster calls a player's month, and which months there are when."""

from datetime import UTC, datetime

import pytest
from dagster import MultiPartitionKey
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.months import FIRST_MONTH, InvalidMonth, Month
from chess_assets.domain.players import InvalidPlayerName
from chess_assets.partitions import (
    address_of,
    months,
    months_by_user,
    months_of_each_user,
    partition_key,
)
from chess_assets_tests.domain.hostile_names import HOSTILE_NAMES

HOSTILE_KEYS = [name for name in HOSTILE_NAMES if isinstance(name, str)]
PLAYERS = st.text("abcxyz0189_-", min_size=3, max_size=25)
MONTHS = st.builds(Month, st.integers(2008, 2100), st.integers(1, 12))


def test_key_of_a_month() -> None:
    """A player's month is called by its first day, a bar and the name in lower case."""
    key = partition_key("Hikaru", Month(2022, 5))
    assert key == "2022-05-01|hikaru"
    assert key.keys_by_dimension == {"month": "2022-05-01", "user": "hikaru"}


def test_dimensions() -> None:
    """The dimensions are called `month` and `user`, and the users are Dagster's dynamic `users`."""
    by_name = {each.name: each.partitions_def for each in months_by_user.partitions_defs}
    assert sorted(by_name) == ["month", "user"]
    assert getattr(by_name["user"], "name", None) == "users"


def test_first_month() -> None:
    """The months begin with chess.com's first games."""
    assert months.get_first_partition_key() == "2007-05-01" == f"{FIRST_MONTH}-01"


@pytest.mark.parametrize(
    ("instant", "last"),
    [
        (datetime(2024, 2, 1, 7, 59, 59, tzinfo=UTC), "2024-01-01"),
        (datetime(2024, 2, 1, 8, 0, 0, tzinfo=UTC), "2024-02-01"),
        (datetime(2024, 8, 1, 6, 59, 59, tzinfo=UTC), "2024-07-01"),
        (datetime(2024, 8, 1, 7, 0, 0, tzinfo=UTC), "2024-08-01"),
        (datetime(2024, 12, 31, 23, 0, 0, tzinfo=UTC), "2024-12-01"),
    ],
)
def test_open_month(instant: datetime, last: str) -> None:
    """The month open in Los Angeles is the last partition, at every second of its rollover."""
    keys = months.get_partition_keys(current_time=instant)
    assert keys[-1] == last == f"{Month.of(instant)}-01"
    assert len(keys) == len(set(keys))


@given(user=PLAYERS, month=MONTHS)
def test_there_and_back(user: str, month: Month) -> None:
    """A key names the player and the month it was made of."""
    assert address_of(partition_key(user, month)) == (user, month)
    assert address_of(user) == (user, None)


@pytest.mark.parametrize("name", HOSTILE_KEYS, ids=ascii)
def test_hostile_users(name: str) -> None:
    """What is no player's name is neither made a key nor taken from one."""
    with pytest.raises(InvalidPlayerName):
        partition_key(name, Month(2022, 5))
    with pytest.raises(InvalidPlayerName):
        address_of(MultiPartitionKey({"month": "2022-05-01", "user": name}))
    with pytest.raises(InvalidPlayerName):
        address_of(name)


@given(text=st.text())
def test_any_text(text: str) -> None:
    """A key of any text is a player's own name or refused."""
    try:
        user, month = address_of(text)
    except InvalidPlayerName:
        return
    assert (user, month) == (text, None)
    assert text == text.lower()


@pytest.mark.parametrize("key", ["Hikaru", MultiPartitionKey({"month": "x", "user": "Hikaru"})])
def test_upper_case(key: str) -> None:
    """A name in upper case is refused with the one to add, since both would share a file."""
    with pytest.raises(InvalidPlayerName, match=r"'Hikaru' is not in lower case.*add 'hikaru'"):
        address_of(key)


@pytest.mark.parametrize("month", ["", "2022", "2022-01", "2022-05-02", "2007-04-01", "../x", "٢"])
def test_strange_months(month: str) -> None:
    """A month dimension that names no month of the archives is refused."""
    with pytest.raises(InvalidMonth):
        address_of(MultiPartitionKey({"month": month, "user": "hikaru"}))


def test_months_of_each_user() -> None:
    """Keys in any order are grouped by user, each one's months ascending."""
    keys = [
        partition_key(user, month)
        for user, month in [
            ("zoe", Month(2022, 1)),
            ("anna", Month(2021, 12)),
            ("zoe", Month(2021, 2)),
            ("anna", Month(2022, 2)),
            ("zoe", Month(2021, 11)),
        ]
    ]
    assert months_of_each_user(keys) == [
        ("anna", ["2021-12-01|anna", "2022-02-01|anna"]),
        ("zoe", ["2021-02-01|zoe", "2021-11-01|zoe", "2022-01-01|zoe"]),
    ]
    assert months_of_each_user([]) == []
