"""Faults on demand: what a path answers instead of, or to, the real answer, and how often."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock


@dataclass(slots=True)
class Fault:
    """What goes wrong with the requests of some paths.

    Attributes:
        path: a regular expression, searched in the request's path.
        status: answered instead of the real status; None: the real answer is made.
        body: sent as it is, with this status (200 if it is None) and these headers only.
        headers: added to the answer.
        bytes_sent: after so many bytes of the body the connection is cut, although Content-Length
            has announced them all; None: everything is sent.
        is_dropped: whether the connection is cut without an answer.
        delay_s: seconds to wait before answering.
        times: how many requests it meets; None: all.
    """

    path: str
    status: int | None = None
    body: bytes | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    bytes_sent: int | None = None
    is_dropped: bool = False
    delay_s: float = 0
    times: int | None = 1


class Faults:
    """The faults that wait for their requests, in the order they were added."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        """Let the next requests that match meet this fault, after those added before."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Forget all faults: everything is well again."""
        with self._lock:
            self._waiting.clear()

    def take(self, path: str) -> Fault | None:
        """Return the fault that a request meets, and count it."""
        with self._lock:
            fault = next((f for f in self._waiting if re.search(f.path, path)), None)
            if fault is not None and fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
            return fault
