"""A Dask scheduler and its workers as people start them, each a process of its own on 127.0.0.1."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).parents[1]
DASK = Path(sys.executable).with_name("dask")
_PATIENCE_S = 120
_GRACE_S = 5


@dataclass
class DaskCluster:
    """What was started so far.

    Attributes:
        folder: Where the logs are.
        address: The scheduler's.
        processes: The scheduler, then the workers.
    """

    folder: Path
    address: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def scheduler(self) -> "subprocess.Popen[bytes]":
        """The scheduler's process."""
        return self.processes[0]

    def start_scheduler(self) -> None:
        """Start the scheduler on a free port, and wait until it answers."""
        place = self.folder / "scheduler.json"
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", place)
        deadline = time.monotonic() + _PATIENCE_S
        while not (place.exists() and place.read_text().endswith("}")):
            assert self.scheduler.poll() is None, self.logs()
            assert time.monotonic() < deadline, self.logs()
            time.sleep(0.05)
        self.address = json.loads(place.read_text())["address"]

    def start_worker(self, *, is_restarted: bool = False) -> "subprocess.Popen[bytes]":
        """Start a worker with one thread; it joins when it is ready.

        Args:
            is_restarted: whether a nanny starts it again when it dies.
        """
        options = ("--nthreads", "1", "--local-directory", self.folder)
        nanny = "--nanny" if is_restarted else "--no-nanny"
        return self._start("worker", self.address, "--host", "127.0.0.1", nanny, *options)

    def logs(self) -> str:
        """Return what all of them said so far."""
        return "\n".join(log.read_text() for log in sorted(self.folder.glob("*.log")))

    def _start(self, kind: str, *options: str | Path) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{len(self.processes)}-{kind}.log").open("wb") as log:
            process = subprocess.Popen(
                [DASK, kind, *options, "--no-dashboard"],
                cwd=PROJECT,  # where the tests' own computations are found
                env={**os.environ, "PYTHONPATH": str(PROJECT)},
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process


@contextmanager
def dask_cluster(
    folder: Path, workers: int, *, is_restarted: bool = False
) -> Iterator[DaskCluster]:
    """Run a scheduler and so many workers until the block ends."""
    cluster = DaskCluster(folder)
    try:
        cluster.start_scheduler()
        for _ in range(workers):
            cluster.start_worker(is_restarted=is_restarted)
        yield cluster
    finally:
        for process in reversed(cluster.processes):
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process; a nanny that is about to start its worker again does not mind being asked."""
    process.terminate()
    try:
        process.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
