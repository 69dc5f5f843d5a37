"""One attempt: a GET with its same-host redirects, read whole inside a deadline, or a named error.

Trying again belongs in `retrying`; what a status means in `statuses`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from chess_assets.domain.chess_com.body import whole_body
from chess_assets.domain.chess_com.deadline import Deadline, WatchedAdapter
from chess_assets.domain.chess_com.errors import (
    ChessComError,
    IncompleteAnswer,
    InvalidSetting,
    OtherDocument,
    PlayerRenamed,
    RedirectRefused,
    Unreachable,
    shown,
)
from chess_assets.domain.chess_com.limits import Limits
from chess_assets.domain.chess_com.questions import Question
from chess_assets.domain.player_urls import PlayerUrl
from chess_assets.domain.players import InvalidPlayerName, parse_player

_REDIRECTS = {301, 302, 303, 307, 308}
_MAX_REDIRECTS = 3
_BODY_MATTERS = {200, 404}
_MAX_ERROR_BODY_BYTES = 2**20
_PIECE_BYTES = 2**16
_PORTS = {"http": 80, "https": 443}
_NETWORK_FAULTS = (OSError, HTTPError, HTTPException)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers (found in any case), and a whole uncompressed body.

    Only with 200 and 404 does the body matter; with others it is b"" if it could not be read.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """One keep-alive session with chess.com. Not for two threads at once.

    Proxies and certificates come from where `requests` finds them; .netrc and cookies are not used.

    Args:
        api_url: where the API is, without the `/player`.
        user_agent: who is asking.
        limits: how long and how much.
        allowed_s: for how many seconds from now one may ask; before each request, and while a
            response comes.

    Attributes:
        requests_made: every GET, redirects and repeated attempts included.
        bytes_received: of bodies, as they came over the wire.
    """

    def __init__(
        self, api_url: str, user_agent: str, limits: Limits, allowed_s: Callable[[], float]
    ) -> None:
        self.requests_made = 0
        self.bytes_received = 0
        self._allowed_s = allowed_s
        self._api_url = _checked(api_url)
        self._limits = limits
        self._session = _Session()
        self._session.mount("http://", WatchedAdapter())
        self._session.mount("https://", WatchedAdapter())
        self._session.headers.update(
            {
                "User-Agent": user_agent,
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
            }
        )

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def get(self, question: Question, etag: str | None, deadline_s: float) -> Answer:
        """Ask once, following redirects inside the API's own host.

        Raises:
            Unreachable: if no answer began in time.
            IncompleteAnswer, TooLarge, BadAnswer: for the body.
            RedirectRefused: for a redirect elsewhere.
            PlayerRenamed: for a redirect to the same document of another name; a profile is read
                there, since it says whose it is.
            OtherDocument: for a redirect to any other document of a player.
        """
        headers = {"If-None-Match": etag} if etag else {}
        url = self._api_url + question.path
        with Deadline(deadline_s, self._allowed_s) as deadline:
            for _ in range(_MAX_REDIRECTS + 1):
                answer = self._request(question, url, headers, deadline)
                if answer.status not in _REDIRECTS:
                    return answer
                url = _target(question, url, answer)
        raise RedirectRefused(question, f"there are more than {_MAX_REDIRECTS} redirects")

    def _request(
        self, question: Question, url: str, headers: dict[str, str], deadline: Deadline
    ) -> Answer:
        if deadline.left_s <= 0:
            raise Unreachable(question, "the time for it was over before it was requested")
        connect_s = min(self._limits.connect_timeout_s, deadline.seconds)
        self.requests_made += 1
        try:
            response = self._session.get(
                url,
                headers=headers,
                timeout=(connect_s, self._limits.read_timeout_s),
                allow_redirects=False,
                stream=True,
            )
        except _NETWORK_FAULTS as fault:
            cause = f"no answer from {urlsplit(url).netloc} ({_cause(fault, deadline)})"
            raise Unreachable(question, cause) from fault
        with response:
            body = self._body(question, response, deadline)
            return Answer(response.status_code, response.headers, body)

    def _body(self, question: Question, response: requests.Response, deadline: Deadline) -> bytes:
        is_needed = response.status_code in _BODY_MATTERS
        max_bytes = self._limits.max_body_bytes if is_needed else _MAX_ERROR_BODY_BYTES
        encoding = response.headers.get("Content-Encoding", "")
        pieces = self._pieces(question, response.raw, deadline)
        try:
            return whole_body(question, pieces, encoding, max_bytes)
        except ChessComError:
            if is_needed:
                raise
            return b""

    def _pieces(
        self, question: Question, raw: BaseHTTPResponse, deadline: Deadline
    ) -> Iterator[bytes]:
        while True:
            try:
                piece = raw.read1(_PIECE_BYTES, decode_content=False)
                if deadline.has_passed:  # a shut socket looks like the end of a body
                    raise TimeoutError
            except _NETWORK_FAULTS as fault:
                cause = f"the answer broke off ({_cause(fault, deadline)})"
                raise IncompleteAnswer(question, cause) from fault
            if not piece:
                return
            self.bytes_received += len(piece)
            yield piece


class _Session(requests.Session):
    """A session that follows no redirect, keeps no cookie and sends no password."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self.auth = _unchanged  # without one, .netrc is searched

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Say that there is none: looking for it, requests would read the body without a cap."""


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _checked(api_url: str) -> str:
    parts = urlsplit(api_url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise InvalidSetting(
            f"CHESS_COM_API_URL: {shown(api_url)} is no base URL of an API: "
            "write http(s)://host/path."
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise InvalidSetting(
            "CHESS_COM_API_URL: the API's base URL takes no user, password, query or fragment."
        )
    return api_url.rstrip("/")


def _target(question: Question, url: str, answer: Answer) -> str:
    location = answer.headers.get("Location", "")
    try:
        here, there = urlsplit(url), urlsplit(urljoin(url, location))
        is_allowed = bool(location) and "@" not in there.netloc and _origin(here) == _origin(there)
    except ValueError:
        is_allowed = False
    if not is_allowed:
        cause = f"chess.com answered {answer.status}, a redirect to {shown(location)}"
        raise RedirectRefused(question, cause)
    _check_document(question, there.path, f"chess.com answered {answer.status}, a redirect")
    return there.geturl()


def _check_document(question: Question, path: str, redirect: str) -> None:
    """Refuse a path that names another player or document; one that names nobody says nothing."""
    asked, named = PlayerUrl.of(question.path), PlayerUrl.of(path)
    if asked is None or named is None or named == asked:
        return
    if named.document != asked.document:
        raise OtherDocument(question, f"{redirect} to another document, {shown(path)}")
    try:
        new_name = parse_player(named.player)
    except InvalidPlayerName:
        raise OtherDocument(question, f"{redirect} to {shown(path)}, no player's name") from None
    if question.is_profile:
        return
    cause = f"{redirect} to {new_name}: the player has another name there now"
    raise PlayerRenamed(question, cause, new_name)


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _cause(fault: BaseException, deadline: Deadline) -> str:
    """Return the innermost reason: the outer ones repeat URLs, and may show a proxy's password."""
    if deadline.has_passed:
        if deadline.is_turn_over:
            return "its turn to ask was over"
        return f"not whole within {deadline.seconds:.3g} s"
    while (deeper := fault.__cause__ or fault.__context__) is not None:
        fault = deeper
    return shown(str(fault) or type(fault).__name__)
