"""A deployment that runs itself, in one process: its sensors' ticks, and the runs they ask for.

The sensors are evaluated as the code server does, and their cursors are kept. Only the backfill
daemon is imitated: it makes one run of each range that Dagster finds in the partitions asked for.
"""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from chess_assets.definitions import build_defs
from chess_assets.domain.months import Month
from chess_assets.domain.registry import FollowedPlayer, PlayerRegistry
from chess_assets.domain.store import FolderStore
from chess_assets.io_managers.lake import LakeIOManager
from chess_assets.partitions import RANGE_END, RANGE_START, USERS
from chess_assets.resources.chess_com import ChessComResource
from chess_assets.sample import Histories, SampleChessCom
from chess_assets.sample.histories import player_id_of
from chess_assets_tests.asset_keys import RAW_KEY
from chess_assets_tests.workbench import MovableClock

Requested = Mapping[dg.AssetKey, set[str]]
"""Partition keys by asset."""


@dataclass
class Automaton:
    """A deployment, and what its sensors remember."""

    chess_com: SampleChessCom
    instance: dg.DagsterInstance
    lake: FolderStore
    clock: MovableClock
    overrides: Mapping[str, Any]
    cursors: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Load the definitions, as a code server does."""
        resources = {
            "lake": LakeIOManager(uri=self.lake.uri),
            "chess_com": ChessComResource(api_url=self.chess_com.url, contact="tests"),
            "clock": self.clock,
        }
        self.defs = build_defs(resources | dict(self.overrides))
        self.repository = self.defs.get_repository_def()

    @property
    def registry(self) -> PlayerRegistry:
        """The lake's registry of followed players."""
        return PlayerRegistry(self.lake)

    def follow(self, *players: str, since: Month) -> None:
        """Register players, in the lake and in Dagster, who joined in a month."""
        for player in players:
            joined_at = since.start + timedelta(days=1)
            added = FollowedPlayer(player, player_id_of(player), joined_at, self.clock.at)
            self.registry.add(added)
        self.instance.add_dynamic_partitions(USERS, list(players))

    def users(self) -> list[str]:
        """Return Dagster's users."""
        return list(self.instance.get_dynamic_partitions(USERS))

    def look_for_players(self) -> str:
        """Let `followed_players` tick as the daemon does, and return what the tick says."""
        result = self.evaluate("followed_players")
        for request in result.dynamic_partitions_requests:
            if isinstance(request, dg.AddDynamicPartitionsRequest):
                self.instance.add_dynamic_partitions(USERS, list(request.partition_keys))
            else:
                for user in request.partition_keys:
                    self.instance.delete_dynamic_partition(USERS, user)
        return str(result.skip_message)

    def tick(self) -> Requested:
        """Let `automation` tick, and return what it asks for."""
        requested: dict[dg.AssetKey, set[str]] = {}
        for request in self.evaluate("automation").run_requests:
            subset = request.asset_graph_subset
            for key in request.asset_selection or subset.asset_keys:
                of_key = {request.partition_key}
                if subset is not None:
                    of_key = set(subset.get_partitions_subset(key).get_partition_keys())
                requested[key] = of_key
        return requested

    def run(self, requested: Requested) -> list[dg.ExecuteInProcessResult]:
        """Run what was asked for, as the backfill daemon makes runs of it."""
        together: dict[frozenset[str], list[dg.AssetKey]] = {}
        for asset_key, keys in requested.items():
            together.setdefault(frozenset(keys), []).append(asset_key)
        return [
            self._execute(assets, first, last)
            for keys, assets in together.items()
            for first, last in self._ranges(assets[0], keys)
        ]

    def work(self) -> list[dg.ExecuteInProcessResult]:
        """Let `automation` tick, and run what it asks for."""
        return self.run(self.tick())

    def green(self, key: dg.AssetKey = RAW_KEY) -> set[str]:
        """Return the partitions that Dagster shows as materialized."""
        return set(self.instance.get_materialized_partitions(key))

    def evaluate(self, name: str) -> Any:
        """Let a sensor tick as the daemon does, and return what it gives."""
        sensor = self.repository.get_sensor_def(name)
        resources = self.repository.get_top_level_resources()
        with (
            dg.build_sensor_context(
                self.instance,
                cursor=self.cursors.get(name),
                repository_def=self.repository,
                resources={key: resources[key] for key in sensor.required_resource_keys},
            ) as context,
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore", DeprecationWarning)  # Dagster's own use of Dagster
            result = sensor.evaluate_tick(context)
        self.cursors[name] = result.cursor
        return result

    def _ranges(self, asset: dg.AssetKey, keys: frozenset[str]) -> list[tuple[str, str]]:
        definition = self.repository.asset_graph.get(asset).partitions_def
        assert definition is not None
        with dg.partition_loading_context(dynamic_partitions_store=self.instance):
            ranges = definition.subset_with_partition_keys(keys).get_partition_key_ranges(
                definition
            )
        return [(each.start, each.end) for each in ranges]

    def _execute(
        self, assets: list[dg.AssetKey], first: str, last: str
    ) -> dg.ExecuteInProcessResult:
        return self.defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=self.instance,
            asset_selection=assets,
            tags={RANGE_START: first, RANGE_END: last},
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )


@contextmanager
def open_automaton(
    folder: Path,
    histories: Histories,
    at: datetime,
    overrides: Mapping[str, Any] | None = None,
    *,
    is_stored: bool = False,
) -> Iterator[Automaton]:
    """Start a deployment that follows nobody yet and whose clocks all stand at `at`.

    Dagster's instance is in memory, which is several times as fast; where `is_stored`, on disk,
    as schedules want it.
    """
    clock = MovableClock(at)
    (folder / "dagster").mkdir()
    (folder / "dagster" / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    stored, in_memory = dg.DagsterInstance.from_config, dg.DagsterInstance.ephemeral
    with (
        SampleChessCom(histories, now=clock.now) as chess_com,
        (stored if is_stored else in_memory)(str(folder / "dagster")) as instance,
    ):
        lake = FolderStore(folder / "lake")
        yield Automaton(chess_com, instance, lake, clock, overrides or {})


def months_requested(requested: Requested, user: str, asset: dg.AssetKey = RAW_KEY) -> list[str]:
    """Return the months of a player that were asked for, ascending, as YYYY-MM."""
    keys = [key.split("|") for key in requested.get(asset, set())]
    return sorted(month.removesuffix("-01") for month, of_user in keys if of_user == user)
