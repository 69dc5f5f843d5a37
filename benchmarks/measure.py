"""Measures a whole process tree: `python -m benchmarks.measure LOG COMMAND…` prints one JSON line.

It is a process of its own so that it has no other children: it adopts what the command leaves
behind (Linux' child subreaper), waits for all of it, and its children's CPU time is the tree's.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread

_PR_SET_CHILD_SUBREAPER = 36
_SAMPLE_EVERY_S = 0.1
_GRACE_S = 10
_LIMIT_S = 900
_MIB = 1 << 20


@dataclass(frozen=True)
class Measurement:
    """What a command cost.

    Attributes:
        wall_s: From its start to its end.
        cpu_s: User and system time of it and of all its descendants.
        peak_mib: The most memory of the tree at once: the larger of its largest process' peak
            and of the sampled sum of proportional set sizes.
        exit_code: The command's own.
        load: Other work on the machine when it began, as the load average of the last minute.
    """

    wall_s: float
    cpu_s: float
    peak_mib: float
    exit_code: int
    load: float


def measure(command: list[str], env: dict[str, str], folder: Path, log: Path) -> Measurement:
    """Run a command in a folder, its output going to `log`, and measure it.

    Raises:
        RuntimeError: when it fails.
    """
    wrapped = [sys.executable, str(Path(__file__)), str(log), *command]
    done = subprocess.run(wrapped, env=env, cwd=folder, check=True, stdout=subprocess.PIPE)
    measurement = Measurement(**json.loads(done.stdout))
    if measurement.exit_code:
        said = log.read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(command)} ended with {measurement.exit_code}:\n{said}")
    return measurement


def _run(log: Path, command: list[str]) -> Measurement:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    load = os.getloadavg()[0]
    done, peaks = Event(), [0.0]
    sampler = Thread(target=_sample, args=(done, peaks), daemon=True)
    with log.open("wb") as output:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=output, stderr=output)
        sampler.start()
        try:
            exit_code = process.wait(_LIMIT_S)
        finally:
            process.terminate()  # of no effect on one that has ended
        wall_s = time.monotonic() - start
    _wait_for_orphans()
    done.set()
    sampler.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak_mib = max(used.ru_maxrss / 1024, *peaks)
    return Measurement(wall_s, used.ru_utime + used.ru_stime, peak_mib, exit_code, load)


def _wait_for_orphans() -> None:
    """Wait for what the command left running; end it where it stays."""
    deadline = time.monotonic() + _GRACE_S
    with suppress(ChildProcessError):
        while True:
            if os.waitpid(-1, os.WNOHANG) != (0, 0):
                continue
            if time.monotonic() > deadline:
                for pid in _children(os.getpid()):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)


def _sample(done: Event, peaks: list[float]) -> None:
    while not done.wait(_SAMPLE_EVERY_S):
        pids = _descendants(os.getpid())
        peaks.append(sum(map(_proportional_bytes, pids)) / _MIB)


def _descendants(pid: int) -> list[int]:
    children = _children(pid)
    return children + [each for child in children for each in _descendants(child)]


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in _text(task / "children").split()]
    return []


def _proportional_bytes(pid: int) -> int:
    for line in _text(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _text(path: Path) -> str:
    with suppress(OSError):
        return path.read_text()
    return ""


if __name__ == "__main__":
    print(json.dumps(asdict(_run(Path(sys.argv[1]), sys.argv[2:]))))
