"""What the conditions see of the lake: looked up once a tick, with the resources of the assets."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from dagster import AssetKey, AutomationContext, build_resources

from chess_assets.conditions.attempts import Attempts
from chess_assets.conditions.history import History
from chess_assets.domain.backoff import Failure
from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.games import PARSER_VERSION
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
        rule: The freshness rule.
        players: Everybody who is followed, looked at or not.
        busy: Players with months to be made that are not waiting after a failure, so far.
    """

    now: datetime
    store: Store
    rule: FreshnessRule
    players: AbstractSet[str]
    busy: set[str]

    def __init__(self) -> None:
        self._watch = Watch(PARSER_VERSION)
        self._history = History()
        self._attempts = Attempts(self._history)
        self._read: set[AssetKey] = set()
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
        self._read_history(context, asset_key)
        return self._history.reported(asset_key)

    def failures(self, context: AutomationContext[AssetKey]) -> Mapping[str, Failure]:
        """Return the partitions of the condition's asset that runs failed to make."""
        self._read_history(context, context.key)
        instance = context.asset_graph_view.instance
        return self._attempts.failures(instance, context.key, self.now)

    def cancelled(
        self, context: AutomationContext[AssetKey], upstream: AssetKey | None = None
    ) -> Mapping[str, datetime]:
        """Return the partitions of the condition's asset that somebody cancelled, and when.

        Args:
            context: The condition's.
            upstream: What the asset follows from, partition by partition.
        """
        for asset_key in (context.key, upstream) if upstream else (context.key,):
            self._read_history(context, asset_key)
        instance = context.asset_graph_view.instance
        return self._attempts.cancelled(instance, context.key, upstream)

    def _read_history(self, context: AutomationContext[AssetKey], asset_key: AssetKey) -> None:
        if asset_key not in self._read:
            self._history.read(context.asset_graph_view.instance, asset_key)
            self._read.add(asset_key)

    def _look(self, context: AutomationContext[AssetKey]) -> None:
        asset: Any = context.asset_graph.get(context.root_context.key)
        resources = {name: asset.assets_def.resource_defs[name] for name in _RESOURCES}
        instance = context.asset_graph_view.instance
        self._read.clear()

        def recorded(table: str, user: str, months: Collection[Month]) -> set[Month]:
            reported = self.reported(context, AssetKey(table))
            return {month for month in months if f"{month_key(month)}|{user}" in reported}

        with build_resources(resources, instance=instance) as opened:
            self.now, self.store, self.busy = opened.clock.now(), opened.lake.store, set()
            players = PlayerRegistry(self.store).players()
            self.players = players.keys()
            known = [players[u] for u in instance.get_dynamic_partitions(USERS) if u in players]
            self.rule = opened.freshness.rule()
            self._needs = self._watch.needs(known, self.store, self.rule, self.now, recorded)
        self._attempts.read_cancelled(instance, context.asset_graph, self.now)
        for error in self._watch.unseen.values():
            context.log.warning("A player is left out until this is mended: %s", error)
