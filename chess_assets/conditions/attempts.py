"""What became of partitions in runs that ended: which failed, which somebody cancelled.

Read from Dagster's history, since the lake knows only what is stored. Nothing of it counts any
more once the partition was made, and a cancellation not once it was asked for again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from dagster import AssetKey, DagsterInstance, DagsterRunStatus, RunsFilter

# Not exported by Dagster, and there is no other way to know that a backfill was cancelled before
# all of its runs began.
from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph
from dagster._core.errors import DagsterDefinitionChangedDeserializationError
from dagster._core.execution.backfill import (
    BulkActionsFilter,
    BulkActionStatus,
    PartitionBackfill,
)

from chess_assets.conditions.history import History, number_at
from chess_assets.domain.backoff import Failure
from chess_assets.io_managers.partition_failures import failures_after
from chess_assets.io_managers.run_range import partitions_of_run
from chess_assets.partitions import USERS

_MOST_RUNS = 200
_MOST_BACKFILLS = 100


@dataclass(frozen=True, slots=True)
class _Cancelled:
    """A cancelled run or backfill.

    Attributes:
        name: Its id.
        ended_at: When it ended, by Dagster's clock.
        seen_at: The same, or when it was seen where that was earlier by our clock.
        keys: Its partitions by asset; None: of whichever asset.
    """

    name: str
    ended_at: datetime
    seen_at: datetime
    keys: Mapping[AssetKey | None, frozenset[str]]

    def of(self, asset_key: AssetKey) -> frozenset[str]:
        """Return its partitions of an asset."""
        return self.keys.get(asset_key, self.keys.get(None, frozenset()))


class Attempts:
    """Which partitions failed and which were cancelled, read once and then only what is new."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._failures: dict[AssetKey, dict[str, list[tuple[int, datetime]]]] = {}
        self._newest_failure: dict[AssetKey, int] = {}
        self._cancelled: dict[str, _Cancelled] = {}
        self._runs_until: datetime | None = None
        self._being_cancelled: list[_Cancelled] = []
        self._numbers: dict[tuple[str, AssetKey], int] = {}

    def failures(
        self, instance: DagsterInstance, asset_key: AssetKey, now: datetime
    ) -> Mapping[str, Failure]:
        """Return how often partitions failed since they were last made, and when last.

        Args:
            instance: Whose events are read.
            asset_key: The asset; the history has been read.
            now: No failure is later, whatever the clock said that wrote it.
        """
        noted = self._failures.setdefault(asset_key, defaultdict(list))
        for key, number, at in failures_after(
            instance, asset_key, self._newest_failure.get(asset_key, 0)
        ):
            noted[key].append((number, min(at, now)))
            self._newest_failure[asset_key] = number
        made = self._history.made(asset_key)
        for key, events in list(noted.items()):
            noted[key] = [each for each in events if each[0] > made.get(key, 0)]
            if not noted[key]:
                del noted[key]
        return {key: Failure(len(events), events[-1][1]) for key, events in noted.items()}

    def read_cancelled(
        self, instance: DagsterInstance, asset_graph: BaseAssetGraph[Any], now: datetime
    ) -> None:
        """Take notice of the runs and backfills that were cancelled, or are about to be.

        Args:
            instance: Whose they are.
            asset_graph: Of the assets that they made.
            now: No cancellation is later, as above.
        """
        registered = instance.get_dynamic_partitions(USERS)
        ended = RunsFilter(statuses=[DagsterRunStatus.CANCELED], updated_after=self._runs_until)
        for record in reversed(instance.get_run_records(ended, limit=_MOST_RUNS)):
            run = record.dagster_run
            keys = partitions_of_run(run.tags, registered)
            assets: Iterable[AssetKey | None] = run.asset_selection or [None]
            ended_at = _time(record.end_time or record.update_timestamp.timestamp())
            self._cancelled[run.run_id] = _Cancelled(
                run.run_id, ended_at, min(ended_at, now), dict.fromkeys(assets, keys)
            )
            self._runs_until = record.update_timestamp
        self._being_cancelled = []
        chosen = BulkActionsFilter(statuses=[BulkActionStatus.CANCELING, BulkActionStatus.CANCELED])
        for backfill in instance.get_backfills(filters=chosen, limit=_MOST_BACKFILLS):
            if backfill.backfill_id not in self._cancelled:
                self._note(backfill, asset_graph, now)

    def cancelled(
        self, instance: DagsterInstance, asset_key: AssetKey, upstream: AssetKey | None
    ) -> Mapping[str, datetime]:
        """Return when partitions were cancelled that were neither made nor asked for since.

        Args:
            instance: Whose runs they are.
            asset_key: The asset; the history has been read.
            upstream: What it follows from, partition by partition: new content there is made.
        """
        found: dict[str, datetime] = {}
        for each in sorted(self._cancelled.values(), key=lambda each: each.ended_at):
            keys = set(each.of(asset_key))
            for asset in (asset_key, upstream) if keys and upstream else (asset_key,):
                number = self._number_at_end(instance, asset, each)
                keys = {key for key in keys if not self._is_asked_since(asset, key, number)}
            found |= dict.fromkeys(keys, each.seen_at)
        for each in self._being_cancelled:
            found |= dict.fromkeys(each.of(asset_key), each.seen_at)
        return found

    def _is_asked_since(self, asset_key: AssetKey, key: str, number: int) -> bool:
        failures = self._failures.get(asset_key, {}).get(key)
        has_failed_since = failures is not None and failures[-1][0] > number
        return has_failed_since or self._history.is_asked_since(asset_key, key, number)

    def _note(
        self, backfill: PartitionBackfill, asset_graph: BaseAssetGraph[Any], now: datetime
    ) -> None:
        """Keep a cancelled backfill; one that still ends its runs is looked at again."""
        keys: dict[AssetKey | None, frozenset[str]] = {
            None: frozenset(backfill.partition_names or ())
        }
        if backfill.is_asset_backfill:
            try:
                target = backfill.get_asset_backfill_data(asset_graph).target_subset
            except DagsterDefinitionChangedDeserializationError:
                return  # of assets or partitions that are no more
            subsets = target.partitions_subsets_by_asset_key.items()
            keys = {asset: frozenset(subset.get_partition_keys()) for asset, subset in subsets}
        ended_at = _time(backfill.backfill_end_timestamp or backfill.backfill_timestamp)
        cancelled = _Cancelled(backfill.backfill_id, ended_at, min(ended_at, now), keys)
        if backfill.status is BulkActionStatus.CANCELED:
            self._cancelled[backfill.backfill_id] = cancelled
        else:
            self._being_cancelled.append(replace(cancelled, seen_at=now))

    def _number_at_end(
        self, instance: DagsterInstance, asset_key: AssetKey, cancelled: _Cancelled
    ) -> int:
        """Return the number of the newest event of an asset when something was cancelled."""
        place = cancelled.name, asset_key
        if place not in self._numbers:
            self._numbers[place] = number_at(instance, asset_key, cancelled.ended_at)
        return self._numbers[place]


def _time(timestamp_s: float) -> datetime:
    return datetime.fromtimestamp(timestamp_s, UTC)
