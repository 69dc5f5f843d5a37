"""Outcomes of months as Dagster's events: each partition's metadata, and the run's verdict.

A run that succeeds reports every partition by its result. A run in which a month failed, or that
was interrupted, reports the partitions that landed one by one before it fails.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetMaterialization,
    DataVersion,
    Failure,
    MaterializeResult,
)

from chess_assets.assets.games import GAMES_KEY
from chess_assets.assets.raw_pgn_archives import RAW_KEY
from chess_assets.domain.outcomes import Action, Done, MonthOutcome, Outcome
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.sentences import Tally, failure_sentence, month_sentence
from chess_assets.io_managers.table_metadata import table_metadata
from chess_assets.partitions import partition_key

_SCHEMAS: dict[AssetKey, TableSchema] = {RAW_KEY: RAW_PGN_ARCHIVES, GAMES_KEY: GAMES}


class MonthEvents:
    """Collects a run's outcomes; use it as a context manager around the work."""

    def __init__(self, context: AssetExecutionContext) -> None:
        self._context = context
        self._landed: dict[AssetKey, dict[str, Done]] = defaultdict(dict)
        self._failed: list[MonthOutcome] = []
        self._tally = Tally()

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

    def note(self, outcome: MonthOutcome) -> None:
        """Log an outcome, unless nothing was due, and keep it for the events."""
        self._tally.add(outcome)
        key = partition_key(outcome.user, outcome.month)
        self._land(RAW_KEY, key, outcome.raw)
        self._land(GAMES_KEY, key, outcome.games)
        if outcome.error is not None:
            self._failed.append(outcome)
            self._context.log.error(month_sentence(outcome))
        elif not _is_kept(outcome):
            self._context.log.info(month_sentence(outcome))

    def results(self) -> Iterator[MaterializeResult[None]]:
        """Yield the results of the selected assets.

        Raises:
            Failure: naming every month that failed, after reporting those that landed.
        """
        self._context.log.info(self._tally.sentence())
        if self._failed:
            self._record_landed()
            raise Failure(
                failure_sentence(self._failed, landed=self._count_landed()), allow_retries=False
            )
        for asset_key in (RAW_KEY, GAMES_KEY):
            if asset_key in self._context.selected_asset_keys:
                for key, done in self._landed[asset_key].items():
                    self._context.add_asset_metadata(
                        _metadata(asset_key, done), asset_key=asset_key, partition_key=key
                    )
                yield MaterializeResult(
                    asset_key=asset_key, data_version=_data_version(self._landed[asset_key])
                )

    def _land(self, asset_key: AssetKey, key: str, outcome: Outcome | None) -> None:
        if isinstance(outcome, Done):
            self._landed[asset_key][key] = outcome

    def _count_landed(self) -> int:
        failed = {partition_key(each.user, each.month) for each in self._failed}
        return len({key for landed in self._landed.values() for key in landed} - failed)

    def _record_landed(self) -> None:
        for asset_key, landed in self._landed.items():
            for key, done in landed.items():
                self._context.log_event(
                    AssetMaterialization(
                        asset_key,
                        partition=key,
                        metadata=_metadata(asset_key, done),
                        tags={"dagster/data_version": _data_version({key: done}).value},
                    )
                )


def _is_kept(outcome: MonthOutcome) -> bool:
    parts = [each for each in (outcome.raw, outcome.games) if isinstance(each, Done)]
    return all(each.action is Action.KEPT for each in parts)


def _metadata(asset_key: AssetKey, done: Done) -> dict[str, Any]:
    state = done.state
    metadata = table_metadata(_SCHEMAS[asset_key], state.rows, state.size_bytes, state.uri)
    metadata |= {"action": done.action.value, "content_version": state.content_version}
    if done.freshness is not None:
        metadata |= {
            "freshness": done.freshness.value,
            "fetched_at": state.facts["fetched_at"],
            "new_games": done.new,
            "unlisted_games": done.unlisted,
        }
    return metadata


def _data_version(landed: dict[str, Done]) -> DataVersion:
    """Return one version for a run's partitions: Dagster stamps the same on all of a range."""
    versions = [done.state.content_version for _, done in sorted(landed.items())]
    if len(versions) == 1:
        return DataVersion(versions[0])
    return DataVersion(hashlib.sha256(" ".join(versions).encode()).hexdigest())
