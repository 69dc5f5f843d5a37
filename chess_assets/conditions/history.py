"""What Dagster's history shows of partitions, which is what people see in the UI.

The lake is the truth and the history follows it: a run that was killed may have stored what it
never reported.
"""

from collections.abc import Collection

from dagster import AssetKey, DagsterEventType, DagsterInstance

from chess_assets.domain.months import Month
from chess_assets.domain.upkeep import Recorded
from chess_assets.partitions import month_key


def recorded_partitions(
    instance: DagsterInstance, asset_key: AssetKey, keys: Collection[str]
) -> set[str]:
    """Return the partitions that were reported by the last run that set out to make them."""
    if not keys:
        return set()  # Dagster would answer for all there are
    made, planned = (
        instance.get_latest_storage_id_by_partition(asset_key, event_type, set(keys))
        for event_type in (
            DagsterEventType.ASSET_MATERIALIZATION,
            DagsterEventType.ASSET_MATERIALIZATION_PLANNED,
        )
    )
    return {key for key, made_at in made.items() if made_at > planned.get(key, 0)}


def recorded_months(instance: DagsterInstance) -> Recorded:
    """Return a function that says which of a player's months of a table were so reported."""

    def recorded(table: str, user: str, months: Collection[Month]) -> set[Month]:
        keys = {f"{month_key(month)}|{user}": month for month in months}
        return {keys[key] for key in recorded_partitions(instance, AssetKey(table), keys)}

    return recorded
