"""A small real HTTP server on 127.0.0.1 that answers as chess.com's API does.

It keeps connections, records every request and fails on demand. What it answers belongs in
`answers`, how that goes over the wire in `responses`.
"""

import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from chess_assets.domain.player_urls import PlayerUrl
from chess_assets.sample.answers import Answer, answer
from chess_assets.sample.faults import Faults
from chess_assets.sample.histories import Clock, Histories, MadeHistories
from chess_assets.sample.recording import Recording, Request
from chess_assets.sample.responses import Response, faulty, refusal_of, response_to

_HOST = "127.0.0.1"


def utc_now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


class SampleChessCom:
    """The look-alike; a context manager that listens while it is entered.

    Args:
        histories: whose games are served; the two sample players' if None.
        now: the server's clock, which decides what has ended and which month is open.
        port: where to listen; 0: any free port.
        latency_s: seconds every answer takes.

    Attributes:
        faults: what is to go wrong.
        recording: what was asked.
        now: the clock, which answers tell as their Date.
        new_names: names that players had before, and what they are called now: whoever asks for
            the old one is led to the new one.
    """

    def __init__(
        self,
        histories: Histories | None = None,
        *,
        now: Clock = utc_now,
        port: int = 0,
        latency_s: float = 0,
    ) -> None:
        self.histories = MadeHistories(now) if histories is None else histories
        self.faults = Faults()
        self.recording = Recording()
        self.new_names: dict[str, str] = {}
        self.now = now
        self._port = port
        self._latency_s = latency_s
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """The API's base URL, `http://127.0.0.1:PORT/pub`, while it listens."""
        if self._server is None:
            raise RuntimeError("The look-alike doesn't listen: enter it with `with` first.")
        return f"http://{_HOST}:{self._server.server_port}/pub"

    @property
    def requests(self) -> list[Request]:
        """The requests so far."""
        return self.recording.requests

    @property
    def max_in_flight(self) -> int:
        """The most requests that were being answered at once."""
        return self.recording.max_in_flight

    def month_requests(self, player: str | None = None) -> list[Request]:
        """Return the requests for a month's games, of one player or of all."""
        return [request for request in self.requests if request.is_month_of(player)]

    def respond(self, path: str, headers: Message) -> Response:
        """Return what to send for a GET, after the time that takes."""
        fault = self.faults.take(path)
        if pause_s := self._latency_s + (fault.delay_s if fault else 0):
            time.sleep(pause_s)
        if refusal := refusal_of(headers):
            return refusal
        answered = self._led_on(path) or answer(self.histories, self.now(), self.url, path)
        real = response_to(headers, answered)
        return faulty(fault, headers, real) if fault else real

    def _led_on(self, path: str) -> Answer | None:
        url = PlayerUrl.of(path)
        new_name = self.new_names.get(url.player) if url is not None else None
        if url is None or new_name is None:
            return None
        location = f"{self.url}/player/{new_name}{url.document}"
        return Answer(HTTPStatus.MOVED_PERMANENTLY, headers={"Location": location})

    def __enter__(self) -> Self:
        self._server = _Server(self, self._port)
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class _Server(ThreadingHTTPServer):
    """A thread a connection; closing it closes the connections that clients keep."""

    daemon_threads = True

    def __init__(self, sample: SampleChessCom, port: int) -> None:
        self.sample = sample
        self._connections: set[socket] = set()
        super().__init__((_HOST, port), _Handler)

    def get_request(self) -> tuple[socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing about clients that went away; that is their right."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or the end of a body waits for an acknowledgement
    wbufsize = 1 << 16
    server: _Server

    def do_GET(self) -> None:
        sample = self.server.sample
        path = urlsplit(self.path).path
        with sample.recording.in_flight():
            response = sample.respond(path, self.headers)
            sample.recording.add(self.command, path, self.headers, response.status)
            self._send(response)

    def log_message(self, *_args: Any) -> None:
        """Keep quiet: `recording` has it all."""

    def _send(self, response: Response) -> None:
        self.close_connection = self.close_connection or response.is_cut
        if not response.status:
            return
        self.send_response_only(response.status)
        self.send_header("Server", self.version_string())
        if "Date" not in response.headers:  # by the look-alike's clock, not by this machine's
            self.send_header("Date", self.date_time_string(self.server.sample.now().timestamp()))
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.has_length:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body[: response.bytes_sent])
        self.wfile.flush()
