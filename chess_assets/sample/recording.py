"""What the look-alike was asked: every request with its status, and how many came at once."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from threading import Lock

_KEPT_HEADERS = ("User-Agent", "Accept-Encoding", "If-None-Match", "If-Modified-Since")
_MONTH_PATH = re.compile(r"/player/([^/]+)/games/\d{4}/\d{2}")


@dataclass(frozen=True, slots=True)
class Request:
    """One request and the status it was answered with (0: the connection was cut instead)."""

    method: str
    path: str
    headers: Mapping[str, str]
    status: int

    def is_month_of(self, player: str | None = None) -> bool:
        """Whether it asked for a month's games, of this player or of any."""
        match = _MONTH_PATH.search(self.path)
        is_month = match is not None and not self.path.endswith("/pgn")
        return is_month and player in {None, match and match[1]}


class Recording:
    """The requests since the start or the last `clear`."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.max_in_flight = 0
        self._in_flight = 0
        self._lock = Lock()

    def add(self, method: str, path: str, headers: Message, status: int) -> None:
        """Keep a request, with the headers that matter."""
        kept = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
        with self._lock:
            self.requests.append(Request(method, path, kept, status))

    def clear(self) -> None:
        """Forget the requests."""
        with self._lock:
            self.requests.clear()
            self.max_in_flight = self._in_flight

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        """Count a request as being answered."""
        with self._lock:
            self._in_flight += 1
            self.max_in_flight = max(self.max_in_flight, self._in_flight)
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1
