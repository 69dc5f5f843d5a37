"""The partitions: what Dagster calls a player's month, and which months there are when."""

from datetime import UTC, datetime

import pytest

from chess_assets.domain.months import FIRST_MONTH, Month
from chess_assets.partitions import months, months_by_user, partition_key


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
