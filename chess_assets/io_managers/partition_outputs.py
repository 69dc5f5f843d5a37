"""What became of a run's partitions as Dagster's events: metadata of each, the run's verdict.

A step that succeeds reports every partition by its output. A step in which one failed, or that was
interrupted, reports the partitions that landed one by one before it fails: Dagster has no result
for a part of a range.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self

from dagster import (
    AssetMaterialization,
    DataVersion,
    Failure,
    OutputContext,
)

from chess_assets.domain.checks.summary_counts import UNMATCHED_GAMES
from chess_assets.domain.lake.outage import NotAttempted
from chess_assets.domain.lake.outcomes import Action, Done, Failed, PartitionOutcome
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.positions import FIRST_FAULTS
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.sentences import Tally, failure_sentence, outcome_sentence
from chess_assets.io_managers.partition_failures import failure_event
from chess_assets.io_managers.partition_keys import partitions_are
from chess_assets.io_managers.partition_metadata import add_partition_metadata
from chess_assets.io_managers.table_metadata import partition_metadata


class PartitionOutputs:
    """Collects the outcomes of a step's partitions; use it as a context manager around the work.

    Args:
        context: The output's.
        schema: The table.
        keys: Dagster's keys of the partitions.
    """

    def __init__(
        self, context: OutputContext, schema: TableSchema, keys: Mapping[Partition, str]
    ) -> None:
        self._context = context
        self._schema = schema
        self._keys = keys
        self._done: dict[str, Done] = {}
        self._failed: dict[str, tuple[Partition, Exception]] = {}
        self._landed: list[Partition] = []
        definition = context.asset_partitions_def if context.has_asset_partitions else None
        self._called = partitions_are(definition)
        self._tally = Tally(of=schema.rows_are, by=self._called)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self._log_landed()

    def note(self, noted: PartitionOutcome) -> None:
        """Keep an outcome for the events, and log it unless nothing was due."""
        key, outcome = self._keys[noted.partition], noted.outcome
        self._tally.add(outcome)
        sentence = outcome_sentence(noted, self._schema.rows_are)
        if isinstance(outcome, Failed):
            self._failed[key] = (noted.partition, outcome.error)
            self._context.log.error(sentence)
            return
        self._done[key] = outcome
        self._landed.append(noted.partition)
        if outcome.action is not Action.KEPT:
            self._context.log.info(sentence)
        for warning in _warnings(noted.partition, outcome):
            self._context.log.warning(warning)

    def refuse(self, key: str, error: Exception) -> None:
        """Keep why a key of the run is no partition: Dagster takes any text for a player."""
        self._failed[key] = (Partition((("key", key),)), error)

    def report(self) -> None:
        """Give Dagster what the output's events say of each partition.

        Raises:
            Failure: naming every partition that failed, after reporting those that landed.
        """
        self._context.log.info(self._tally.sentence())
        if self._failed:
            self._log_landed()
            self._log_failures()
            raise Failure(self._verdict(), allow_retries=False)
        metadata = {key: partition_metadata(self._schema, done) for key, done in self._done.items()}
        step, asset_key = self._context.step_context, self._context.asset_key
        if self._context.has_asset_partitions:
            add_partition_metadata(step, asset_key, metadata)
        else:
            self._context.add_output_metadata(metadata[""])
        if self._done:
            step.set_data_version(asset_key, self._data_version())

    def _data_version(self) -> DataVersion:
        """Return one version for a run's partitions: Dagster stamps the same on all of a range."""
        versions = [done.state.content_version for _, done in sorted(self._done.items())]
        if len(versions) == 1:
            return DataVersion(versions[0])
        return DataVersion(hashlib.sha256(" ".join(versions).encode()).hexdigest())

    def _log_landed(self) -> None:
        for key, done in self._done.items():
            self._context.log_event(
                AssetMaterialization(
                    self._context.asset_key,
                    partition=key or None,
                    metadata=partition_metadata(self._schema, done),
                    tags={"dagster/data_version": done.state.content_version},
                )
            )

    def _log_failures(self) -> None:
        for key, (_, error) in self._failed.items():
            if not isinstance(error, NotAttempted):
                self._context.log_event(failure_event(self._context.asset_key, key, error))

    def _verdict(self) -> str:
        failed, landed = list(self._failed.values()), sorted(self._landed)
        return failure_sentence(failed, landed=landed, called=self._called)


def _warnings(partition: Partition, done: Done) -> Iterator[str]:
    """Yield what the file's metadata says of games that somebody should look at."""
    facts = done.state.facts
    if unmatched := int(facts.get(UNMATCHED_GAMES, "0")):
        yield (
            f"{partition}: in {unmatched:,} of {done.state.rows:,} games neither side could be "
            f"told to be {partition}; they are stored with is_white null."
        )
    if done.action is not Action.KEPT:
        for fault in json.loads(facts.get(FIRST_FAULTS, "[]")):
            yield f"{partition}  {fault}"
