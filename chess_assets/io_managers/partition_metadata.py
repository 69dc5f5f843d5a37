"""Metadata of each partition of a range, kept for the events that Dagster makes of its result.

The one place that reaches behind Dagster's public interface, with the reason; nothing else belongs
here.
"""

from collections.abc import Mapping
from typing import Any

from dagster import AssetKey, StepExecutionContext


def add_partition_metadata(
    step: StepExecutionContext,
    asset_key: AssetKey,
    metadata: Mapping[str, Mapping[str, Any]],
) -> None:
    """Do what `context.add_asset_metadata` does for one partition, for many.

    That lists the run's partitions anew at every call, with two queries: of a player's 240 months
    it made a third of the run's CPU time.

    Args:
        step: The step that makes the partitions.
        asset_key: An asset of the step.
        metadata: By partition key; the keys must be of the run's own range.
    """
    kept = step._metadata_accumulator  # noqa: SLF001 - no public way takes several partitions
    for partition_key, each in metadata.items():
        kept = kept.with_additional_asset_metadata(asset_key, partition_key, each)
    step._metadata_accumulator = kept  # noqa: SLF001 - as above
