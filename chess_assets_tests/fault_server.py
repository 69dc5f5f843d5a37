"""A server that answers byte for byte as told: what a healthy one can't be made to do on demand.

A script is the steps of one answer: bytes to send, a `Drip`, a `Wait`, or an `End` of the
connection. Without an `End` the connection stays open for the next request.
"""

import gzip
import json
import socket
import struct
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Drip:
    """Bytes sent one by one."""

    data: bytes
    every_s: float


@dataclass(frozen=True)
class Wait:
    """Silence."""

    seconds: float


class End(Enum):
    """How a connection ends."""

    CLOSE = auto()
    RESET = auto()


Step = bytes | Drip | Wait | End
Script = Sequence[Step]


@dataclass(frozen=True)
class Request:
    """What came in. Header names are in lower case; connections are numbered from 0."""

    method: str
    path: str
    headers: Mapping[str, str]
    connection: int


def head(status: int = 200, **headers: str | int) -> bytes:
    """Return a status line and headers (`Content_Length=3`), with the empty line behind them."""
    reason = HTTPStatus(status).phrase if status in list(HTTPStatus) else "Odd"
    lines = [f"HTTP/1.1 {status} {reason}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def whole(body: bytes = b"", status: int = 200, **headers: str | int) -> Script:
    """Return the script of an answer of stated length."""
    return [head(status, Content_Length=len(body), **headers) + body]


def as_json(value: Any, status: int = 200, **headers: str | int) -> Script:
    """Return the script of a JSON answer, compressed as chess.com's are."""
    body = gzip.compress(json.dumps(value).encode())
    kind = "application/json; charset=utf-8"
    return whole(body, status, Content_Type=kind, Content_Encoding="gzip", **headers)


class FaultServer:
    """A context manager that serves scripts on a free port of 127.0.0.1.

    Attributes:
        requests: what came in, in order.
        max_in_flight: the most requests that waited for their answer's last step at once.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.max_in_flight = 0
        self._in_flight = 0
        self._scripts: deque[Script] = deque()
        self._scripts_at: dict[str, deque[Script]] = {}
        self._last_script: Script = whole(b"no script left", 418)
        self._lock = Lock()
        self._tcp = _Tcp(self)
        self._thread = Thread(target=self._tcp.serve_forever, args=(0.01,), name="fault server")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tcp.shutdown()
        self._thread.join()
        self._tcp.end_connections()
        self._tcp.server_close()

    @property
    def url(self) -> str:
        """The base URL to give to a client."""
        return f"http://127.0.0.1:{self._tcp.server_address[1]}/pub"

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [request.path for request in self.requests]

    def answers(self, *scripts: Script) -> None:
        """Answer the next requests so, one script each."""
        self._scripts.extend(scripts)

    def answers_at(self, path_end: str, *scripts: Script) -> None:
        """Answer requests whose path ends so, before all others: one script each, then the last."""
        with self._lock:
            self._scripts_at[path_end] = deque(scripts)

    def always_answers(self, script: Script) -> None:
        """Answer so whenever no other script is left."""
        self._last_script = script

    def begin(self, request: Request) -> Script:
        """Record a request and return the script for it."""
        with self._lock:
            self.requests.append(request)
            self._in_flight += 1
            self.max_in_flight = max(self.max_in_flight, self._in_flight)
            for path_end, scripts in self._scripts_at.items():
                if request.path.endswith(path_end):
                    return scripts.popleft() if len(scripts) > 1 else scripts[0]
            return self._scripts.popleft() if self._scripts else self._last_script

    def finish(self) -> None:
        """Note that only an answer's last step is left."""
        with self._lock:
            self._in_flight -= 1


class _Tcp(ThreadingTCPServer):
    def __init__(self, faults: FaultServer) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.faults = faults
        self.is_ending = Event()
        self.connections: list[socket.socket] = []

    def end_connections(self) -> None:
        self.is_ending.set()
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Connection(StreamRequestHandler):
    server: _Tcp

    def setup(self) -> None:
        super().setup()
        self.number = len(self.server.connections)
        self.server.connections.append(self.connection)

    def handle(self) -> None:
        with suppress(OSError, ValueError):  # the client may leave whenever it likes
            while request := self._read():
                *first, last = self.server.faults.begin(request)
                try:
                    for step in first:
                        self._do(step)
                finally:
                    self.server.faults.finish()
                self._do(last)

    def _read(self) -> Request | None:
        line = self.rfile.readline().decode("latin-1").split()
        if len(line) != 3:
            return None
        headers = {}
        while name_and_value := self.rfile.readline().decode("latin-1").strip():
            name, _, value = name_and_value.partition(":")
            headers[name.lower()] = value.strip()
        return Request(line[0], line[1], headers, self.number)

    def _do(self, step: Step) -> None:
        match step:
            case bytes():
                self.connection.sendall(step)
            case Drip(data, every_s):
                for byte in data:
                    self.connection.sendall(bytes([byte]))
                    self.server.is_ending.wait(every_s)
            case Wait(seconds):
                self.server.is_ending.wait(seconds)
            case End.RESET:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self._close()
            case End.CLOSE:
                self.connection.shutdown(socket.SHUT_WR)
                self._close()

    def _close(self) -> None:
        self.rfile.close()  # reading on raises ValueError, which ends `handle`
        self.connection.close()
