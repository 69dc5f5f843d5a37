"""The client of chess.com's published data: three questions, asked one at a time."""

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from time import sleep as sleep_for
from types import TracebackType
from typing import Self, TypeVar

from chess_assets.domain.chess_com.answers import (
    ArchivesList,
    MonthAnswer,
    NotModified,
    Profile,
    games_in,
    months_in,
    profile_in,
)
from chess_assets.domain.chess_com.deadline import always
from chess_assets.domain.chess_com.errors import InvalidSetting, NotItsTurn, shown
from chess_assets.domain.chess_com.limits import DEFAULT_LIMITS, Limits
from chess_assets.domain.chess_com.questions import Question
from chess_assets.domain.chess_com.response_times import ResponseTimes, response_times
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
_MOST_QUOTED = 5
_CLOCKS_DIFFER = "clocks differ"
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
        self._newest_times: ResponseTimes | None = None
        self._said: set[str] = set()

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

    @property
    def newest_times(self) -> ResponseTimes | None:
        """The times of the response that named the newest server time; None where none did."""
        return self._newest_times

    def profile(self, player: str) -> Profile:
        """Return who a player is.

        Raises:
            InvalidPlayerName: before anything is asked.
            ChessComError: UnknownPlayer if there is none.
        """
        question = Question.profile(player)
        return self._ask(question, lambda answer, _: profile_in(question, answer.body))

    def archives(self, player: str) -> ArchivesList:
        """Return the list of the months that a player has games in.

        Entries that name no month of this player are passed over; a warning quotes them.

        Raises:
            InvalidPlayerName: before anything is asked.
            ChessComError: UnknownPlayer if there is none.
        """
        question = Question.archives(player)

        def read(answer: Answer, times: ResponseTimes) -> ArchivesList:
            months, unusual = months_in(question, answer.body)
            if unusual:
                self._warn_once(
                    f"{question}: unusual entries in the list of months: {_some_of(unusual)}; "
                    "those that name no month of this player are passed over."
                )
            return ArchivesList(months, times)

        return self._ask(question, read)

    def month(
        self, player: str, month: Month, etag: str | None = None
    ) -> MonthAnswer | NotModified:
        """Return a player's month, or that it is the same as when it had this `etag`.

        Raises:
            InvalidPlayerName: before anything is asked.
            ChessComError: MonthUnavailable, FutureMonth and others. Never is a failure no games.
        """
        question = Question.games(player, month)

        def read(answer: Answer, times: ResponseTimes) -> MonthAnswer | NotModified:
            if answer.status == HTTPStatus.NOT_MODIFIED:
                return NotModified(self._api_url + question.path, times)
            return self._month_answer(question, answer, times)

        return self._ask(question, read, _etag(etag))

    def _ask(
        self,
        question: Question,
        read: Callable[[Answer, ResponseTimes], T],
        etag: str | None = None,
    ) -> T:
        expected = {200, 304} if etag else {200}

        def attempt(deadline_s: float) -> T:
            asked_at = self._now()
            answer = self._transport.get(question, etag, deadline_s)
            times = response_times(answer.headers, asked_at, self._now())
            self._note_clocks(times)
            if answer.status not in expected:
                now = times.server_time or self._now()  # a date in Retry-After is the server's
                raise error_for(question, answer, now, self._limits)
            return read(answer, times)

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

    def _note_clocks(self, times: ResponseTimes) -> None:
        if times.server_time is None:
            return
        newest = self._newest_times
        if newest is None or newest.server_time is None or times.server_time >= newest.server_time:
            self._newest_times = times
        if times.do_clocks_differ and _CLOCKS_DIFFER not in self._said:
            self._said.add(_CLOCKS_DIFFER)
            _LOGGER.warning(
                "This machine's clock says %s, chess.com's says %s: set the wrong one right. Until "
                "then the earlier of the two counts as the time of fetching, so months may be "
                "fetched more often than needed.",
                f"{times.asked_at:%Y-%m-%d %H:%M:%S} UTC",
                f"{times.server_time:%Y-%m-%d %H:%M:%S} UTC",
            )

    def _warn_once(self, warning: str) -> None:
        if warning not in self._said:
            self._said.add(warning)
            _LOGGER.warning(warning)

    def _month_answer(
        self, question: Question, answer: Answer, times: ResponseTimes
    ) -> MonthAnswer:
        last_modified = " ".join(answer.headers.get("Last-Modified", "").split())
        return MonthAnswer(
            url=self._api_url + question.path,
            times=times,
            etag=_etag(answer.headers.get("ETag")),
            last_modified=last_modified[:_LAST_MODIFIED_LENGTH] or None,
            body_sha256=hashlib.sha256(answer.body).hexdigest(),
            body_bytes=len(answer.body),
            games=games_in(question, answer.body),
        )


def _some_of(unusual: Sequence[str]) -> str:
    rest = len(unusual) - _MOST_QUOTED
    return ", ".join(unusual[:_MOST_QUOTED]) + (f" and {rest} more" if rest > 0 else "")


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
