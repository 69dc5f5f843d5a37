"""How Dagster turns partitions into ranges, which become runs: what the agenda counts on."""

from collections.abc import Iterator

import dagster as dg
import pytest

from chess_assets.domain.months import Month, months_between
from chess_assets.partitions import USERS, months_by_user, partition_key

YEAR = list(months_between(Month(2022, 1), Month(2022, 12)))
MANY = [f"player-{number:02}" for number in range(30)]


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """An instance with thirty users."""
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(USERS, MANY)
        yield instance


def ranges(
    instance: dg.DagsterInstance, users: list[str], months: list[Month]
) -> list[tuple[str, str]]:
    """Return the ranges of some users' months."""
    keys = {partition_key(user, month) for user in users for month in months}
    with dg.partition_loading_context(dynamic_partitions_store=instance):
        subset = months_by_user.subset_with_partition_keys(keys)
        found = subset.get_partition_key_ranges(months_by_user)
    return sorted((each.start, each.end) for each in found)


def test_fewer_users_than_months(instance: dg.DagsterInstance) -> None:
    """With fewer users than months there is a range a user."""
    assert ranges(instance, MANY[:3], YEAR) == sorted(
        (f"2022-01-01|{user}", f"2022-12-01|{user}") for user in MANY[:3]
    )


def test_more_users_than_months(instance: dg.DagsterInstance) -> None:
    """With as many users as months or more there is a range a month, over all users."""
    assert ranges(instance, MANY, YEAR[:2]) == [
        (f"{month}-01|{MANY[0]}", f"{month}-01|{MANY[-1]}") for month in YEAR[:2]
    ]
    assert len(ranges(instance, MANY[:12], YEAR)) == 12


def test_a_gap_splits(instance: dg.DagsterInstance) -> None:
    """Months that alternate are a range each."""
    assert len(ranges(instance, MANY[:2], YEAR[::2])) == 12
