"""Dagster's keys as the lake's partitions: a player's own, or refused; others' as they are."""

from typing import Any

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.months import InvalidMonth, Month
from chess_assets.domain.players import InvalidPlayerName
from chess_assets.io_managers.partition_keys import partition_of
from chess_assets.partitions import months_by_user, partition_key, users
from chess_assets_tests.domain.hostile_names import HOSTILE_NAMES

HOSTILE_KEYS = [name for name in HOSTILE_NAMES if isinstance(name, str)]
PLAYERS = st.text("abcxyz0189_-", min_size=3, max_size=25)
MONTHS = st.builds(Month, st.integers(2008, 2100), st.integers(1, 12))
COLORS = dg.StaticPartitionsDefinition(["black", "white"])
DAYS = dg.DailyPartitionsDefinition("2023-01-01")


def key_of(user: str, month: str) -> dg.MultiPartitionKey:
    """Return a key of months × users with any text for either."""
    return dg.MultiPartitionKey({"month": month, "user": user})


@given(user=PLAYERS, month=MONTHS)
def test_there_and_back(user: str, month: Month) -> None:
    """A key names the player and the month it was made of."""
    of_month = partition_of(months_by_user, partition_key(user, month))
    assert (of_month.user, of_month.month) == (user, month)
    assert of_month == Partition.of_player(user, month)
    assert partition_of(users, user) == Partition.of_player(user)


@pytest.mark.parametrize("name", HOSTILE_KEYS, ids=ascii)
def test_hostile_users(name: str) -> None:
    """What is no player's name is neither made a key nor taken from one."""
    with pytest.raises(InvalidPlayerName):
        partition_key(name, Month(2022, 5))
    with pytest.raises(InvalidPlayerName):
        partition_of(months_by_user, key_of(name, "2022-05-01"))
    with pytest.raises(InvalidPlayerName):
        partition_of(users, name)


@given(text=st.text())
def test_any_text(text: str) -> None:
    """A key of any text is a player's own name or refused."""
    try:
        partition = partition_of(users, text)
    except InvalidPlayerName:
        return
    assert (partition.user, partition.month) == (text, None)
    assert text == text.lower()


def test_upper_case() -> None:
    """A name in upper case is refused with the one to add, since both would share a file."""
    for definition, key in ((users, "Hikaru"), (months_by_user, key_of("Hikaru", "2022-05-01"))):
        with pytest.raises(InvalidPlayerName, match=r"'Hikaru' is not in lower case.*add 'hikaru'"):
            partition_of(definition, key)


@pytest.mark.parametrize("month", ["", "2022", "2022-01", "2022-05-02", "2007-04-01", "../x", "٢"])
def test_strange_months(month: str) -> None:
    """A month dimension that names no month of the archives is refused."""
    with pytest.raises(InvalidMonth):
        partition_of(months_by_user, key_of("hikaru", month))


@pytest.mark.parametrize(
    ("definition", "key", "folder"),
    [
        (None, "", ""),
        (COLORS, "white", "partition=white/"),
        (DAYS, "2023-01-05", "day=2023-01-05/"),
        (dg.DynamicPartitionsDefinition(name="clubs"), "a/b c", "clubs=a%2Fb%20c/"),
        (dg.DynamicPartitionsDefinition(name="clubs"), "..", "clubs=%2E./"),
        (dg.DynamicPartitionsDefinition(name="clubs"), "", "clubs=__HIVE_DEFAULT_PARTITION__/"),
        (
            dg.MultiPartitionsDefinition({"day": DAYS, "color": COLORS}),
            "white|2023-01-05",
            "color=white/day=2023-01-05/",
        ),
    ],
    ids=["none", "static", "daily", "escaped", "dots", "empty", "multi"],
)
def test_others(definition: dg.PartitionsDefinition[Any] | None, key: str, folder: str) -> None:
    """Keys of other people's partitions become folders by dimension and value, escaped."""
    assert partition_of(definition, key).folder == folder


def test_a_user_dimension_of_others() -> None:
    """A dimension that is only called `user` is no player: its keys are taken as they are."""
    definition = dg.MultiPartitionsDefinition({"user": COLORS, "month": DAYS})
    partition = partition_of(
        definition, dg.MultiPartitionKey({"user": "White!", "month": "2023-01-05"})
    )
    assert partition.folder == "month=2023-01-05/user=White%21/"
