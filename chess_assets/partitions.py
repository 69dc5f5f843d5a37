"""The partitions: a month of chess.com's archives × a followed player.

Only what Dagster calls them: what a month or a name *is* belongs in `domain/`.
"""

from collections.abc import Iterable
from itertools import groupby

from dagster import (
    DynamicPartitionsDefinition,
    MonthlyPartitionsDefinition,
    MultiPartitionKey,
    MultiPartitionsDefinition,
)

from chess_assets.domain.months import CHESS_COM_TIMEZONE, FIRST_MONTH, Month
from chess_assets.domain.players import InvalidPlayerName, parse_player

USERS = "users"

RANGE_START = "dagster/asset_partition_range_start"
"""Dagster's tag of the first partition of a run over a range; the range is a cross product."""
RANGE_END = "dagster/asset_partition_range_end"
"""Dagster's tag of the last partition of a run over a range."""


class NotLowerCase(InvalidPlayerName):
    """A user's key that is a name, but not as the paths have it: two keys would share a file."""

    def __init__(self, key: str) -> None:
        ValueError.__init__(
            self, f"The user {key!r} is not in lower case: delete it and add {key.lower()!r}."
        )


users = DynamicPartitionsDefinition(name=USERS)

months = MonthlyPartitionsDefinition(
    start_date=f"{FIRST_MONTH}-01",
    timezone=CHESS_COM_TIMEZONE,
    end_offset=1,  # the open month is a partition too: it is fetched while it grows
)

months_by_user = MultiPartitionsDefinition({"user": users, "month": months})


def month_key(month: Month) -> str:
    """Return the key of a month in the `month` dimension: its first day."""
    return f"{month}-01"


def partition_key(user: str, month: Month) -> MultiPartitionKey:
    """Return the key of a player's month, `2022-05-01|hikaru`."""
    return MultiPartitionKey({"user": parse_player(user), "month": month_key(month)})


def address_of(key: str) -> tuple[str, Month | None]:
    """Return the player and the month that a key names; no month in assets partitioned by user.

    Raises:
        InvalidPlayerName: Dagster takes any text as a dynamic partition; we take the names that
            chess.com may have given, in lower case.
        InvalidMonth: for a month dimension that is not the first day of a month.
    """
    if not isinstance(key, MultiPartitionKey):
        return _user_of(key), None
    dimensions = key.keys_by_dimension
    return _user_of(dimensions["user"]), Month.parse(dimensions["month"].removesuffix("-01"))


def months_of_each_user(keys: Iterable[str]) -> list[tuple[str, list[MultiPartitionKey]]]:
    """Return the keys of months × users by user, each user's months ascending."""
    multi = [key for key in keys if isinstance(key, MultiPartitionKey)]
    ordered = sorted(multi, key=lambda key: (key.keys_by_dimension["user"], key))
    by_user = groupby(ordered, key=lambda key: key.keys_by_dimension["user"])
    return [(user, list(of_user)) for user, of_user in by_user]


def months_by_player(keys: Iterable[str]) -> list[tuple[str, list[Month]]]:
    """Return the months that keys of months × users name, by player, each player's ascending.

    Raises:
        InvalidPlayerName, InvalidMonth: as `address_of`.
    """
    return [
        (user, [month for _, month in map(address_of, of_user) if month is not None])
        for user, of_user in months_of_each_user(keys)
    ]


def _user_of(key: str) -> str:
    if parse_player(key) != key:
        raise NotLowerCase(key)
    return key
