"""The code location: one function puts everything together, so that tests can swap resources."""

from collections.abc import Mapping
from typing import Any

from dagster import Definitions, in_process_executor
from dagster_aws.s3 import S3Resource

from chess_assets.assets.opening_repertoire import opening_repertoire
from chess_assets.assets.player_games import player_games
from chess_assets.assets.player_months import player_months
from chess_assets.assets.player_report import player_report
from chess_assets.assets.positions import positions
from chess_assets.assets.rating_history import rating_history
from chess_assets.automation import automated, automation_sensor
from chess_assets.io_managers.lake import LakeIOManager
from chess_assets.jobs import JOBS
from chess_assets.positions_sensor import keep_positions
from chess_assets.resources.chess_com import ChessComResource
from chess_assets.resources.dask import DaskResource
from chess_assets.resources.freshness import Clock, FreshnessResource
from chess_assets.resources.notices import Notices
from chess_assets.resources.progress import Progress
from chess_assets.schedules import month_close, revalidate
from chess_assets.sensors import abandoned_runs, failed_runs, followed_players


def build_defs(resource_overrides: Mapping[str, Any] | None = None) -> Definitions:
    """Return the definitions; nothing is read from the environment, opened or called here."""
    resources = {
        "lake": LakeIOManager(s3=S3Resource()),
        "chess_com": ChessComResource(),
        "freshness": FreshnessResource(),
        "clock": Clock(),
        "dask": DaskResource(),
        "progress": Progress(),
        "notices": Notices(),
    }
    return Definitions(
        assets=automated(
            [
                player_months,
                positions,
                player_games,
                rating_history,
                opening_repertoire,
                player_report,
            ]
        ),
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
        # A run is one player's range in one step: a process a step would only cost seconds.
        executor=in_process_executor,
    )


defs = build_defs()
