"""What became of a run's partitions as Dagster's events: each one's metadata, the run's verdict.

A run that succeeds reports every partition by its result. A run in which one failed, or that was
interrupted, reports the partitions that landed one by one before it fails.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from dagster import (
    AssetCheckKey,
    AssetCheckResult,
    AssetExecutionContext,
    AssetKey,
    AssetMaterialization,
    DataVersion,
    Failure,
    MaterializeResult,
)

from chess_assets.asset_checks import check_evaluation, check_result, verdicts, with_elsewhere
from chess_assets.assets.partition_failures import failure_event
from chess_assets.domain.checks.check import Stored, Verdict
from chess_assets.domain.checks.game_counts import PARSE_ERRORS, UNLIKE_PGN
from chess_assets.domain.games import (
    GAMES_BY_COLUMNS,
    GAMES_ONE_BY_ONE,
    GAMES_REPLAYED,
    REPLAY_AGREED,
)
from chess_assets.domain.lake.outage import NotAttempted
from chess_assets.domain.outcomes import Done
from chess_assets.domain.player_tables.all_months import UNMATCHED_GAMES
from chess_assets.domain.positions import GAMES_WITH_POSITIONS
from chess_assets.domain.sentences import Address, failure_sentence
from chess_assets.io_managers.partition_metadata import add_partition_metadata
from chess_assets.io_managers.table_metadata import table_metadata
from chess_assets.partitions import address_of

_COUNTS = (
    UNMATCHED_GAMES,
    GAMES_BY_COLUMNS,
    GAMES_ONE_BY_ONE,
    GAMES_REPLAYED,
    PARSE_ERRORS,
    UNLIKE_PGN,
    GAMES_WITH_POSITIONS,
)


@dataclass(frozen=True, slots=True)
class _Landed:
    """What a partition's event says."""

    metadata: Mapping[str, Any]
    content_version: str


class PartitionEvents:
    """Collects what landed and what failed; use it as a context manager around the work.

    Args:
        context: The step's.
        called: What the step's partitions are called in the verdict: "months", "players".
    """

    def __init__(self, context: AssetExecutionContext, called: str) -> None:
        self._context = context
        self._called = called
        self._landed: dict[AssetKey, dict[str, _Landed]] = defaultdict(dict)
        self._failed: dict[str, Exception] = {}
        self._verdicts: dict[AssetCheckKey, Verdict] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self._record_landed()

    def land(self, asset_key: AssetKey, partition_key: str, done: Done) -> None:
        """Keep what was done for a partition of a table."""
        metadata = _metadata(done)
        self.land_as(asset_key, partition_key, metadata, done.state.content_version)

    def land_as(
        self,
        asset_key: AssetKey,
        partition_key: str,
        metadata: Mapping[str, Any],
        content_version: str,
    ) -> None:
        """Keep what the event of a partition says, of an asset that may be no table."""
        self._landed[asset_key][partition_key] = _Landed(metadata, content_version)

    def fail(self, partition_key: str, error: Exception) -> None:
        """Keep why a partition failed, or was not even attempted."""
        self._failed[partition_key] = error

    def judge(self, asset_key: AssetKey, partitions: Iterable[Stored]) -> None:
        """Let the selected checks of an asset judge what is stored now of the run's players."""
        selected = [
            key for key in self._context.selected_asset_check_keys if key.asset_key == asset_key
        ]
        if selected:
            found = verdicts(asset_key, partitions)
            chosen = {key: found[key] for key in selected}
            self._verdicts |= with_elsewhere(self._context.instance, chosen)

    def check_results(self) -> Iterator[AssetCheckResult]:
        """Yield what the checks found; a run that fails has reported it before."""
        for key, found in self._verdicts.items():
            yield check_result(key, found)

    def results(self) -> Iterator[MaterializeResult[None]]:
        """Yield the results of the selected assets.

        Raises:
            Failure: naming every partition that failed, after reporting those that landed.
        """
        if self._failed:
            self._record_landed()
            self._record_failures()
            self._record_verdicts()
            raise Failure(self._verdict(), allow_retries=False)
        for asset_key, landed in self._landed.items():
            if asset_key in self._context.selected_asset_keys:
                metadata = {key: each.metadata for key, each in landed.items()}
                add_partition_metadata(
                    self._context.get_step_execution_context(), asset_key, metadata
                )
                yield MaterializeResult(asset_key=asset_key, data_version=_data_version(landed))

    def _verdict(self) -> str:
        landed = {key for landed in self._landed.values() for key in landed} - set(self._failed)
        failed = [(_address(key), error) for key, error in self._failed.items()]
        return failure_sentence(
            failed, landed=[_address(key) for key in sorted(landed)], called=self._called
        )

    def _record_landed(self) -> None:
        for asset_key, landed in self._landed.items():
            for key, each in landed.items():
                self._context.log_event(
                    AssetMaterialization(
                        asset_key,
                        partition=key,
                        metadata=each.metadata,
                        tags={"dagster/data_version": each.content_version},
                    )
                )

    def _record_failures(self) -> None:
        for asset_key in self._context.selected_asset_keys:
            for key, error in self._failed.items():
                is_attempted = not isinstance(error, NotAttempted)
                if is_attempted and key not in self._landed[asset_key]:
                    self._context.log_event(failure_event(asset_key, key, error))

    def _record_verdicts(self) -> None:
        for key, found in self._verdicts.items():
            self._context.log_event(check_evaluation(key, found))


def _address(key: str) -> Address:
    try:
        return address_of(key)
    except ValueError:  # a text that somebody added to the users, and that is no name
        return key, None


def _metadata(done: Done) -> dict[str, Any]:
    state = done.state
    metadata = table_metadata(state.rows, state.size_bytes, state.uri)
    metadata |= {"action": done.action.value, "content_version": state.content_version}
    metadata |= {name: int(state.facts[name]) for name in _COUNTS if name in state.facts}
    if REPLAY_AGREED in state.facts:
        metadata[REPLAY_AGREED] = state.facts[REPLAY_AGREED] == "true"
    if done.freshness is not None:
        metadata |= {
            "freshness": done.freshness.value,
            "fetched_at": state.facts["fetched_at"],
            "new_games": done.new,
            "unlisted_games": done.unlisted,
        }
    return metadata


def _data_version(landed: dict[str, _Landed]) -> DataVersion:
    """Return one version for a run's partitions: Dagster stamps the same on all of a range."""
    versions = [each.content_version for _, each in sorted(landed.items())]
    if len(versions) == 1:
        return DataVersion(versions[0])
    return DataVersion(hashlib.sha256(" ".join(versions).encode()).hexdigest())
