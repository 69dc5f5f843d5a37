"""What Dagster's history shows of partitions, which is what people see in the UI.

The lake is the truth and the history follows it: a run that was killed may have stored what it
never reported.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from dagster import AssetKey, DagsterEventType, DagsterInstance


class History:
    """Which partitions were reported by the last run that set out to make them.

    It reads everything once, and then only what is new.
    """

    def __init__(self) -> None:
        self._reported: dict[AssetKey, set[str]] = {}
        self._cursors: dict[AssetKey, int] = {}

    def reported(self, instance: DagsterInstance, asset_key: AssetKey) -> AbstractSet[str]:
        """Return the partition keys of an asset that were so reported by now."""
        planned = self._newest(instance, asset_key, DagsterEventType.ASSET_MATERIALIZATION_PLANNED)
        made = self._newest(instance, asset_key, DagsterEventType.ASSET_MATERIALIZATION)
        reported = self._reported.setdefault(asset_key, set())
        reported.difference_update(planned)
        reported.update(key for key, made_at in made.items() if made_at > planned.get(key, 0))
        newest = max([*planned.values(), *made.values()], default=0)
        self._cursors[asset_key] = max(newest, self._cursors.get(asset_key, 0))
        return reported

    def _newest(
        self, instance: DagsterInstance, asset_key: AssetKey, event_type: DagsterEventType
    ) -> Mapping[str, int]:
        """Return the newest event's number by partition, of those that are new."""
        return instance.get_latest_storage_id_by_partition(
            asset_key, event_type, after_cursor=self._cursors.get(asset_key)
        )
