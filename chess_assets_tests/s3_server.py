"""A real S3 server for tests: moto over HTTP on a free port, with counts and faults on demand.

moto's own threads are not atomic, so requests are answered one at a time: a conditional write is
a compare-and-swap, as S3 promises. Nothing here knows what is stored.
"""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import boto3
from botocore.config import Config
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

ACCESS_KEY = "tests-access-key"
SECRET_KEY = "canary+of/the-tests+that/nobody-may+see/"  # noqa: S105 - moto takes any
REGION = "eu-central-1"

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in; `path` is `/bucket/key`."""

    operation: str
    """`GET`, `PUT`, `HEAD`, `DELETE`…, or `LIST` for a GET that lists a bucket."""
    path: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one request, which is only carried out when `is_performed`."""

    status: int | None = None
    """Answered instead of the true status; None: no status at all, or the true one (`is_cut`)."""
    code: str = ""
    message: str = "on demand"
    is_performed: bool = False
    is_cut: bool = False
    """The answer's body ends in the middle, and the connection with it."""
    is_hung: bool = False
    """Like `is_cut`, but the connection stays open until the client gives up."""


REFUSED = Fault(403, "AccessDenied")
SLOW_DOWN = Fault(503, "SlowDown")
BROKEN = Fault(500, "InternalError")
FULL = Fault(507, "XMinioStorageFull")
ANSWER_LOST = Fault(500, "InternalError", is_performed=True)
CONNECTION_LOST = Fault(is_performed=True)
BODY_CUT = Fault(is_performed=True, is_cut=True)
BODY_HUNG = Fault(is_performed=True, is_cut=True, is_hung=True)


@dataclass
class S3Server:
    """The running server: where it is, what it was asked, what it shall do wrong next."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    credentials: Credentials = field(
        default_factory=lambda: Credentials(ACCESS_KEY, SECRET_KEY), repr=False
    )
    ignored_headers: set[str] = field(default_factory=set)
    """Headers that are not looked at, as `If-Match`: what a store does that does not know them."""
    refused_headers: dict[str, Fault] = field(default_factory=dict)
    """What a request with one of these headers gets."""
    _faults: list[tuple[str, Fault]] = field(default_factory=list)
    _numbered: tuple[range, Fault] | None = None
    _lasting: list[tuple[str, str, Fault]] = field(default_factory=list)

    def client(self, **config: Any) -> Any:
        """Return a boto3 client for this server, retrying as dagster-aws's resource does.

        Args:
            config: more of botocore's `Config`.
        """
        settings = {"retries": {"mode": "standard", "max_attempts": 5}, **config}
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            config=Config(**settings),
        )

    def make_bucket(self, name: str) -> None:
        """Make an empty bucket."""
        location = {"LocationConstraint": REGION}
        self.client().create_bucket(Bucket=name, CreateBucketConfiguration=location)

    def count(self, operation: str, within: str = "/") -> int:
        """Return how many requests of one operation came for paths that begin with `within`."""
        return sum(
            request.operation == operation and request.path.startswith(within)
            for request in self.requests
        )

    def fail_next(self, operation: str, *faults: Fault) -> None:
        """Let the next requests of one operation go wrong, one fault each, in this order."""
        self._faults.extend((operation, fault) for fault in faults)

    def fail_numbers(self, numbers: range, fault: Fault) -> None:
        """Let the requests of these numbers go wrong; the first after `forget` is number 1."""
        self._numbered = (numbers, fault)

    def fail_within(self, operation: str, fragment: str, fault: Fault) -> None:
        """Let all requests of one operation go wrong whose paths or prefixes contain a text."""
        self._lasting.append((operation, fragment, fault))

    def forget(self) -> None:
        """Forget what was asked and what was to go wrong, as at the start of a test."""
        self.requests.clear()
        self._faults.clear()
        self.ignored_headers.clear()
        self.refused_headers.clear()
        self._numbered = None
        self._lasting.clear()

    def take_fault(self, operation: str, path: str, environ: dict[str, Any]) -> Fault | None:
        """Return the fault that the newest request meets; one that was due once is used up."""
        for header, fault in self.refused_headers.items():
            if _variable(header) in environ:
                return fault
        for due, fragment, fault in self._lasting:
            if due == operation and fragment in path:
                return fault
        if self._numbered is not None and len(self.requests) in self._numbered[0]:
            return self._numbered[1]
        for index, (due, fault) in enumerate(self._faults):
            if due == operation:
                del self._faults[index]
                return fault
        return None


@contextmanager
def serve_s3() -> Iterator[S3Server]:
    """Run a server on a free port of 127.0.0.1 until the block ends."""
    served = S3Server()
    moto = DomainDispatcherApplication(create_backend_app)
    wsgi = _with_faults(served, moto)
    server = make_server("127.0.0.1", 0, wsgi, threaded=True, request_handler=_QuietHandler)
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, name="s3-server", daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _QuietHandler(MotoRequestHandler):
    def log_request(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: `S3Server.requests` is the log."""

    def connection_dropped(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: dropping connections is asked for."""


def _with_faults(served: S3Server, moto: Wsgi) -> Wsgi:
    lock = threading.Lock()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        is_list = environ["REQUEST_METHOD"] == "GET" and "list-type=" in environ["QUERY_STRING"]
        operation = "LIST" if is_list else environ["REQUEST_METHOD"]
        with lock:
            served.requests.append(Request(operation, environ["PATH_INFO"]))
            for header in served.ignored_headers:
                environ.pop(_variable(header), None)
            path = f"{environ['PATH_INFO']}?{unquote(environ['QUERY_STRING'])}"
            fault = served.take_fault(operation, path, environ)
            if fault is None:
                return list(moto(environ, start_response))
            if fault.is_cut:
                body = b"".join(moto(environ, start_response))
                return _half(body, environ["werkzeug.socket"], is_hung=fault.is_hung)
            if fault.is_performed:
                list(moto(environ, lambda *_: None))
        if fault.status is None:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionError("the answer is lost")
        return _refuse(fault, start_response)

    return answer


def _variable(header: str) -> str:
    return f"HTTP_{header.upper().replace('-', '_')}"


def _refuse(fault: Fault, start_response: Callable[..., Any]) -> list[bytes]:
    body = f"<Error><Code>{fault.code}</Code><Message>{fault.message}</Message></Error>".encode()
    headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
    start_response(f"{fault.status} {fault.code}", headers)
    return [body]


def _half(body: bytes, connection: socket.socket, *, is_hung: bool) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    if is_hung:
        connection.recv(1)  # returns when the client has closed its end
    raise ConnectionError("the rest is lost")
