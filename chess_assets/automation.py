"""Automation: which asset is made on which condition, and the sensor that asks for it.

The conditions look at the lake, not at the event log: what is missing, stale or behind there is
asked for. How they decide belongs in `conditions/`.
"""

import warnings
from collections.abc import Iterable
from typing import Any

from dagster import (
    AssetsDefinition,
    AssetSelection,
    AssetSpec,
    AutomationCondition,
    AutomationConditionSensorDefinition,
    BetaWarning,
    DefaultSensorStatus,
    map_asset_specs,
)

from chess_assets.assets.games import games
from chess_assets.assets.player_games import player_games
from chess_assets.assets.positions import positions
from chess_assets.assets.raw_pgn_archives import raw_pgn_archives
from chess_assets.conditions.lake_view import LakeView
from chess_assets.conditions.months import OneRunAPlayer
from chess_assets.conditions.player_files import is_behind
from chess_assets.domain.schemas.tables import TABLES
from chess_assets.partitions import users

_INTERVAL_S = 30


def automated(assets: Iterable[Any]) -> list[AssetsDefinition | AssetSpec]:
    """Return assets and specs with the conditions on which they are made by themselves.

    What can go into the run that makes its upstream goes into it, and decides there by content. By
    itself it is asked for where it lags behind: after a new version of the code, or a killed run.
    `positions` is left out: a history takes minutes of all cores, which somebody has to want.
    """
    view = LakeView()

    def with_condition(spec: AssetSpec) -> AssetSpec:
        if spec.key == positions.key or spec.partitions_def is None:  # external: chess.com
            return spec
        return spec.replace_attributes(automation_condition=_condition(spec, view))

    return list(map_asset_specs(with_condition, assets))


def _condition(spec: AssetSpec, view: LakeView) -> AutomationCondition[Any]:
    with_upstream = AutomationCondition.any_deps_match(AutomationCondition.will_be_requested())
    if spec.key == raw_pgn_archives.key:
        return OneRunAPlayer(view)
    if spec.key == games.key:
        return with_upstream | OneRunAPlayer(view)
    schema = TABLES.get("/".join(spec.key.path))
    if schema is None or spec.partitions_def != users or spec.code_version is None:
        return with_upstream
    by_itself = is_behind(view, schema, spec.code_version)
    return by_itself if spec.key == player_games.key else with_upstream | by_itself


def automation_sensor() -> AutomationConditionSensorDefinition:
    """Return the sensor that asks; it runs from the start: who names players wants their games."""
    with warnings.catch_warnings():
        # Conditions of one's own are only evaluated in the user code server: nothing else will do.
        warnings.simplefilter("ignore", BetaWarning)
        return AutomationConditionSensorDefinition(
            "automation",
            target=AssetSelection.all(),
            use_user_code_server=True,
            default_status=DefaultSensorStatus.RUNNING,
            minimum_interval_seconds=_INTERVAL_S,
            description=(
                "Asks for what is missing, stale or behind in the lake of every followed player, "
                "as one run a player. What fails is asked for again an hour later, then after "
                "twice as long each time, up to a day, and at any time by hand. What somebody "
                "cancels is left alone until it is due again, or asked for by hand."
            ),
        )
