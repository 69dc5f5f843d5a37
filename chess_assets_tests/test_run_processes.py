"""Which runs are ended as killed: those whose process is gone for certain, and no others."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin
from dagster._core.remote_origin import (
    GrpcServerCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.test_utils import create_run_for_test

from chess_assets.domain.processes import boot_id
from chess_assets.resources.chess_com import CHESS_COM_POOL
from chess_assets.run_processes import end_abandoned_runs, locked_run
from chess_assets_tests.waiting_run import FIRST_ENDED, GOES_ON

PROJECT = Path(__file__).parents[1]
_PATIENCE_S = 120
_UNSHARE = ("unshare", "--pid", "--fork", "--mount-proc", "--kill-child")
_NOTHING = "true"
_EXECUTE = ("-m", "dagster", "job", "execute", "-m", "chess_assets_tests.waiting_run", "-j")


Begin = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """An instance with the project's dagster.yaml, in whose folder one is."""
    shutil.copy(PROJECT / "dagster.yaml", tmp_path)
    with chdir(tmp_path), dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        yield instance


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts a run in a process of its own, and waits until its second step goes on."""
    (tmp_path / GOES_ON).touch()
    begun: list[subprocess.Popen[bytes]] = []

    def started(executor: str, *prefix: str) -> "subprocess.Popen[bytes]":
        with (tmp_path / "output").open("ab") as output:
            process = subprocess.Popen(
                [*prefix, sys.executable, *_EXECUTE, executor],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(PROJECT)},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        begun.append(process)
        first_ended = tmp_path / FIRST_ENDED
        wait_until(lambda: first_ended.exists() or process.poll() is not None)
        assert first_ended.exists(), (tmp_path / "output").read_text()
        return process

    yield started
    for process in begun:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for another process."""
    until = time.monotonic() + _PATIENCE_S
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def ended(instance: dg.DagsterInstance, location: str | None = None) -> list[str]:
    """Look for killed runs, and return those that were ended."""
    return [run.run_id for run in end_abandoned_runs(instance, location)]


def only_run(instance: dg.DagsterInstance) -> dg.DagsterRun:
    """Return the one run that there is."""
    (run,) = instance.get_runs()
    return run


def started_by_daemon(instance: dg.DagsterInstance, location: str, module: str) -> str:
    """Make a run as `dagster dev` does for a code location, and return its id."""
    server = GrpcServerCodeLocationOrigin("localhost", socket="a-socket", location_name=location)
    pointer = ModuleCodePointer(module, "defs")
    run = create_run_for_test(
        instance,
        status=dg.DagsterRunStatus.STARTED,
        remote_job_origin=RemoteJobOrigin(RemoteRepositoryOrigin(server, "a_repository"), "a_job"),
        job_code_origin=JobPythonOrigin(
            "a_job", RepositoryPythonOrigin(sys.executable, pointer, entry_point=["dagster"])
        ),
    )
    return run.run_id


def test_goes_on_then_killed(instance: dg.DagsterInstance, begin: Begin) -> None:
    """A run that goes on is left alone; once its process is killed the run is ended."""
    process = begin("in_process")
    assert ended(instance) == []
    kill(process)
    assert ended(instance) == [only_run(instance).run_id]
    assert only_run(instance).status is dg.DagsterRunStatus.FAILURE
    assert ended(instance) == []


def test_ends_well(instance: dg.DagsterInstance, begin: Begin, tmp_path: Path) -> None:
    """A run that ended well stays so, and leaves no lock behind after the next look."""
    process = begin("in_process")
    (tmp_path / GOES_ON).unlink()
    assert process.wait() == 0
    assert ended(instance) == []
    assert only_run(instance).status is dg.DagsterRunStatus.SUCCESS
    assert list(Path(instance.root_directory, "run_locks").iterdir()) == []


def test_steps_in_processes_of_their_own(
    instance: dg.DagsterInstance, begin: Begin, tmp_path: Path
) -> None:
    """A step's process that is gone does not end the run, which goes on in others."""
    process = begin("multiprocess")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / FIRST_ENDED).read_text()), 0)
    assert ended(instance) == []
    (tmp_path / GOES_ON).unlink()
    assert process.wait() == 0
    assert only_run(instance).status is dg.DagsterRunStatus.SUCCESS


@pytest.mark.skipif(
    subprocess.run([*_UNSHARE, _NOTHING], check=False, capture_output=True).returncode != 0,
    reason="this user may make no PID namespaces",
)
def test_another_pid_namespace(instance: dg.DagsterInstance, begin: Begin) -> None:
    """A container's run with the same host name is left alone while it lives, and ended when not.

    Its pid, a small number, is another living process here, as after a container's new start.
    """
    process = begin("in_process", *_UNSHARE)
    assert ended(instance) == []
    kill(process)
    wait_until(lambda: only_run(instance).run_id in ended(instance))  # one is killed by the other
    assert only_run(instance).status is dg.DagsterRunStatus.FAILURE


def test_other_code_locations(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    """A killed run is ended by its own code location's sensor, and by no other's."""
    runs = {
        "chess": started_by_daemon(instance, "chess", "chess_assets.definitions"),
        "other": started_by_daemon(instance, "other", "somebody.elses"),
    }
    for run_id in runs.values():
        leave_locked(instance, run_id)
    assert ended(instance, "third") == []
    assert ended(instance) == [runs["chess"]]  # what `sync` ends
    assert ended(instance, "other") == [runs["other"]]


def leave_locked(instance: dg.DagsterInstance, run_id: str, boot: str | None = None) -> None:
    """Leave the lock of a process that was killed."""
    with locked_run(instance, run_id):
        pass
    if boot is not None:
        Path(instance.root_directory, "run_locks", f"{run_id}.lock").write_text(boot)


def test_not_noted(instance: dg.DagsterInstance) -> None:
    """Runs without a lock are not judged: an older version's with a pid, and those of others."""
    gone = f"{os.uname().nodename}:{2**22 + 1}"
    for tags in ({"chess_assets/process": gone}, {}):
        create_run_for_test(instance, status=dg.DagsterRunStatus.STARTED, tags=tags)
    assert ended(instance) == []
    assert {run.status for run in instance.get_runs()} == {dg.DagsterRunStatus.STARTED}


def test_pool_is_given_back(instance: dg.DagsterInstance) -> None:
    """The pool's slot that a killed run had is free again."""
    run = create_run_for_test(instance, status=dg.DagsterRunStatus.STARTED)
    storage = instance.event_log_storage
    storage.initialize_concurrency_limit_to_default(CHESS_COM_POOL)
    assert storage.claim_concurrency_slot(CHESS_COM_POOL, run.run_id, "a_step").is_claimed
    leave_locked(instance, run.run_id)
    assert ended(instance) == [run.run_id]
    assert not storage.get_concurrency_info(CHESS_COM_POOL).claimed_slots


@pytest.mark.parametrize(
    ("boot", "kind", "is_ended"),
    [
        (None, "nfs4", True),  # this very boot: the kernel knows all who could hold the lock
        ("an-earlier-boot", "ext4", True),
        ("another-machine", "nfs4", False),
        ("", "ext4", False),
    ],
)
def test_other_boots(
    instance: dg.DagsterInstance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    boot: str | None,
    kind: str,
    is_ended: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """After a reboot a free lock is known to be free on a local disk; on a shared one it is not."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"22 1 0:50 / {tmp_path.resolve()} rw shared:1 - {kind} server:/export rw\n"
    )
    monkeypatch.setattr("chess_assets.run_processes._MOUNTS", mounts)
    run = create_run_for_test(instance, status=dg.DagsterRunStatus.STARTED)
    leave_locked(instance, run.run_id, boot)
    assert boot_id()
    assert (ended(instance) == [run.run_id]) is is_ended
