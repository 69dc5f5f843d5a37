"""Answers as they go over the wire: ETag, 304, compression, headers, and the faults that strike.

What is answered belongs in `answers`; sockets belong in `server`.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import Message
from functools import lru_cache
from http import HTTPStatus

from chess_assets.sample.answers import INTERNAL_ERROR, Answer, error
from chess_assets.sample.faults import Fault

_CLIENTS_WITHOUT_CONTACT = ("python-requests/", "python-urllib3/", "Python-urllib/")
_FORBIDDEN_PAGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>\n"


@dataclass(frozen=True, slots=True)
class Response:
    """What is sent.

    Attributes:
        status: 0 if nothing is sent and the connection is cut.
        headers: all but Date, Server and Content-Length.
        body: as it is sent, compressed or not.
        bytes_sent: how much of the body is sent before the connection is cut; None: all.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    bytes_sent: int | None = None

    @property
    def is_cut(self) -> bool:
        """Whether the connection is closed before the response is whole."""
        return not self.status or self.bytes_sent is not None

    @property
    def has_length(self) -> bool:
        """Whether Content-Length is still to be added."""
        return self.status != HTTPStatus.NOT_MODIFIED and "Content-Length" not in self.headers


def response_to(request: Message, answered: Answer) -> Response:
    """Return how an answer goes out to a request with these headers."""
    headers = dict(answered.headers)
    if answered.status == HTTPStatus.OK:
        headers["Cache-Control"] = "public, max-age=5"
        headers["ETag"] = etag_of(answered.body)
        if answered.last_modified is not None:
            headers["Last-Modified"] = last_modified_text(answered.last_modified)
        if headers["ETag"] in request.get("If-None-Match", ""):
            return Response(HTTPStatus.NOT_MODIFIED, headers)
    headers["Content-Type"] = answered.content_type
    if not answered.body or "gzip" not in request.get("Accept-Encoding", ""):
        return Response(answered.status, headers, answered.body)
    headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(answered.status, headers, _gzipped(answered.body))


def refusal_of(request: Message) -> Response | None:
    """Return a 403 for a request that doesn't say whom it comes from, in Cloudflare's HTML."""
    agent = request.get("User-Agent", "")
    if agent and not agent.startswith(_CLIENTS_WITHOUT_CONTACT):
        return None
    headers = {"Content-Type": "text/html; charset=UTF-8"}
    return Response(HTTPStatus.FORBIDDEN, headers, _FORBIDDEN_PAGE)


def faulty(fault: Fault, request: Message, real: Response) -> Response:
    """Return what a fault makes of a response."""
    if fault.is_dropped:
        return Response(0)
    response = real
    if fault.body is not None:
        body = fault.body.encode() if isinstance(fault.body, str) else fault.body
        response = Response(fault.status or HTTPStatus.OK, body=body)
    elif fault.status is not None:
        response = response_to(request, error(fault.status, INTERNAL_ERROR))
    headers = {**response.headers, **fault.headers}
    return replace(response, headers=headers, bytes_sent=fault.bytes_sent)


def etag_of(body: bytes) -> str:
    """Return chess.com's ETag of an uncompressed body."""
    return f'W/"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def last_modified_text(instant: datetime) -> str:
    """Return the date in chess.com's own format, which no standard knows."""
    return f"{instant:%A, %d-%b-%Y %H:%M:%S} GMT+0000"


@lru_cache(maxsize=64)
def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)
