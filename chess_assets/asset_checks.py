"""Asset checks: the domain's checks as Dagster's own, one step per table that judges its files.

A check has no partitions of its own, since in a run over a range Dagster takes no result of a
single one; its verdict is about all that is stored of the run's players, and names what fails.
Players of whom something failed when they were last looked at are carried over, so that one
player's good run doesn't hide another's bad month. None is blocking.

Nothing is read but file metadata. Dagster skips the checks of an asset whose step failed; `status`
judges the same from the lake, whether Dagster did or not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dagster import (
    AssetCheckEvaluation,
    AssetCheckExecutionContext,
    AssetCheckKey,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    DagsterInstance,
    MultiPartitionKey,
    ResourceParam,
    multi_asset_check,
)

from chess_assets.domain.checks.check import Severity, Verdict, verdict
from chess_assets.domain.checks.every_check import CHECKS
from chess_assets.domain.checks.stored_partitions import stored_partitions
from chess_assets.domain.registry import PlayerRegistry
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.partitions import USERS

_FAILING_USERS = "players_failing"
_BETWEEN = ", "
_SEVERITIES = {Severity.ERROR: AssetCheckSeverity.ERROR, Severity.WARN: AssetCheckSeverity.WARN}


def table_checks(table: str) -> AssetChecksDefinition:
    """Return the checks of a table as one step, which looks at the table once for all of them."""
    asset = AssetKey(table)

    @multi_asset_check(
        name=f"{table}_checks",
        can_subset=True,
        specs=[
            AssetCheckSpec(
                check.name,
                asset=asset,
                description=f"{check.promise}\n\nWhen it fails: {check.remedy}",
            )
            for check in CHECKS[table]
        ],
    )
    def checks(
        context: AssetCheckExecutionContext, lake: ResourceParam[ParquetIOManager]
    ) -> Iterator[AssetCheckResult]:
        stored = [
            partition
            for user in _players(context, lake)
            for partition in stored_partitions(lake.store, table, user)
        ]
        selected = {key.name: key for key in context.selected_asset_check_keys}
        found = {
            selected[check.name]: verdict(check, stored)
            for check in CHECKS[table]
            if check.name in selected
        }
        for key, each in _with_carried_over(context.instance, found).items():
            yield _result(key, each)

    return checks


def _players(context: AssetCheckExecutionContext, lake: ParquetIOManager) -> Sequence[str]:
    """Return the players of the run's partitions; in a run without partitions, all followed."""
    if not (context.has_partition_key or context.has_partition_key_range):
        return list(PlayerRegistry(lake.store).players())
    keys = context.op_execution_context.partition_keys
    return sorted({_player_of(key) for key in keys})


def _player_of(key: str) -> str:
    return key.keys_by_dimension["user"] if isinstance(key, MultiPartitionKey) else key


def _with_carried_over(
    instance: DagsterInstance, found: Mapping[AssetCheckKey, Verdict]
) -> dict[AssetCheckKey, Verdict]:
    """Return verdicts with the players not looked at now who failed when they last were.

    Players who are followed no longer are forgotten.
    """
    looked_at = {user for verdict_now in found.values() for user in verdict_now.users}
    others = set(instance.get_dynamic_partitions(USERS)) - looked_at
    if not others:
        return dict(found)
    summaries = instance.event_log_storage.get_asset_check_summary_records(list(found))
    carried_over = {}
    for key, verdict_now in found.items():
        last = summaries[key].last_completed_check_execution_record
        failed = _failing_users(last.evaluation) if last is not None else set()
        carried_over[key] = replace(verdict_now, elsewhere=frozenset(failed & others))
    return carried_over


def _failing_users(evaluation: AssetCheckEvaluation | None) -> set[str]:
    said = evaluation.metadata.get(_FAILING_USERS) if evaluation is not None else None
    return set(str(said.value).split(_BETWEEN)) if said is not None else set()


def _result(key: AssetCheckKey, found: Verdict) -> AssetCheckResult:
    return AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=found.is_good,
        severity=_SEVERITIES[found.check.severity],
        description=found.sentence(),
        metadata=_metadata(found),
    )


def _metadata(found: Verdict) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "partitions": found.judged,
        "partitions_failing": len(found.failing),
        "partitions_not_judged": found.not_judged,
        **found.numbers,
    }
    if found.failing:
        metadata["failing"] = found.named()
    if found.failing_users:
        metadata[_FAILING_USERS] = _BETWEEN.join(sorted(found.failing_users))
    return metadata
