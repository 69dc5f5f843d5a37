"""A run whose first step ends at once and whose second goes on while a file is there.

`dagster job execute -m chess_assets_tests.waiting_run -j JOB`, started in the folder of an
instance, executes it with our IO manager.
"""

import os
import time
from pathlib import Path

import dagster as dg
from dagster_aws.s3 import S3Resource

from chess_assets.io_managers.lake import LakeIOManager
from chess_assets.io_managers.parquet import ParquetIOManager

FIRST_ENDED, GOES_ON = "first-ended", "goes-on"
_LAKE = LakeIOManager(s3=S3Resource())


@dg.op
def first(lake: dg.ResourceParam[ParquetIOManager]) -> int:
    """End at once."""
    return os.getpid()


@dg.op
def second(lake: dg.ResourceParam[ParquetIOManager], first_pid: int) -> None:
    """Note the process of the first step, and go on while the file is there."""
    Path(FIRST_ENDED).write_text(str(first_pid))
    while Path(GOES_ON).exists():
        time.sleep(0.05)


@dg.job(resource_defs={"lake": _LAKE}, executor_def=dg.in_process_executor)
def in_process() -> None:
    """Both steps in the run's own process."""
    second(first())


@dg.job(resource_defs={"lake": _LAKE}, executor_def=dg.multiprocess_executor)
def multiprocess() -> None:
    """Each step in a process of its own, which is gone when the step has ended."""
    second(first())


@dg.repository
def waiting_runs() -> list[dg.JobDefinition]:
    """What `dagster job execute` chooses from."""
    return [in_process, multiprocess]
