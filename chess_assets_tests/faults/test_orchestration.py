"""What Dagster does when processes die, and what it must not be used for."""

import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import dagster as dg
import pytest

from chess_assets.definitions import defs

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """An instance with the project's dagster.yaml."""
    shutil.copy(PROJECT / "dagster.yaml", tmp_path)
    with chdir(tmp_path), dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        yield instance


def test_dask_executor_is_not_used() -> None:
    """No job's steps run on a Dask scheduler, where a second run would get the first's result."""
    executors = {job.executor_def.name for job in defs.resolve_all_job_defs()}
    assert executors == {dg.in_process_executor.name}


def test_killed_runs_end(instance: dg.DagsterInstance) -> None:
    """Run monitoring ends runs that never start or go on for too long, whatever was killed."""
    assert instance.run_monitoring_enabled
    assert 0 < instance.run_monitoring_start_timeout_seconds <= 600
    assert 0 < instance.run_monitoring_max_runtime_seconds <= 4 * 3600


def test_runs_are_not_retried_blindly(instance: dg.DagsterInstance) -> None:
    """What is due is found by looking at the lake; no retry has to be remembered."""
    assert not instance.run_retries_enabled
