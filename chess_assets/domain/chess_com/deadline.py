"""A hard limit on one attempt, which time-outs are not: they start again with every byte.

While an attempt is under way a timer runs beside it. When the time is over it shuts the socket that
the answer comes from, so whatever is being read (status line, headers, body, chunk sizes) ends
there. What an ended read means belongs in `transport`.
"""

import socket
from contextlib import suppress
from contextvars import ContextVar
from threading import Timer
from types import TracebackType
from typing import Any, Self, cast

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class Deadline:
    """A context in which the answer being read is cut off once the time is over.

    Connecting is not cut off, it has a time-out of its own; but it leads to no answer any more.

    Attributes:
        seconds: the time there is.
        has_passed: whether it is over; an answer that ends then counts for nothing.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.has_passed = False
        self._socket: socket.socket | None = None
        self._timer = Timer(seconds, self._pass)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._outer = _CURRENT.set(self)
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        self._timer.join()  # a late shot would hit the next attempt
        _CURRENT.reset(self._outer)

    def watch(self, sock: socket.socket | None) -> None:
        """Note the socket that the answer will come from.

        Raises:
            TimeoutError: if the time is over.
        """
        self._socket = sock
        if self.has_passed:
            raise TimeoutError

    def _pass(self) -> None:
        self.has_passed = True
        if isinstance(self._socket, socket.socket):
            with suppress(OSError):  # closed meanwhile
                # Not its own `shutdown`: a TLS socket's takes its state from under a read.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


_CURRENT: ContextVar[Deadline] = ContextVar("_CURRENT")


class _WatchedHTTP(HTTPConnection):
    def getresponse(self) -> Any:
        _CURRENT.get().watch(self.sock)  # now: it may be given up before the body is read
        return super().getresponse()


class _WatchedHTTPS(HTTPSConnection):
    def getresponse(self) -> Any:
        _CURRENT.get().watch(self.sock)
        return super().getresponse()


_WATCHED: dict[Any, Any] = {HTTPConnection: _WatchedHTTP, HTTPSConnection: _WatchedHTTPS}


class WatchedAdapter(HTTPAdapter):
    """An adapter whose answers a `Deadline` can cut off; it keeps one connection, never retries.

    SOCKS proxies have connections of their own kind, which only their time-outs cut off.
    """

    def __init__(self) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        """Return the pool for a URL, made to open watched connections."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = _WATCHED.get(pool.ConnectionCls, pool.ConnectionCls)
        return cast("HTTPConnectionPool", pool)
