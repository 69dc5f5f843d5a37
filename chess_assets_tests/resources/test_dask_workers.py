"""Months computed on a real Dask cluster, and what happens when parts of it die."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from chess_assets.domain.lake.backlog import Backlog, Here, Result, Workers, WorkersGone
from chess_assets.domain.lake.derived_table import MonthWork

from chess_assets.domain.lake.outcomes import TableOutcome
from chess_assets.domain.lake.row_groups import EncodedFile
from chess_assets.domain.months import Month
from chess_assets.resources.dask import DaskResource
from chess_assets_tests.dask_cluster import DaskCluster, dask_cluster
from chess_assets_tests.resources.computations import CLUMSY, DEADLY, Watched, perilous
from chess_assets_tests.resources.years import ALL_COMPUTED, MONTHS, backlog, by_month


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A scheduler with two workers, for tests that leave it as it is."""
    with dask_cluster(tmp_path_factory.mktemp("cluster"), workers=2) as running:
        yield running


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    """A computation whose tasks tell that they were begun and wait for a word."""
    (tmp_path / "tasks").mkdir()
    return Watched(tmp_path / "tasks")


@contextmanager
def workers_of(
    cluster: DaskCluster, due: Backlog, run_id: str = "a-run", games_a_task: int = 1
) -> Iterator[Workers]:
    """Give the cluster's workers to a run."""
    dask = DaskResource(scheduler_address=cluster.address, games_a_task=games_a_task)
    with dask.workers(due, run_id) as workers:
        yield workers


def files(folder: Path) -> dict[str, bytes]:
    """Return the stored files of the table."""
    return {path.parent.name: path.read_bytes() for path in (folder / "ids").rglob("*.parquet")}


def _bodies(results: Iterable[tuple[MonthWork, Result]]) -> Iterator[tuple[Month, bytes]]:
    for work, result in results:
        assert isinstance(result, EncodedFile)
        yield work.month, result.body


def test_same_bytes(cluster: DaskCluster, tmp_path: Path) -> None:
    """Two workers make the same files, to the byte, as this process does."""
    due = backlog(tmp_path, perilous)
    works = [table.work(month) for table, month in due.due]
    with workers_of(cluster, due) as workers:
        made = [dict(_bodies(each.results(works))) for each in (workers, Here())]
    assert list(made[1]) == MONTHS
    assert made[0] == made[1]


def test_two_runs_at_once(cluster: DaskCluster, tmp_path: Path, watched: Watched) -> None:
    """Two runs over the same months on one scheduler both do all of their own work."""

    def run(name: str) -> list[TableOutcome]:
        due = backlog(tmp_path / "lakes" / name, watched)
        with workers_of(cluster, due, name) as workers:
            return list(due.work_off(workers))

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(run, name) for name in ("one", "two")]
        watched.wait_for(2)
        watched.go()
        assert [by_month(each.result()) for each in runs] == [ALL_COMPUTED, ALL_COMPUTED]
    assert len(watched.pids()) == 2 * len(MONTHS)


def test_bounded(cluster: DaskCluster, tmp_path: Path, watched: Watched) -> None:
    """However many months there are, a few more than there are cores are read at once."""
    due = backlog(tmp_path / "lake", perilous)
    read = 0

    def counted(works: Iterator[object]) -> Iterator[object]:
        nonlocal read
        for work in works:
            read += 1
            yield work

    with workers_of(cluster, due) as workers:
        works = counted(table.work(month) for table, month in due.due)
        for count, _ in enumerate(workers.results(works), start=1):  # type: ignore[arg-type]
            assert read <= count + 4


def test_a_month_that_stumbles(cluster: DaskCluster, tmp_path: Path) -> None:
    """What a month's computation raises on a worker fails that month by name, and no other."""
    due = backlog(tmp_path, perilous, odd_month=CLUMSY)
    with workers_of(cluster, due) as workers:
        told = by_month(list(due.work_off(workers)))
    cause = told.pop("2022-06")
    assert cause.startswith("hikaru 2022-06: ids could not be computed (ZeroDivisionError: by a")
    assert set(told.values()) == {"computed"}


def test_a_worker_is_killed(tmp_path: Path, watched: Watched) -> None:
    """A worker killed in the middle of a month costs nothing but time; no month is made twice."""
    due = backlog(tmp_path / "lake", watched)
    with (
        dask_cluster(tmp_path, workers=2) as own,
        workers_of(own, due) as workers,
        ThreadPoolExecutor(1) as pool,
    ):
        outcomes = pool.submit(lambda: list(due.work_off(workers)))
        watched.wait_for(2)
        own.processes[1].kill()
        watched.go()
        assert by_month(outcomes.result()) == ALL_COMPUTED
    assert len(watched.pids()) == len(MONTHS) + 1


def test_a_month_that_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A month that kills every worker fails by name; those that shared its task are made."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "1")
    due = backlog(tmp_path / "lake", perilous, odd_month=DEADLY)
    with (
        dask_cluster(tmp_path, workers=1, is_restarted=True) as own,
        workers_of(own, due, games_a_task=6) as workers,
    ):
        told = by_month(list(due.work_off(workers)))
    cause = told.pop("2022-06")
    assert cause.startswith("hikaru 2022-06: 2 workers died one after the other")
    assert told == {month: "computed" for month in ALL_COMPUTED if month != "2022-06"}


def test_the_scheduler_is_gone(tmp_path: Path, watched: Watched) -> None:
    """Without its scheduler a run says so in a sentence, and what was stored before stays."""
    due = backlog(tmp_path / "lake", watched)
    told = []
    watched.go()
    with dask_cluster(tmp_path, workers=1) as own, workers_of(own, due) as workers:
        outcomes = due.work_off(workers)
        told.append(next(outcomes))
        (watched.folder / "go").unlink()
        own.scheduler.kill()
        with pytest.raises(WorkersGone, match=r"The Dask scheduler at tcp://\S+ is gone"):
            told += outcomes
        watched.go()
    assert set(by_month(told)) == {
        month.removeprefix("month=") for month in files(tmp_path / "lake")
    }
    assert 1 <= len(told) < len(MONTHS)


def test_no_worker(tmp_path: Path) -> None:
    """A scheduler that has no worker for too long is named, instead of being waited for."""
    due = backlog(tmp_path / "lake", perilous)
    with dask_cluster(tmp_path, workers=0) as own:
        dask = DaskResource(scheduler_address=own.address, no_workers_timeout_s=0.1)
        with dask.workers(due, "a-run") as workers, pytest.raises(WorkersGone) as caught:
            list(due.work_off(workers))
    assert f"{own.address} has had no worker" in str(caught.value)


def test_no_scheduler(tmp_path: Path) -> None:
    """An address where nobody is says so, and what to do."""
    due = backlog(tmp_path, perilous)
    dask = DaskResource(scheduler_address="tcp://127.0.0.1:9", connect_timeout_s=0.5)
    with pytest.raises(WorkersGone, match=r"There is no Dask scheduler at tcp://127.0.0.1:9"):
        dask.workers(due, "a-run").__enter__()
