"""Asset checks: the domain's checks as Dagster shows them, and their verdicts as its events.

The step that makes a table reports its checks, so that they are there for a run in which a month
failed too, for every way in, and for what it cost to read anyway: a check that is a step of its own
would be skipped when one month of 240 fails. A check has no partitions of its own, since in a run
over a range Dagster takes no result of a single one; its verdict is about all that is stored of the
run's players, and names what fails. Players of whom something failed when they were last looked at
are carried over, so that one player's good run doesn't hide another's bad month. None is blocking.

What is checked belongs in `domain/checks`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dagster import (
    AssetCheckEvaluation,
    AssetCheckKey,
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    DagsterInstance,
)

from chess_assets.domain.checks.check import Severity, Stored, Verdict, verdict
from chess_assets.domain.checks.every_check import CHECKS
from chess_assets.partitions import USERS

_FAILING_USERS = "players_failing"
_BETWEEN = ", "
_SEVERITIES = {Severity.ERROR: AssetCheckSeverity.ERROR, Severity.WARN: AssetCheckSeverity.WARN}


def check_specs(*assets: AssetKey) -> list[AssetCheckSpec]:
    """Return the checks of assets, for the step that makes them."""
    return [
        AssetCheckSpec(
            check.name,
            asset=asset,
            description=f"{check.promise}\n\nWhen it fails: {check.remedy}",
        )
        for asset in assets
        for check in CHECKS[_name(asset)]
    ]


def verdicts(asset: AssetKey, partitions: Iterable[Stored]) -> dict[AssetCheckKey, Verdict]:
    """Return what an asset's checks find in these partitions."""
    seen = list(partitions)
    checks = CHECKS[_name(asset)]
    return {AssetCheckKey(asset, check.name): verdict(check, seen) for check in checks}


def with_elsewhere(
    instance: DagsterInstance, found: Mapping[AssetCheckKey, Verdict]
) -> dict[AssetCheckKey, Verdict]:
    """Return verdicts with the players whom they did not look at, and who failed when one last did.

    Players who are followed no longer are forgotten.
    """
    looked_at = {user for verdict_now in found.values() for user in verdict_now.users}
    others = set(instance.get_dynamic_partitions(USERS)) - looked_at
    if not others:
        return dict(found)
    summaries = instance.event_log_storage.get_asset_check_summary_records(list(found))
    remembered = {}
    for key, verdict_now in found.items():
        last = summaries[key].last_completed_check_execution_record
        failed = _failing_users(last.evaluation) if last is not None else set()
        remembered[key] = replace(verdict_now, elsewhere=frozenset(failed & others))
    return remembered


def _failing_users(evaluation: AssetCheckEvaluation | None) -> set[str]:
    said = evaluation.metadata.get(_FAILING_USERS) if evaluation is not None else None
    return set(str(said.value).split(_BETWEEN)) if said is not None else set()


def check_result(key: AssetCheckKey, found: Verdict) -> AssetCheckResult:
    """Return a verdict as the result of a step that succeeds."""
    return AssetCheckResult(**_said(key, found))


def check_evaluation(key: AssetCheckKey, found: Verdict) -> AssetCheckEvaluation:
    """Return a verdict as an event, which a step that fails can still report."""
    return AssetCheckEvaluation(**_said(key, found))


def _said(key: AssetCheckKey, found: Verdict) -> dict[str, Any]:
    return {
        "asset_key": key.asset_key,
        "check_name": key.name,
        "passed": found.is_good,
        "severity": _SEVERITIES[found.check.severity],
        "description": found.sentence(),
        "metadata": _metadata(found),
    }


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


def _name(asset: AssetKey) -> str:
    return "/".join(asset.path)
