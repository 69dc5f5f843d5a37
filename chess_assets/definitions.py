"""The code location: one function puts everything together, so that tests can swap resources."""

from collections.abc import Mapping
from typing import Any

from dagster import (
    Definitions,
    ExecutorDefinition,
    in_process_executor,
    load_assets_from_package_module,
)
from dagster_aws.s3 import S3Resource

from chess_assets import assets
from chess_assets.asset_checks import table_checks
from chess_assets.automation import automated, automation_sensor
from chess_assets.domain.checks.every_check import CHECKS
from chess_assets.io_managers.lake import LakeIOManager
from chess_assets.jobs import JOBS
from chess_assets.positions_sensor import keep_positions
from chess_assets.resources.chess_com import ChessComResource
from chess_assets.resources.dask import DaskResource
from chess_assets.resources.freshness import Clock, FreshnessResource
from chess_assets.resources.notices import Notices
from chess_assets.resources.players import PlayersResource
from chess_assets.schedules import month_close, revalidate
from chess_assets.sensors import abandoned_runs, failed_runs, followed_players


def build_defs(
    resource_overrides: Mapping[str, Any] | None = None,
    *,
    executor: ExecutorDefinition | None = in_process_executor,
) -> Definitions:
    """Return the definitions; nothing is read from the environment, opened or called here.

    Args:
        resource_overrides: Resources in place of those of the same names.
        executor: Where steps run. A run is one player's range: a process per step would only cost
            seconds. None: a project that this is merged into says it.
    """
    resources = {
        "lake": LakeIOManager(s3=S3Resource()),
        "chess_com": ChessComResource(),
        "freshness": FreshnessResource(),
        "clock": Clock(),
        "dask": DaskResource(),
        "players": PlayersResource(),
        "notices": Notices(),
    }
    return Definitions(
        assets=automated(load_assets_from_package_module(assets, include_specs=True)),
        asset_checks=[table_checks(table) for table in CHECKS],
        jobs=JOBS,
        schedules=[month_close, revalidate],
        sensors=[
            followed_players,
            automation_sensor(),
            keep_positions,
            abandoned_runs,
            failed_runs,
        ],
        resources=resources | dict(resource_overrides or {}),
        executor=executor,
    )


defs = build_defs()
