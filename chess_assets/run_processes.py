"""Which process works on a run, so that a run whose process died can be told from a slow one.

A killed process cannot end its run or give chess.com's pool back. Dagster's run monitoring does
both, but not before the longest time that a run may take is over. So every run's process notes
itself when it opens the lake, which is before its first step and before it waits for a pool, and
whoever looks (a sensor, the next `sync`) ends the runs whose process is gone.
Runs of other machines are left to the monitoring.
"""

import os
import socket
from collections.abc import Iterator

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter

_PROCESS_TAG = "chess_assets/process"
_NOT_OVER = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


def process_tags() -> dict[str, str]:
    """Return the tags that say that this process works on a run."""
    return {_PROCESS_TAG: f"{socket.gethostname()}:{os.getpid()}"}


def note_process(instance: DagsterInstance | None, run: DagsterRun | None) -> None:
    """Note on a run that this process works on it; without a run there is nothing to note."""
    if instance is not None and run is not None and _PROCESS_TAG not in run.tags:
        instance.add_run_tags(run.run_id, process_tags())


def end_abandoned_runs(instance: DagsterInstance) -> Iterator[DagsterRun]:
    """Fail the runs whose process on this machine is gone, free their pool slots, yield them."""
    storage = instance.event_log_storage
    for run in instance.get_runs(RunsFilter(statuses=_NOT_OVER)):
        if _is_abandoned(run):
            instance.report_run_failed(run, "The process of this run is gone: it was killed.")
            if storage.supports_global_concurrency_limits:
                storage.free_concurrency_slots_for_run(run.run_id)
            yield run


def _is_abandoned(run: DagsterRun) -> bool:
    host, _, pid = run.tags.get(_PROCESS_TAG, "").rpartition(":")
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)  # asks only whether the process is there
    except ProcessLookupError:
        return True
    except PermissionError:  # there, and somebody else's
        return False
    return False
