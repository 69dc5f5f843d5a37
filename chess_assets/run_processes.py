"""Which runs are worked on, so that a run whose process died can be told from a slow one.

A killed process cannot end its run or give chess.com's pool back. Dagster's run monitoring does
both, but not before the longest time that a run may take is over. So a run's process locks a file
of the run's name in the instance's folder, before its first step and before it waits for a pool.
The kernel takes the lock back when the process is gone, however that happened, whatever its pid,
in which container it was, and also with the machine. Whoever looks (a sensor, the next `sync`) ends
the runs whose lock nobody holds.

What cannot be judged that way is left to run monitoring: runs of other code locations, runs whose
steps have processes of their own (no process of ours is there from beginning to end), and locks of
another machine's on a network file system, where this kernel does not see whether they are held.
"""

import fcntl
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from uuid import uuid4

from dagster import DagsterEventType, DagsterInstance, DagsterRun
from dagster._core.code_pointer import ModuleCodePointer

from chess_assets.domain.processes import boot_id

_FOLDER = "run_locks"
_MODULE = "chess_assets.definitions"
_IN_PROCESS = "Executing steps in process"
_BOOT_ID_BYTES = 100
_MOUNTS = Path("/proc/self/mountinfo")
# No two machines have one of these mounted at once: a lock that is free is free everywhere.
_LOCAL_DISKS = {"btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "tmpfs", "xfs", "zfs"}
_held: dict[str, int] = {}  # file descriptors by run id, open until the run or the process ends


def note_process(instance: DagsterInstance | None, run: DagsterRun | None) -> None:
    """Lock a run for as long as this process lives, if it is the one that the run ends with."""
    if instance is None or instance.is_ephemeral or run is None or run.run_id in _held:
        return
    for earlier in list(_held):  # of a process that executes one run after the other
        if (known := instance.get_run_by_id(earlier)) is not None and known.is_finished:
            os.close(_held.pop(earlier))
    if _is_whole_run_here(instance, run):
        _lock(instance, run.run_id)


@contextmanager
def locked_run(instance: DagsterInstance, run_id: str) -> Generator[None]:
    """Lock a run that this process is about to begin, until the block ends, and the run with it."""
    _lock(instance, run_id)
    try:
        yield
    finally:
        if run_id in _held:  # the file stays: should the run not have ended, the next look ends it
            os.close(_held.pop(run_id))


def end_abandoned_runs(
    instance: DagsterInstance, location: str | None = None
) -> Iterator[DagsterRun]:
    """Fail the runs whose process is gone for certain, free their pool slots, yield them.

    Args:
        instance: The instance; its other code locations' runs are left alone.
        location: The name of this code location; None: whichever loads `chess_assets.definitions`.
    """
    storage = instance.event_log_storage
    if instance.is_ephemeral:
        return
    for path in sorted(_folder(instance).glob("*.lock")):
        with _taken_over(path) as is_free:
            # Looked at only now: a run that ended well in between gave its lock back after that.
            run = instance.get_run_by_id(path.stem) if is_free else None
            if run is None or not _is_of(run, location):
                continue
            if not run.is_finished:
                instance.report_run_failed(run, "The process of this run is gone: it was killed.")
                if storage.supports_global_concurrency_limits:
                    storage.free_concurrency_slots_for_run(run.run_id)
                yield run
            path.unlink(missing_ok=True)


def _is_whole_run_here(instance: DagsterInstance, run: DagsterRun) -> bool:
    """Whether all steps of a run are executed in this process.

    Other executors make the resources in processes that are gone when their step is over, while the
    run goes on. Dagster says which it is before the first resource is made, and nowhere else.
    """
    records = instance.get_records_for_run(run.run_id, of_type=DagsterEventType.ENGINE_EVENT)
    said = f"{_IN_PROCESS} (pid: {os.getpid()})"
    return any(each.event_log_entry.user_message == said for each in records.records)


def _is_of(run: DagsterRun, location: str | None) -> bool:
    """Whether a run is of a code location; one without a location was started by a command."""
    if run.remote_job_origin is None:
        return True
    if location is not None:
        return run.remote_job_origin.location_name == location
    code = run.job_code_origin
    pointer = None if code is None else code.repository_origin.code_pointer
    return isinstance(pointer, ModuleCodePointer) and pointer.module == _MODULE


def _folder(instance: DagsterInstance) -> Path:
    return Path(instance.root_directory) / _FOLDER


def _lock(instance: DagsterInstance, run_id: str) -> None:
    """Lock a run's file; where that is not possible, the run is judged by nobody."""
    if instance.is_ephemeral:
        return
    path = _folder(instance) / f"{run_id}.lock"
    unfinished = path.with_suffix(f".{uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.write(handle, boot_id().encode())
            unfinished.rename(path)  # so nobody ever finds it without its lock
        except OSError:
            unfinished.unlink(missing_ok=True)
            os.close(handle)
            raise
    except OSError:
        return
    _held[run_id] = handle
    _let_forks_forget()


@cache
def _let_forks_forget() -> None:
    """Let forks of this process not keep the locks, which are this process's alone."""

    def forget() -> None:
        while _held:
            os.close(_held.popitem()[1])

    os.register_at_fork(after_in_child=forget)


@contextmanager
def _taken_over(path: Path) -> Generator[bool]:
    """Hold a lock that its process has certainly left, while its run is ended; say whether."""
    handle = None
    try:
        handle = os.open(path, os.O_RDWR)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_same = os.fstat(handle).st_ino == path.stat().st_ino  # the run was not resumed
        boot = os.read(handle, _BOOT_ID_BYTES).decode(errors="replace")
        is_seen_here = bool(boot) and (boot == boot_id() or _is_on_local_disk(path))
        is_free = is_same and is_seen_here
    except OSError:  # held, or not ours to judge
        is_free = False
    try:
        yield is_free
    finally:
        if handle is not None:
            os.close(handle)


def _is_on_local_disk(path: Path) -> bool:
    """Whether only one machine at a time can have a file's disk; False where nobody says so."""
    kind, longest = "", -1
    with suppress(OSError, ValueError, IndexError):
        resolved = path.resolve()
        for line in _MOUNTS.read_text().splitlines():
            before, _, after = line.partition(" - ")
            mount = Path(before.split()[4].encode().decode("unicode_escape"))
            if resolved.is_relative_to(mount) and len(mount.parts) >= longest:
                kind, longest = after.split()[0], len(mount.parts)
    return kind in _LOCAL_DISKS
