"""Why dagster-dask's executor is not used: how it behaves on a scheduler that runs share."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from dask.distributed import Client

from chess_assets_tests.dask_cluster import PROJECT, dask_cluster
from chess_assets_tests.dask_executor_run import TASK

_PATIENCE_S = 120


def start_run(folder: Path, address: str) -> "subprocess.Popen[str]":
    """Start a run that leaves its mark in a folder."""
    folder.mkdir()
    command = (sys.executable, "-m", "chess_assets_tests.dask_executor_run", folder, address)
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=PROJECT, stdout=pipe, stderr=pipe, text=True)


def wait_for_runs(client: Client, count: int) -> None:
    """Wait until so many runs wait for the one task that all of them name alike."""

    def waiting(dask_scheduler: Any) -> int:
        task = dask_scheduler.tasks.get(TASK)
        return len(task.who_wants or ()) if task is not None else 0

    deadline = time.monotonic() + _PATIENCE_S
    while client.run_on_scheduler(waiting) < count:
        assert time.monotonic() < deadline, f"there are no {count} runs"
        time.sleep(0.05)


def test_success_without_executing(tmp_path: Path) -> None:
    """Of two runs at once, both succeed and one executes: should this fail, look at it again."""
    with (
        dask_cluster(tmp_path, workers=1) as cluster,
        Client(cluster.address, set_as_default=False) as client,
    ):
        runs = []
        for number, name in enumerate(("one", "two"), start=1):
            runs.append(start_run(tmp_path / name, cluster.address))
            wait_for_runs(client, number)
        (tmp_path / "go").touch()
        said = [run.communicate(timeout=_PATIENCE_S) for run in runs]
    assert [out for out, _ in said] == ["succeeded\n", "succeeded\n"], said
    marks = [len(list((tmp_path / name).iterdir())) for name in ("one", "two")]
    assert marks == [1, 0]
