"""Dagster's partition keys as the lake's partitions: which folder a key's file lies in.

`users` and `months_by_user` (see `partitions`) are recognised by their form, so that a date is
never taken for a player; any other asset's dimensions keep their names and values.
"""

from collections.abc import Mapping
from typing import TypeAlias

from dagster import (
    DynamicPartitionsDefinition,
    MultiPartitionKey,
    MultiPartitionsDefinition,
    PartitionsDefinition,
    TimeWindowPartitionsDefinition,
)

from chess_assets.domain.lake.partition import MONTH, USER, Partition
from chess_assets.domain.months import InvalidMonth, Month
from chess_assets.domain.players import InvalidPlayerName, parse_player

USERS = "users"
"""The name of the dynamic partitions whose keys are players."""

RANGE_START = "dagster/asset_partition_range_start"
"""Dagster's tag of the first partition of a run over a range; the range is a cross product."""
RANGE_END = "dagster/asset_partition_range_end"
"""Dagster's tag of the last partition of a run over a range."""

Definition: TypeAlias = PartitionsDefinition[str] | None


class NotLowerCase(InvalidPlayerName):
    """A user's key that is a name, but not as the paths have it: two keys would share a file."""

    def __init__(self, key: str) -> None:
        ValueError.__init__(
            self, f"The user {key!r} is not in lower case: delete it and add {key.lower()!r}."
        )


def partition_of(definition: Definition, key: str) -> Partition:
    """Return the lake's partition of one of Dagster's keys, without dimensions if not partitioned.

    Raises:
        InvalidPlayerName: Dagster takes any text as a dynamic partition; players' names are those
            that chess.com may have given, in lower case.
        InvalidMonth: for a month dimension that is not the first day of a month.
    """
    if definition is None:
        return Partition()
    if not isinstance(definition, MultiPartitionsDefinition):
        if _is_users(definition):
            return Partition.of_player(_player(key))
        return Partition(((_name_of(definition), key),))
    values = _values(definition, key)
    if _is_months_by_user(definition):
        return Partition.of_player(_player(values[USER]), month_of(values[MONTH]))
    return Partition(tuple(values.items()))


def partitions_are(definition: Definition) -> str:
    """Return what sentences call an asset's partitions: months, players, or just partitions."""
    if isinstance(definition, MultiPartitionsDefinition):
        return "months" if _is_months_by_user(definition) else "partitions"
    return "players" if definition is not None and _is_users(definition) else "partitions"


def month_key(month: Month) -> str:
    """Return the key of a month in the `month` dimension: its first day."""
    return f"{month}-01"


def month_of(key: str) -> Month:
    """Return the month that a key of the `month` dimension names by its first day.

    Raises:
        InvalidMonth: for any other text.
    """
    month = Month.parse(key.removesuffix("-01"))
    if key != month_key(month):
        raise InvalidMonth(key)
    return month


def _values(definition: MultiPartitionsDefinition, key: str) -> Mapping[str, str]:
    if isinstance(key, MultiPartitionKey):
        return key.keys_by_dimension
    return definition.get_partition_key_from_str(key).keys_by_dimension


def _is_users(definition: PartitionsDefinition[str]) -> bool:
    return isinstance(definition, DynamicPartitionsDefinition) and definition.name == USERS


def _is_months_by_user(definition: MultiPartitionsDefinition) -> bool:
    dimensions = {each.name: each.partitions_def for each in definition.partitions_defs}
    return dimensions.keys() == {USER, MONTH} and _is_users(dimensions[USER])


def _name_of(definition: PartitionsDefinition[str]) -> str:
    """Return what a single dimension is called in paths: its name, its unit, or `partition`."""
    if isinstance(definition, DynamicPartitionsDefinition) and definition.name:
        return definition.name
    if isinstance(definition, TimeWindowPartitionsDefinition):
        schedule_type = definition.schedule_type
        return {"HOURLY": "hour", "DAILY": "day", "WEEKLY": "week", "MONTHLY": "month"}.get(
            schedule_type.name if schedule_type else "", "time"
        )
    return "partition"


def _player(key: str) -> str:
    if parse_player(key) != key:
        raise NotLowerCase(key)
    return key
