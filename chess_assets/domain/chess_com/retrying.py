"""Attempts around the whole of one call: which failures are worth another, when, and how many."""

import logging
from collections.abc import Callable
from random import uniform
from time import monotonic
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from chess_assets.domain.chess_com.errors import ChessComError, RateLimited, TransientError
from chess_assets.domain.chess_com.limits import Limits

_LOGGER = logging.getLogger("chess_assets.chess_com")
_MOST_DOUBLINGS = 60  # far beyond any longest pause, and no float overflows
T = TypeVar("T")


class Attempts:
    """One call's attempts. They share `total_deadline_s`, the waiting between them included.

    A 429 whose Retry-After was waited out is no failed attempt: chess.com said when to come back,
    and nothing went wrong. `Limits.waits` bounds how often, the total deadline for how long.

    Args:
        limits: how often and how long.
        sleep: waits between attempts.
        wait_for_turn: returns when an attempt may begin; what it takes does not count.
    """

    def __init__(
        self,
        limits: Limits,
        sleep: Callable[[float], None],
        wait_for_turn: Callable[[], None],
    ) -> None:
        self._limits = limits
        self._sleep = sleep
        self._wait_for_turn = wait_for_turn
        self._left_s = limits.total_deadline_s
        self._waits = 0
        self._retrying = Retrying(
            retry=retry_if_exception(_is_worth_another),
            wait=self._wait_s,
            stop=self._is_over,
            sleep=self._pause,
            after=_count,
            before_sleep=_tell,
            reraise=True,
        )

    def run(self, attempt: Callable[[float], T]) -> T:
        """Return what an attempt returns; it is told how many seconds it may take.

        Raises:
            ChessComError: the last attempt's, which knows how many there were.
        """
        result: T = self._retrying(self._timed, attempt)
        return result

    def _timed(self, attempt: Callable[[float], T]) -> T:
        self._wait_for_turn()
        started = monotonic()
        try:
            return attempt(min(self._limits.attempt_deadline_s, self._left_s))
        finally:
            self._left_s -= monotonic() - started

    def _pause(self, seconds: float) -> None:
        self._left_s -= seconds
        self._sleep(seconds)

    def _wait_s(self, state: RetryCallState) -> float:
        fault = _fault(state)
        asked_s = fault.retry_after_s if isinstance(fault, TransientError) else None
        if isinstance(fault, RateLimited) and asked_s:
            self._waits += 1
        doublings = min(max(state.attempt_number - self._waits - 1, 0), _MOST_DOUBLINGS)
        most_s = min(self._limits.backoff_s * 2.0**doublings, self._limits.max_backoff_s)
        return max(asked_s or 0, uniform(0, most_s))  # noqa: S311 - pauses are no secrets

    def _is_over(self, state: RetryCallState) -> bool:
        failed = state.attempt_number - self._waits
        is_last = failed >= self._limits.attempts or self._waits > self._limits.waits
        return is_last or state.upcoming_sleep >= self._left_s


def _is_worth_another(fault: BaseException) -> bool:
    return isinstance(fault, TransientError) and not fault.ends_run


def _fault(state: RetryCallState) -> ChessComError | None:
    fault = state.outcome.exception() if state.outcome else None
    return fault if isinstance(fault, ChessComError) else None


def _count(state: RetryCallState) -> None:
    if fault := _fault(state):
        fault.attempts = state.attempt_number


def _tell(state: RetryCallState) -> None:
    if fault := _fault(state):
        wait_s = state.upcoming_sleep
        _LOGGER.info("%s: %s; again in %.1f s", fault.question, fault.cause, wait_s)
