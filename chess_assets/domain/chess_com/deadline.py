"""A hard limit on one attempt, which time-outs are not: they start again with every byte.

While an attempt is under way a timer runs beside it. When the time is over, or the right to ask has
ended, it shuts the socket that the answer comes from, so whatever is being read (status line,
headers, body, chunk sizes) ends there. What an ended read means belongs in `transport`.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from math import inf
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Any, Self, cast

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


def always() -> float:
    """Return that one may ask for as long as one likes."""
    return inf


class Deadline:
    """A context in which the answer being read is cut off once the time is over.

    Connecting is not cut off, it has a time-out of its own; but it leads to no answer any more.

    Args:
        seconds: the time there is.
        allowed_s: for how many seconds from now one may ask, which is looked at again and again.

    Attributes:
        seconds: the time there is.
        has_passed: whether it is over; an answer that ends then counts for nothing.
        is_turn_over: whether it is over because one may not ask any more.
    """

    def __init__(self, seconds: float, allowed_s: Callable[[], float] = always) -> None:
        self.seconds = seconds
        self.has_passed = False
        self.is_turn_over = False
        self._allowed_s = allowed_s
        self._socket: socket.socket | None = None
        self._is_left = Event()
        self._timer = Thread(target=self._wait, daemon=True)

    def __enter__(self) -> Self:
        self._outer = _CURRENT.set(self)
        self._ends_at_s = monotonic() + self.seconds
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_left.set()
        self._timer.join()  # a late shot would hit the next attempt
        _CURRENT.reset(self._outer)

    @property
    def left_s(self) -> float:
        """How much of the time is left; 0 or less when nothing may be asked any more."""
        return min(self._ends_at_s - monotonic(), self._allowed_s())

    def watch(self, sock: socket.socket | None) -> None:
        """Note the socket that the answer will come from.

        Raises:
            TimeoutError: if the time is over.
        """
        self._socket = sock
        if self.has_passed:
            raise TimeoutError

    def _wait(self) -> None:
        while (left_s := self.left_s) > 0:
            if self._is_left.wait(left_s):
                return
        self._pass()

    def _pass(self) -> None:
        self.is_turn_over = monotonic() < self._ends_at_s
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
