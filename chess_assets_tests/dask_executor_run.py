"""A run through dagster-dask's executor that leaves a mark: `python -m … FOLDER SCHEDULER`."""

import sys
import time
from pathlib import Path
from uuid import uuid4

import dagster as dg
from dagster_dask import dask_executor

TASK = "marking.leave_a_mark"
"""The key of its one task."""
_PATIENCE_S = 120


class Where(dg.Config):
    """Where a run leaves its mark."""

    folder: str


@dg.op
def leave_a_mark(config: Where) -> None:
    """Leave a file with a name of its own, and wait for a file named `go` beside the folder."""
    folder = Path(config.folder)
    (folder / uuid4().hex).touch()
    deadline = time.monotonic() + _PATIENCE_S
    while not (folder.parent / "go").exists():
        assert time.monotonic() < deadline, "nobody said go"
        time.sleep(0.02)


@dg.job(executor_def=dask_executor)
def marking() -> None:
    """Leave a mark on a worker."""
    leave_a_mark()


def main(folder: str, address: str) -> None:
    """Run the job with an instance of its own, and print whether it succeeded."""
    instance_folder = Path(folder).parent / f"dagster-{Path(folder).name}"
    instance_folder.mkdir()
    (instance_folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    config = {
        "execution": {"config": {"cluster": {"existing": {"address": address}}}},
        "ops": {"leave_a_mark": {"config": {"folder": folder}}},
    }
    with (
        dg.DagsterInstance.from_config(str(instance_folder)) as instance,
        dg.execute_job(dg.reconstructable(marking), instance, run_config=config) as result,
    ):
        print("succeeded" if result.success else "failed")


if __name__ == "__main__":
    from chess_assets_tests.dask_executor_run import main as importable_main

    importable_main(*sys.argv[1:])
