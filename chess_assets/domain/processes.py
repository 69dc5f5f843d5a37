"""Which process is meant, so that a process that is gone can be told from one that lives.

A pid alone says nothing: it is given to other processes later, means another process in each PID
namespace (container), and starts anew with each boot. So the boot, the namespace and the process's
start time are noted beside it, and what was noted in another namespace or boot is not judged.
"""

import os
import re
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PROC = Path("/proc")
_BOOT_ID = _PROC / "sys/kernel/random/boot_id"
_ENDED = {"Z", "X"}  # a zombie does nothing any more, whenever its parent may look
_STATE, _START_TIME = 0, 19  # of what follows the command's name in /proc/PID/stat
_UUID = re.compile(r"[0-9A-Fa-f-]{36}")


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process, as one of the same machine can recognize it.

    Attributes:
        host: The machine's name, for people.
        pid: The process id in its namespace.
        boot_id: The boot of the kernel that it ran on; "" where it cannot be known.
        pid_namespace: The namespace of the pid; "" where it cannot be known.
        started_at: The start time in the kernel's ticks since the boot; -1 where it cannot be
            known.
    """

    host: str
    pid: int
    boot_id: str = ""
    pid_namespace: str = ""
    started_at: int = -1


def this_process() -> ProcessIdentity:
    """Return the identity of this process."""
    pid = os.getpid()
    started_at = _start_time(pid)
    return ProcessIdentity(
        socket.gethostname(),
        pid,
        boot_id(),
        _pid_namespace(),
        -1 if started_at is None else started_at,
    )


def is_known_dead(process: ProcessIdentity) -> bool:
    """Whether a process is gone for certain; False too where it cannot be judged from here."""
    is_complete = bool(process.boot_id and process.pid_namespace and process.started_at >= 0)
    is_from_here = (process.boot_id, process.pid_namespace) == (boot_id(), _pid_namespace())
    if not is_complete or not is_from_here or process.pid <= 0:
        return False
    try:
        os.kill(process.pid, 0)  # asks only whether the process is there
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:  # there, and somebody else's
        pass
    started_at = _start_time(process.pid)
    return started_at is not None and started_at != process.started_at


@cache
def boot_id() -> str:
    """Return what names this boot of this machine's kernel; "" where nothing does."""
    text = ""
    with suppress(OSError, subprocess.SubprocessError):
        if sys.platform == "darwin":
            command = ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)  # noqa: S603 - a fixed command
            text = done.stdout.strip()
        else:
            text = _BOOT_ID.read_text().strip()
    return text if _UUID.fullmatch(text) else ""


def _pid_namespace() -> str:
    try:
        # Of another namespace's /proc, every number would mean another process.
        is_own = str((_PROC / "self").readlink()) == str(os.getpid())
        return str((_PROC / "self/ns/pid").readlink()) if is_own else ""
    except OSError:
        return ""


def _start_time(pid: int) -> int | None:
    """Return a process's start time, -1 for one that has ended, None where it cannot be known."""
    try:
        # The command's name comes second, in parentheses, and may contain anything.
        fields = (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
        return -1 if fields[_STATE] in _ENDED else int(fields[_START_TIME])
    except (OSError, IndexError, ValueError):  # not Linux, or another user's and hidden
        return None
