"""What the conditions see of the lake: looked up once a tick, with the resources of the assets."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from dagster import AssetKey, AutomationContext, build_resources

from chess_assets.assets.games import GAMES_FROM_RAW
from chess_assets.conditions.history import History
from chess_assets.domain.months import Month
from chess_assets.domain.registry import PlayerRegistry
from chess_assets.domain.store import Store
from chess_assets.domain.upkeep import Needs, Watch
from chess_assets.partitions import USERS, month_key

_RESOURCES = ("lake", "freshness", "clock")


class LakeView:
    """What the followed players need; one for all conditions of a code location.

    Attributes:
        now: The clock's time in this tick.
        store: Where the lake is.
        busy: Players with months to be made that are not waiting after a failure, so far.
    """

    now: datetime
    store: Store
    busy: set[str]

    def __init__(self) -> None:
        self._watch = Watch(GAMES_FROM_RAW)
        self._history = History()
        self._reported: dict[AssetKey, AbstractSet[str]] = {}
        self._tick: datetime | None = None
        self._needs: Mapping[str, Needs] = {}

    def needs(self, context: AutomationContext[AssetKey]) -> Mapping[str, Needs]:
        """Return what players need who are in the lake's registry and in Dagster's partitions.

        Raises:
            StoreError, UnreadableRegistry: then the tick fails, and says why.
        """
        if self._tick != context.evaluation_time:
            self._look(context)
            self._tick = context.evaluation_time
        return self._needs

    def reported(
        self, context: AutomationContext[AssetKey], asset_key: AssetKey
    ) -> AbstractSet[str]:
        """Return the partitions of an asset that the history shows as they are, as of this tick."""
        if asset_key not in self._reported:
            instance = context.asset_graph_view.instance
            self._reported[asset_key] = self._history.reported(instance, asset_key)
        return self._reported[asset_key]

    def _look(self, context: AutomationContext[AssetKey]) -> None:
        asset: Any = context.asset_graph.get(context.root_context.key)
        resources = {name: asset.assets_def.resource_defs[name] for name in _RESOURCES}
        instance = context.asset_graph_view.instance
        self._reported.clear()

        def recorded(table: str, user: str, months: Collection[Month]) -> set[Month]:
            reported = self.reported(context, AssetKey(table))
            return {month for month in months if f"{month_key(month)}|{user}" in reported}

        with build_resources(resources, instance=instance) as opened:
            self.now, self.store, self.busy = opened.clock.now(), opened.lake.store, set()
            players = PlayerRegistry(self.store).players()
            known = [players[u] for u in instance.get_dynamic_partitions(USERS) if u in players]
            rule = opened.freshness.rule()
            self._needs = self._watch.needs(known, self.store, rule, self.now, recorded)
