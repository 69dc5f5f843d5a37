"""What Dagster's history shows of partitions, which is what people see in the UI.

The lake is the truth and the history follows it: a run that was killed may have stored what it
never reported.
"""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from dagster import AssetKey, DagsterEventType, DagsterInstance, EventRecordsFilter

_PLANNED = DagsterEventType.ASSET_MATERIALIZATION_PLANNED
_MADE = DagsterEventType.ASSET_MATERIALIZATION


@dataclass
class _Newest:
    """The newest events' numbers, by partition of an asset.

    Attributes:
        planned: Of the runs that set out to make it.
        made: Of its materializations.
        reported: The partitions that were made by the last run that set out to make them.
        read_until: The newest number read.
    """

    planned: dict[str, int] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    reported: set[str] = field(default_factory=set)
    read_until: int = 0


class History:
    """Which partitions were made, and which by the last run that set out to make them.

    It reads everything once, and then only what is new.
    """

    def __init__(self) -> None:
        self._assets: dict[AssetKey, _Newest] = defaultdict(_Newest)

    def read(self, instance: DagsterInstance, asset_key: AssetKey) -> None:
        """Take notice of what is new of an asset."""
        newest = self._assets[asset_key]
        after = newest.read_until or None
        planned, made = (
            instance.get_latest_storage_id_by_partition(asset_key, event_type, after_cursor=after)
            for event_type in (_PLANNED, _MADE)
        )
        newest.planned.update(planned)
        newest.made.update(made)
        newest.reported.difference_update(planned)
        newest.reported.update(key for key, number in made.items() if number > planned.get(key, 0))
        newest.read_until = max([*planned.values(), *made.values(), newest.read_until])

    def reported(self, asset_key: AssetKey) -> AbstractSet[str]:
        """Return the partitions of an asset that the last run that set out to make them made."""
        return self._assets[asset_key].reported

    def made(self, asset_key: AssetKey) -> Mapping[str, int]:
        """Return the number of each partition's newest materialization."""
        return self._assets[asset_key].made

    def is_asked_since(self, asset_key: AssetKey, partition_key: str, number: int) -> bool:
        """Whether a run set out to make a partition, or made it, after the event of a number."""
        newest = self._assets[asset_key]
        return max(newest.planned.get(partition_key, 0), newest.made.get(partition_key, 0)) > number


def number_at(instance: DagsterInstance, asset_key: AssetKey, at: datetime) -> int:
    """Return the number of the newest event of an asset before a time, 0 where there is none."""
    numbers = [0]
    for event_type in (_PLANNED, _MADE):
        chosen = EventRecordsFilter(event_type, asset_key, before_timestamp=at.timestamp())
        found = instance.event_log_storage.get_event_records(chosen, limit=1)
        numbers += [record.storage_id for record in found]
    return max(numbers)
