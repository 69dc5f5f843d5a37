"""Why a partition's last attempt failed, as an event of its own: told by steps, read by `status`.

Dagster knows that a run failed and which partitions it did not materialize, but not why each. So a
step notes the reason on the partition, where the UI shows it and whoever asks finds it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from dagster import (
    AssetKey,
    AssetObservation,
    AssetRecordsFilter,
    DagsterInstance,
    EventLogRecord,
    MetadataValue,
)

_REASON = "failed_because"
_REASON_LENGTH = 500
_MOST_EVENTS = 1000  # the most that Dagster hands out at once


@dataclass(frozen=True, slots=True)
class PartitionFailure:
    """What is known of a partition whose last attempt failed.

    Attributes:
        times: How often it failed since it was last materialized.
        last_at: When it failed last.
        reason: Why, in a sentence.
    """

    times: int
    last_at: datetime
    reason: str


def failure_event(asset_key: AssetKey, partition_key: str, error: Exception) -> AssetObservation:
    """Return the event that says why a partition failed."""
    reason = " ".join(str(error).split())[:_REASON_LENGTH]
    return AssetObservation(
        asset_key, partition=partition_key, metadata={_REASON: MetadataValue.text(reason)}
    )


def partition_failures(
    instance: DagsterInstance, asset_key: AssetKey, partition_keys: Iterable[str]
) -> dict[str, PartitionFailure]:
    """Return those of an asset's partitions whose last attempt failed, as far as events tell.

    Args:
        instance: Whose events are read.
        asset_key: The asset.
        partition_keys: The partitions asked about, at least one.
    """
    asked = AssetRecordsFilter(asset_key, asset_partitions=list(partition_keys))
    noted: dict[str, list[EventLogRecord]] = defaultdict(list)
    for record in instance.fetch_observations(asked, limit=_MOST_EVENTS).records:
        if record.partition_key is not None and _reason(record):
            noted[record.partition_key].append(record)
    since = {key: _since_stored(instance, asset_key, key, noted[key]) for key in noted}
    return {key: _failure(records) for key, records in since.items() if records}


def failures_after(
    instance: DagsterInstance, asset_key: AssetKey, number: int
) -> Iterator[tuple[str, int, datetime]]:
    """Yield the failures noted after an event's number, ascending: partition, number, time."""
    asked, cursor, has_more = AssetRecordsFilter(asset_key, after_storage_id=number), None, True
    while has_more:
        found = instance.fetch_observations(
            asked, limit=_MOST_EVENTS, cursor=cursor, ascending=True
        )
        for record in found.records:
            if record.partition_key is not None and _reason(record):
                at = datetime.fromtimestamp(record.timestamp, UTC)
                yield record.partition_key, record.storage_id, at
        cursor, has_more = found.cursor, found.has_more


def _since_stored(
    instance: DagsterInstance, asset_key: AssetKey, key: str, records: list[EventLogRecord]
) -> list[EventLogRecord]:
    """Return the records, the newest first, that are newer than the newest materialization."""
    asked = AssetRecordsFilter(asset_key, asset_partitions=[key])
    stored = instance.fetch_materializations(asked, limit=1).records
    return [each for each in records if not stored or each.storage_id > stored[0].storage_id]


def _failure(records: list[EventLogRecord]) -> PartitionFailure:
    newest = records[0]
    return PartitionFailure(
        len(records), datetime.fromtimestamp(newest.timestamp, UTC), _reason(newest)
    )


def _reason(record: EventLogRecord) -> str:
    observation = record.asset_observation
    value = observation.metadata.get(_REASON) if observation is not None else None
    return str(value.value) if value is not None else ""
