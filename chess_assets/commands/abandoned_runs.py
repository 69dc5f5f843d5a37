"""Runs of commands whose process died: ended here, so that they don't hold chess.com's pool.

A killed process cannot give its pool slot back, and without a daemon nobody else would: the next
`sync` would wait for ever. Runs that the daemon launches are its run monitoring's business.
"""

import os
import socket

from dagster import DagsterInstance, DagsterRun

from chess_assets.assets.player_months import CHESS_COM_POOL

_PROCESS_TAG = "chess_assets/process"


def process_tags() -> dict[str, str]:
    """Return the tags that let other commands see whether this process lives."""
    return {_PROCESS_TAG: f"{socket.gethostname()}:{os.getpid()}"}


def end_abandoned_runs(instance: DagsterInstance) -> None:
    """Fail the runs that hold chess.com's pool though their process on this machine is gone."""
    for run in _holders(instance):
        if _is_abandoned(run):
            instance.report_run_failed(run, "The process of this run is gone.")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def is_pool_taken(instance: DagsterInstance) -> bool:
    """Whether another run is asking chess.com now, so that a new one has to wait."""
    return bool(_holders(instance))


def _holders(instance: DagsterInstance) -> list[DagsterRun]:
    storage = instance.event_log_storage
    if not storage.supports_global_concurrency_limits:
        return []
    slots = storage.get_concurrency_info(CHESS_COM_POOL).claimed_slots
    runs = [instance.get_run_by_id(run_id) for run_id in {slot.run_id for slot in slots}]
    return [run for run in runs if run is not None]


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
