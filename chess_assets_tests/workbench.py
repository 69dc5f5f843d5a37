"""A whole deployment in a folder: the look-alike, a lake, a Dagster instance, a clock to move."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa

from chess_assets.definitions import build_defs
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore
from chess_assets.io_managers.lake import LakeIOManager
from chess_assets.partitions import RANGE_END, RANGE_START, USERS, partition_key
from chess_assets.resources.chess_com import ChessComResource
from chess_assets.sample import Histories, SampleChessCom
from chess_assets_tests.asset_keys import GAMES_KEY, RAW_KEY
from chess_assets_tests.made_games import USER


class MovableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.at


@dataclass
class Workbench:
    """What a test works with."""

    chess_com: SampleChessCom
    instance: dg.DagsterInstance
    lake: FolderStore
    clock: MovableClock

    def materialize(
        self,
        first: Month,
        last: Month | None = None,
        *,
        assets: Sequence[dg.AssetKey] = (RAW_KEY, GAMES_KEY),
        refresh: bool = False,
        user: str = USER,
        last_user: str | None = None,
    ) -> dg.ExecuteInProcessResult:
        """Run a range of months as a backfill with one run does."""
        start, end = partition_key(user, first), partition_key(last_user or user, last or first)
        return self.run_range(start, end, assets, refresh=refresh)

    def run_range(
        self, start: str, end: str, assets: Sequence[dg.AssetKey], *, refresh: bool = False
    ) -> dg.ExecuteInProcessResult:
        """Run a range of partitions, whatever its ends are."""
        defs = build_defs(
            {
                "lake": LakeIOManager(uri=self.lake.uri),
                "chess_com": ChessComResource(api_url=self.chess_com.url, contact="tests"),
                "clock": self.clock,
            }
        )
        config = {"raw_pgn_archives": {"refresh": refresh}, "games": {"replayed_share": 1.0}}
        chosen = {key.to_user_string() for key in assets}
        return defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=self.instance,
            asset_selection=list(assets),
            tags={RANGE_START: start, RANGE_END: end},
            run_config={
                "ops": {name: {"config": each} for name, each in config.items() if name in chosen},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
            raise_on_error=False,
        )

    def rows(self, month: Month, schema: TableSchema = GAMES, user: str = USER) -> pa.Table:
        """Read a stored month back."""
        stored = PlayerTable(self.lake, schema, user).read(month)
        assert stored is not None, f"{schema.name} {month} is not stored"
        return stored[0]

    def green(self, key: dg.AssetKey = RAW_KEY) -> set[str]:
        """Return the partitions that Dagster shows as materialized."""
        return set(self.instance.get_materialized_partitions(key))

    def files(self, schema: TableSchema = RAW_PGN_ARCHIVES) -> dict[str, str]:
        """Return the ETag of every file of a table."""
        return {info.key: info.etag for info in self.lake.list(f"{schema.name}/")}


@contextmanager
def open_workbench(folder: Path, histories: Histories, at: datetime) -> Iterator[Workbench]:
    """Start a deployment whose clocks all stand at `at`, with the histories' players registered.

    Dagster's own storage is in memory, where a run costs a third; the lake is files.
    """
    clock = MovableClock(at)
    settings = {"telemetry": {"enabled": False}}
    with (
        SampleChessCom(histories, now=clock.now) as chess_com,
        dg.DagsterInstance.ephemeral(str(folder / "dagster"), settings=settings) as instance,
    ):
        instance.add_dynamic_partitions(USERS, list(histories.players()))
        yield Workbench(chess_com, instance, FolderStore(folder / "lake"), clock)


def failure_of(result: dg.ExecuteInProcessResult) -> str:
    """Return the sentence that a failed run shows."""
    (failure,) = [event for event in result.all_node_events if event.is_step_failure]
    data: Any = failure.event_specific_data
    return str(data.error_display_string)
