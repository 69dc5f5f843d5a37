"""The client of chess.com's published data: three questions, asked one at a time."""

import hashlib
import logging
import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from time import sleep as sleep_for
from types import TracebackType
from typing import Self, TypeVar

from chess_assets.domain.chess_com.answers import (
    MonthAnswer,
    Profile,
    games_in,
    months_in,
    profile_in,
)
from chess_assets.domain.chess_com.deadline import always
from chess_assets.domain.chess_com.errors import InvalidSetting, NotItsTurn, shown
from chess_assets.domain.chess_com.limits import DEFAULT_LIMITS, Limits
from chess_assets.domain.chess_com.questions import Question
from chess_assets.domain.chess_com.retrying import Attempts
from chess_assets.domain.chess_com.statuses import error_for
from chess_assets.domain.chess_com.transport import Answer, Transport
from chess_assets.domain.months import Month
from chess_assets.domain.store import Lease, LeaseHeld

CHESS_COM_API_URL = "https://api.chess.com/pub"

_LOGGER = logging.getLogger("chess_assets.chess_com")
_CONTACT = re.compile(r"[\x20-\x7e\xa0-\xff]{1,200}")
_ETAG = re.compile(r'(W/)?"[\x21\x23-\x7e]{0,200}"')
_LAST_MODIFIED_LENGTH = 100
T = TypeVar("T")


def utc_now() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)


class ChessComClient:
    """A polite client: one request at a time, also between threads, and a name to reach you by.

    Each call answers whole or raises a `ChessComError`, after trying again where that may help.
    A context manager; leaving it closes the connection.

    Args:
        api_url: where the API is, without the `/player`.
        contact: an e-mail address or user name for the User-Agent, which chess.com wants to know.
        limits: how long, how often, how much.
        now: the clock for `fetched_at` and dates in Retry-After.
        sleep: waits between attempts.
        lease: what only one process has at a time, taken before a request; without one, the client
            knows nothing of other processes.

    Raises:
        InvalidSetting: for an api_url that is no plain http(s) URL, or a contact that fits no
            header.
    """

    def __init__(
        self,
        api_url: str = CHESS_COM_API_URL,
        contact: str | None = None,
        limits: Limits = DEFAULT_LIMITS,
        now: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = sleep_for,
        lease: Lease | None = None,
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._limits = limits
        self._now = now
        self._sleep = sleep
        self._lease = lease
        self._lock = Lock()
        allowed_s = always if lease is None else lambda: lease.left_s
        self._transport = Transport(self._api_url, _user_agent(contact), limits, allowed_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    @property
    def requests_made(self) -> int:
        """How many requests went out so far, redirects and repeated attempts included."""
        return self._transport.requests_made

    @property
    def bytes_received(self) -> int:
        """How many bytes of bodies came so far, as compressed as they came."""
        return self._transport.bytes_received

    def profile(self, player: str) -> Profile:
        """Return who a player is.

        Raises:
            InvalidPlayerName: before anything is asked.
            ChessComError: UnknownPlayer if there is none.
        """
        question = Question.profile(player)
        return self._ask(question, lambda answer, _: profile_in(question, answer.body))

    def archives(self, player: str) -> tuple[Month, ...]:
        """Return the months that a player has games in, ascending.

        Raises:
            InvalidPlayerName: before anything is asked.
            ChessComError: UnknownPlayer if there is none.
        """
        question = Question.archives(player)
        return self._ask(question, lambda answer, _: months_in(question, answer.body))

    def month(self, player: str, month: Month, etag: str | None = None) -> MonthAnswer | None:
        """Return a player's month, or None if it is the same as when it had this `etag`.

        Raises:
            InvalidPlayerName: before anything is asked.
            ChessComError: MonthUnavailable, FutureMonth and others. Never is a failure no games.
        """
        question = Question.games(player, month)

        def read(answer: Answer, asked_at: datetime) -> MonthAnswer | None:
            return None if answer.status == 304 else self._month_answer(question, answer, asked_at)

        return self._ask(question, read, _etag(etag))

    def _ask(
        self,
        question: Question,
        read: Callable[[Answer, datetime], T],
        etag: str | None = None,
    ) -> T:
        expected = {200, 304} if etag else {200}

        def attempt(deadline_s: float) -> T:
            asked_at = self._now().astimezone(UTC)
            answer = self._transport.get(question, etag, deadline_s)
            if answer.status not in expected:
                raise error_for(question, answer, self._now(), self._limits)
            return read(answer, asked_at)

        # Both are kept while waiting: who is told to wait waits for all.
        with self._lock, self._lease.in_use() if self._lease else nullcontext():
            return Attempts(self._limits, self._sleep, self._turn_for(question)).run(attempt)

    def _turn_for(self, question: Question) -> Callable[[], None]:
        """Return what waits until no other process asks chess.com for the same lake."""

        def wait_for_turn() -> None:
            if self._lease is None:
                return
            try:
                self._lease.hold(self._limits.max_turn_wait_s)
            except LeaseHeld as error:
                raise NotItsTurn(question, str(error).removesuffix(".")) from error

        return wait_for_turn

    def _month_answer(self, question: Question, answer: Answer, asked_at: datetime) -> MonthAnswer:
        last_modified = " ".join(answer.headers.get("Last-Modified", "").split())
        return MonthAnswer(
            url=self._api_url + question.path,
            fetched_at=asked_at,
            etag=_etag(answer.headers.get("ETag")),
            last_modified=last_modified[:_LAST_MODIFIED_LENGTH] or None,
            body_sha256=hashlib.sha256(answer.body).hexdigest(),
            body_bytes=len(answer.body),
            games=games_in(question, answer.body),
        )


def _etag(text: str | None) -> str | None:
    """Return an entity tag that a header can carry; without one a month is just fetched whole."""
    return text if text is not None and _ETAG.fullmatch(text) else None


def _user_agent(contact: str | None) -> str:
    try:
        product = f"chess_assets/{version('chess_assets')}"
    except PackageNotFoundError:  # run from a checkout
        product = "chess_assets"
    if contact is None or not contact.strip():
        _LOGGER.warning("chess.com asks for a contact: set CHESS_COM_CONTACT, or it may refuse.")
        return product
    if not _CONTACT.fullmatch(contact):
        raise InvalidSetting(
            f"CHESS_COM_CONTACT: {shown(contact)} can't go into the User-Agent: "
            "give an e-mail address or user name, Latin letters on one line, 200 at most."
        )
    return f"{product} (contact: {contact.strip()})"
