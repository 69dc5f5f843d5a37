"""Where the resource lets months be computed, and what that costs those who compute none."""

from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
from socket import socket

import pytest

from chess_assets.domain.lake.workers import InProcessWorkers, WorkersGone
from chess_assets.resources.dask import DaskResource
from chess_assets_tests.dask_cluster import PROJECT
from chess_assets_tests.domain.lake.following import told
from chess_assets_tests.own_process import run_python
from chess_assets_tests.resources.computations import perilous
from chess_assets_tests.resources.years import ALL_COMPUTED, MONTHS, year_in

OWN_PROCESSES = """
import os, sys
from functools import partial
from pathlib import Path
from chess_assets.resources.dask import DaskResource
from chess_assets_tests.resources.computations import Watched
from chess_assets_tests.resources.years import year_in

print("the program is loaded", flush=True)

if __name__ == "__main__":
    watched = Watched(Path(sys.argv[1]) / "tasks")
    watched.folder.mkdir()
    watched.go()
    year = year_in(Path(sys.argv[1]) / "lake", watched)
    dask = DaskResource(local_from_games=year.rows)
    made = len(list(year.outcomes(partial(dask.workers, "a-run"))))
    print(made, "made", "here" if os.getpid() in watched.pids() else "elsewhere")
"""


def run(*arguments: object) -> list[str]:
    """Run a program in a process of its own, and return the lines that it prints."""
    done = run_python(*map(str, arguments), cwd=PROJECT, env={"PYTHONPATH": str(PROJECT)})
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_processes_of_its_own(tmp_path: Path) -> None:
    """From enough games on, processes are started that don't load this one's program again."""
    program = tmp_path / "program.py"
    program.write_text(OWN_PROCESSES)
    with socket() as another:
        with suppress(OSError):  # another test has Dask's own port already
            another.bind(("127.0.0.1", 8787))
            another.listen()
        made = run("-W", "error:Port", program, tmp_path)
    assert made == ["the program is loaded", "12 made elsewhere"]


def test_too_few_for_processes(tmp_path: Path) -> None:
    """Below that, months are computed in this process."""
    year = year_in(tmp_path, perilous)
    dask = DaskResource(local_from_games=year.rows + 1)
    with dask.workers("a-run", len(MONTHS), year.rows) as workers:
        assert isinstance(workers, InProcessWorkers)
    assert told(list(year.outcomes(partial(dask.workers, "a-run")))) == ALL_COMPUTED


def test_a_cluster_of_a_type(tmp_path: Path) -> None:
    """One of dagster-dask's cluster types is started by config, and ended."""
    year = year_in(tmp_path, perilous)
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": False}
    dask = DaskResource(cluster={"local": {**options, "dashboard_address": "127.0.0.1:0"}})
    with dask.workers("a-run", len(MONTHS), year.rows) as workers:
        assert "1 cores" in str(workers)
        given = year.outcomes(lambda partitions, rows: nullcontext(workers))  # noqa: ARG005 - WorkersFor's
        assert told(list(given)) == ALL_COMPUTED


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("abacus", "abacus is no cluster type: azurevm, ecs,"),
        ("slurm", "A cluster of type slurm needs dask_jobqueue: install it."),
    ],
)
def test_no_such_cluster(kind: str, sentence: str) -> None:
    """A type that does not exist, or is not installed, is named."""
    opening = DaskResource(cluster={kind: {}}).workers("a-run", partitions=12, rows=24)
    with pytest.raises(WorkersGone, match=sentence), opening:
        pass
