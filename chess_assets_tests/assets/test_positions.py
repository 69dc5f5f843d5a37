"""`positions` through Dagster: what is computed and kept, on which workers, and what is said."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from chess_assets.definitions import build_defs
from chess_assets.domain.games import games_from_raw
from chess_assets.domain.lake.outcomes import Action, Done, PartitionOutcome
from chess_assets.domain.lake.partition_file import CONTENT_VERSION
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.raw_archives.merge import merge_answer
from chess_assets.domain.raw_archives.rows import raw_games
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, POSITIONS
from chess_assets.io_managers.lake import LakeIOManager
from chess_assets.partitions import partition_key
from chess_assets.resources.dask import DaskResource
from chess_assets.resources.progress import Progress
from chess_assets.sample import FixedHistories
from chess_assets_tests.asset_keys import POSITIONS_KEY
from chess_assets_tests.dask_cluster import DaskCluster, dask_cluster
from chess_assets_tests.made_games import USER, histories_of, made_game
from chess_assets_tests.workbench import Workbench, failure_of, open_workbench

FIRST, LAST = Month(2023, 1), Month(2023, 8)
MONTHS = list(months_between(FIRST, LAST))
KEYS = {str(partition_key(USER, month)) for month in MONTHS}
LATER = datetime(2024, 3, 1, tzinfo=UTC)


class Computed(Progress):
    """Keeps what was computed and what was kept, and does something after the first month."""

    def __init__(self, after_first: Callable[[], object] | None = None) -> None:
        self.months: dict[Action, list[Month]] = {action: [] for action in Action}
        self._after_first = after_first

    def note(self, schema: TableSchema, outcome: PartitionOutcome) -> None:
        """Take notice of a month."""
        assert schema == POSITIONS
        if isinstance(outcome.outcome, Done):
            assert outcome.partition.month is not None
            self.months[outcome.outcome.action].append(outcome.partition.month)
        if self._after_first is not None:
            self._after_first()
            self._after_first = None


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A deployment in which the games of eight months are stored."""
    with open_months(tmp_path) as bench:
        yield bench


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A scheduler with two workers, for tests that leave it as it is."""
    with dask_cluster(tmp_path_factory.mktemp("cluster"), workers=2) as running:
        yield running


@contextmanager
def open_months(folder: Path) -> Iterator[Workbench]:
    """Start a deployment in which the games of eight months are stored."""
    with open_workbench(folder, histories_of(MONTHS), LATER) as bench:
        for month in MONTHS:
            store_games(bench, month)
        yield bench


def store_games(bench: Workbench, month: Month, *more: Any) -> None:
    """Store the player's typed games of a month, and more games."""
    histories = bench.chess_com.histories
    assert isinstance(histories, FixedHistories)
    sent = [*histories.by_player[USER][month], *more]
    raw = merge_answer(None, raw_games(sent), fetched_at=LATER, last_fetched_at=None).table
    table = PlayerTable(bench.lake, GAMES, USER)
    version = {CONTENT_VERSION: f"{month} {len(sent)}"}
    table.write(month, games_from_raw(raw), version, replacing=table.state(month))


def run(
    bench: Workbench,
    progress: Progress | None = None,
    *,
    scheduler_address: str | None = None,
    connect_timeout_s: float = 30,
) -> dg.ExecuteInProcessResult:
    """Run the months as a backfill with one run does."""
    defs = build_defs(
        {
            "lake": LakeIOManager(uri=bench.lake.uri, progress=progress or Progress()),
            "dask": DaskResource(
                scheduler_address=scheduler_address,
                connect_timeout_s=connect_timeout_s,
                games_a_task=1,
            ),
        }
    )
    return defs.resolve_implicit_global_asset_job_def().execute_in_process(
        instance=bench.instance,
        asset_selection=[POSITIONS_KEY],
        tags={
            "dagster/asset_partition_range_start": partition_key(USER, FIRST),
            "dagster/asset_partition_range_end": partition_key(USER, LAST),
        },
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )


def files(bench: Workbench) -> dict[str, bytes]:
    """Return the stored files."""
    folder = Path(bench.lake.uri, POSITIONS.name)
    return {path.parent.name: path.read_bytes() for path in folder.rglob("*.parquet")}


def test_every_position(bench: Workbench) -> None:
    """Every game has the start and the position after each of its plies; every month is green."""
    assert run(bench).success
    assert bench.green(POSITIONS_KEY) == KEYS
    for month in MONTHS:
        games = bench.rows(month, GAMES)
        assert bench.rows(month, POSITIONS).num_rows == pc.sum(games["plies"]).as_py() + len(games)


def test_nothing_changed(bench: Workbench) -> None:
    """A second run computes and writes nothing, and is green."""
    run(bench)
    before = bench.files(POSITIONS)
    bench.instance.wipe_assets([POSITIONS_KEY])
    progress = Computed()
    assert run(bench, progress).success
    assert (progress.months[Action.KEPT], progress.months[Action.COMPUTED]) == (MONTHS, [])
    assert bench.files(POSITIONS) == before
    assert bench.green(POSITIONS_KEY) == KEYS


def test_only_what_changed(bench: Workbench) -> None:
    """After a new game in one month, that month is computed and no other."""
    run(bench)
    store_games(bench, LAST, made_game(7, LAST.end - timedelta(days=1)))
    progress = Computed()
    assert run(bench, progress).success
    assert progress.months[Action.COMPUTED] == [LAST]
    assert bench.rows(LAST, POSITIONS).num_rows == 3 * 8


def test_a_game_without_positions_is_named(bench: Workbench) -> None:
    """A game whose moves are not legal is named in the log, and the others have positions."""
    rows = bench.rows(LAST, GAMES)
    moves = [rows["moves_uci"][0].as_py(), ["e2e4", "e7e5", "e1e8"]]
    broken = rows.set_column(
        rows.column_names.index("moves_uci"),
        rows.schema.field("moves_uci"),
        pa.array(moves, rows.schema.field("moves_uci").type),
    )
    table = PlayerTable(bench.lake, GAMES, USER)
    table.write(LAST, broken, {CONTENT_VERSION: "broken"}, replacing=table.state(LAST))
    result = run(bench)
    assert result.success
    (event,) = [
        each
        for each in result.asset_materializations_for_node(POSITIONS.name)
        if each.partition == partition_key(USER, LAST)
    ]
    assert event.metadata["games_with_positions"].value == 1
    logged = [entry.message for entry in bench.instance.all_logs(result.run_id)]
    named = [each for each in logged if "has no positions: ply 3, 'e1e8'" in each]
    assert len(named) == 1
    assert named[0].startswith(f"{USER} {LAST}  Game ")


def test_a_month_without_games(bench: Workbench) -> None:
    """A month whose games are not stored fails by name, and all others land and are green."""
    Path(bench.lake.uri, GAMES.name, f"user={USER}", "month=2023-05", "part-0.parquet").unlink()
    result = run(bench)
    assert "1 of 8 months failed: testplayer 2023-05: games is not stored" in failure_of(result)
    assert bench.green(POSITIONS_KEY) == KEYS - {str(partition_key(USER, Month(2023, 5)))}


def test_on_a_cluster(bench: Workbench, cluster: DaskCluster) -> None:
    """Two workers of a running scheduler make the same files, to the byte, as this process does."""
    run(bench)
    here = files(bench)
    shutil.rmtree(Path(bench.lake.uri, POSITIONS.name))
    assert run(bench, scheduler_address=cluster.address).success
    assert files(bench) == here
    assert len(here) == len(MONTHS)


def test_a_worker_is_killed(bench: Workbench, tmp_path: Path) -> None:
    """A worker killed in the middle of a run costs no month, and none is computed twice."""
    with dask_cluster(tmp_path, workers=2) as own:
        progress = Computed(after_first=own.processes[1].kill)
        assert run(bench, progress, scheduler_address=own.address).success
    assert sorted(progress.months[Action.COMPUTED]) == MONTHS
    assert bench.green(POSITIONS_KEY) == KEYS


def test_the_scheduler_is_gone(bench: Workbench, tmp_path: Path) -> None:
    """A run whose scheduler goes says so; its months are kept, green, and not computed again."""
    with dask_cluster(tmp_path, workers=1) as own:
        progress = Computed(after_first=own.scheduler.kill)
        result = run(bench, progress, scheduler_address=own.address)
    assert f"The Dask scheduler at {own.address} is gone" in failure_of(result)
    landed = progress.months[Action.COMPUTED]
    assert bench.green(POSITIONS_KEY) == {str(partition_key(USER, month)) for month in landed}
    again = Computed()
    assert run(bench, again).success
    assert again.months[Action.KEPT] == landed
    assert sorted(landed + again.months[Action.COMPUTED]) == MONTHS


def test_nobody_there(bench: Workbench) -> None:
    """A scheduler that is not there is named; with nothing to compute it is not looked for."""
    nowhere = "tcp://127.0.0.1:9"
    assert f"There is no Dask scheduler at {nowhere}" in failure_of(
        run(bench, scheduler_address=nowhere, connect_timeout_s=0.5)
    )
    assert run(bench).success
    assert run(bench, scheduler_address=nowhere).success


def test_nothing_asks_for_them() -> None:
    """Positions are made when somebody wants them: no condition asks for them by itself."""
    graph = build_defs().resolve_asset_graph()
    made = graph.materializable_asset_keys
    by_itself = {key for key in made if graph.get(key).automation_condition is not None}
    assert made - by_itself == {POSITIONS_KEY}
