"""Months computed on a real Dask cluster, and what happens when parts of it die."""

import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from chess_assets.domain.lake.computing import PartitionWork
from chess_assets.domain.lake.outcomes import Done
from chess_assets.domain.lake.partitioned_table import WorkersFor, in_this_process
from chess_assets.domain.lake.workers import Result, Workers, WorkersGone
from chess_assets.resources.dask import DaskResource
from chess_assets_tests.dask_cluster import DaskCluster, dask_cluster
from chess_assets_tests.domain.lake.following import LINKS, told
from chess_assets_tests.resources.computations import CLUMSY, DEADLY, Watched, perilous
from chess_assets_tests.resources.years import ALL_COMPUTED, JUNE, MONTHS, year_in


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


def on(cluster: DaskCluster, run_id: str = "a-run", games_a_task: int = 1) -> WorkersFor:
    """Return what gives a cluster's workers to a run."""
    dask = DaskResource(scheduler_address=cluster.address, games_a_task=games_a_task)
    return partial(dask.workers, run_id)


def test_same_bytes(cluster: DaskCluster, tmp_path: Path) -> None:
    """Two workers make the same files, to the byte, as this process does."""
    year, made = year_in(tmp_path, perilous), []
    for workers in (on(cluster), in_this_process):
        assert told(list(year.outcomes(workers))) == ALL_COMPUTED
        made.append(year.files())
        shutil.rmtree(tmp_path / LINKS.name)
    assert len(made[0]) == len(MONTHS)
    assert made[0] == made[1]


def test_two_runs_at_once(cluster: DaskCluster, tmp_path: Path, watched: Watched) -> None:
    """Two runs over the same months on one scheduler both do all of their own work."""

    def run(name: str) -> dict[str, str]:
        year = year_in(tmp_path / "lakes" / name, watched)
        return told(list(year.outcomes(on(cluster, name))))

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(run, name) for name in ("one", "two")]
        watched.wait_for(2)
        watched.go()
        assert [each.result() for each in runs] == [ALL_COMPUTED, ALL_COMPUTED]
    assert len(watched.pids()) == 2 * len(MONTHS)


def test_bounded(cluster: DaskCluster, tmp_path: Path, watched: Watched) -> None:
    """However many months there are, a few more than there are cores are read at once."""
    read = stored = 0

    @contextmanager
    def counting(partitions: int, rows: int) -> Iterator[Workers]:
        with on(cluster)(partitions, rows) as workers:
            yield Counting(workers)

    class Counting:
        def __init__(self, workers: Workers) -> None:
            self._workers = workers

        def results(self, works: Iterable[PartitionWork]) -> Iterator[tuple[PartitionWork, Result]]:
            return self._workers.results(map(self._counted, works))

        def _counted(self, work: PartitionWork) -> PartitionWork:
            nonlocal read
            read += 1
            return work

    for outcome in year_in(tmp_path / "lake", perilous).outcomes(counting):
        assert isinstance(outcome.outcome, Done)
        stored += 1
        assert read <= stored + 4
    assert (read, stored) == (len(MONTHS), len(MONTHS))


def test_a_month_that_stumbles(cluster: DaskCluster, tmp_path: Path) -> None:
    """What a month's computation raises on a worker fails that month by name, and no other."""
    year = year_in(tmp_path, perilous, odd_game=CLUMSY)
    said = told(list(year.outcomes(on(cluster))))
    cause = said.pop(JUNE)
    assert cause.startswith("hikaru 2022-06: links could not be computed (ZeroDivisionError: by a")
    assert said == {month: "computed" for month in ALL_COMPUTED if month != JUNE}


def test_a_worker_is_killed(tmp_path: Path, watched: Watched) -> None:
    """A worker killed in the middle of a month costs nothing but time; no month is made twice."""
    year = year_in(tmp_path / "lake", watched)
    with dask_cluster(tmp_path, workers=2) as own, ThreadPoolExecutor(1) as pool:
        outcomes = pool.submit(lambda: list(year.outcomes(on(own))))
        watched.wait_for(2)
        own.processes[1].kill()
        watched.go()
        assert told(outcomes.result()) == ALL_COMPUTED
    assert len(watched.pids()) == len(MONTHS) + 1


def test_a_month_that_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A month that kills every worker fails by name; those that shared its task are made."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "1")
    year = year_in(tmp_path / "lake", perilous, odd_game=DEADLY)
    with dask_cluster(tmp_path, workers=1, is_restarted=True) as own:
        said = told(list(year.outcomes(on(own, games_a_task=6))))
    cause = said.pop(JUNE)
    assert cause.startswith("hikaru 2022-06: 2 workers died one after the other")
    assert said == {month: "computed" for month in ALL_COMPUTED if month != JUNE}


def test_the_scheduler_is_gone(tmp_path: Path, watched: Watched) -> None:
    """Without its scheduler a run says so in a sentence, and what was stored before stays."""
    year = year_in(tmp_path / "lake", watched)
    landed = []
    watched.go()
    with dask_cluster(tmp_path, workers=1) as own:
        outcomes = year.outcomes(on(own))
        landed.append(next(outcomes))
        (watched.folder / "go").unlink()
        own.scheduler.kill()
        with pytest.raises(WorkersGone, match=r"The Dask scheduler at tcp://\S+ is gone"):
            landed += outcomes
        watched.go()
    assert set(told(landed)) == {f"hikaru {month}" for month in year.files()}
    assert 1 <= len(landed) < len(MONTHS)


def test_no_worker(tmp_path: Path) -> None:
    """A scheduler that has no worker for too long is named, instead of being waited for."""
    year = year_in(tmp_path / "lake", perilous)
    with dask_cluster(tmp_path, workers=0) as own:
        dask = DaskResource(scheduler_address=own.address, no_workers_timeout_s=0.1)
        with pytest.raises(WorkersGone) as caught:
            list(year.outcomes(partial(dask.workers, "a-run")))
    assert f"{own.address} has had no worker" in str(caught.value)


def test_no_scheduler() -> None:
    """An address where nobody is says so, and what to do."""
    dask = DaskResource(scheduler_address="tcp://127.0.0.1:9", connect_timeout_s=0.5)
    with pytest.raises(WorkersGone, match=r"There is no Dask scheduler at tcp://127.0.0.1:9"):
        dask.workers("a-run", partitions=12, rows=24).__enter__()
