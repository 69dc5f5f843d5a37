"""A hard limit on one attempt, which time-outs are not: they start again with every byte.

While an attempt is under way a thread waits beside it. When the time is over it shuts the
connection's socket, so whatever was being read (status line, headers, body, chunk sizes) ends
there. What an ended read means belongs in `transport`.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

_SHUT_AGAIN_S = 0.05


class WatchedAdapter(HTTPAdapter):
    """An adapter of one connection at a time that knows which one it is; it never retries."""

    connection: HTTPConnection | None = None

    def __init__(self) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        """Return the pool for a URL, made to tell which connection it opens."""
        pool: HTTPConnectionPool = super().get_connection_with_tls_context(*args, **kwargs)
        if isinstance(pool.ConnectionCls, type):
            make: Any = partial(self._remembered, pool.ConnectionCls)
            pool.ConnectionCls = make  # urllib3 only ever calls it
        return pool

    def shut(self) -> None:
        """End what is being read or written, from any thread."""
        sock = self.connection.sock if self.connection is not None else None
        if isinstance(sock, socket.socket):
            with suppress(OSError):  # closed meanwhile, or not yet open
                # Not `sock.shutdown`: that of a TLS socket takes its state from under a read.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def _remembered(self, make: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.connection = make(*args, **kwargs)
        return self.connection


class Deadline:
    """A context in which an adapter's connection is shut once the time is over.

    Attributes:
        seconds: the time there is.
        has_passed: whether it is over; an answer read by then counts for nothing.
    """

    def __init__(self, adapter: WatchedAdapter, seconds: float) -> None:
        self.seconds = seconds
        self.has_passed = False
        self._adapter = adapter
        self._is_done = Event()
        self._thread = Thread(target=self._watch, name="chess.com deadline", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_done.set()
        self._thread.join()  # a late shot would hit the next attempt

    def _watch(self) -> None:
        if self._is_done.wait(self.seconds):
            return
        self.has_passed = True
        self._adapter.shut()
        # A connection may be opening just now, its socket out of reach until it is open.
        while not self._is_done.wait(_SHUT_AGAIN_S):
            self._adapter.shut()
