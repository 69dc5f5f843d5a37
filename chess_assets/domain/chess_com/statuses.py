"""What a status that brings no answer means: the one named error for it."""

import json
import re
from datetime import UTC, datetime, timedelta

from chess_assets.domain.chess_com.errors import (
    BadAnswer,
    ChessComError,
    Forbidden,
    FutureMonth,
    Gone,
    MonthUnavailable,
    NotFound,
    RateLimited,
    ServerFault,
    TransientError,
    UnexpectedStatus,
    UnknownPlayer,
    shown,
)
from chess_assets.domain.chess_com.limits import Limits
from chess_assets.domain.chess_com.questions import Question
from chess_assets.domain.chess_com.retry_after import retry_after_s
from chess_assets.domain.chess_com.transport import Answer

_PERMANENT: dict[int, type[ChessComError]] = {401: Forbidden, 403: Forbidden, 410: Gone}
_IMPATIENT = {408, 425}
_MAX_MESSAGE_BYTES = 2**16
_UNKNOWN_PLAYER = re.compile(r'User "?[^"]{0,60}"? not found', re.IGNORECASE)
_FUTURE = "date cannot be set in the future"
_INTERNAL = "an internal error has occurred"
_BAD_PATH = "data provider not found"


def error_for(question: Question, answer: Answer, now: datetime, limits: Limits) -> ChessComError:
    """Return what is to be raised for an answer whose status is neither 200 nor an expected 304."""
    status = answer.status
    message = _message(answer.body)
    text = message or answer.body[:_MAX_MESSAGE_BYTES].decode("utf-8", "replace")
    cause = f"chess.com answered {status}" + (f", {shown(text)}" if text.strip() else "")
    if status == 404:
        return _not_found(question, message, cause)
    if status == 429 or status in _IMPATIENT or 500 <= status < 600:
        kind = RateLimited if status == 429 else ServerFault
        return _come_back(kind, question, cause, answer, now, limits)
    return _PERMANENT.get(status, UnexpectedStatus)(question, cause)


def _message(body: bytes) -> str | None:
    """Return the message that chess.com's API puts into the JSON of an error."""
    try:
        message = json.loads(body[:_MAX_MESSAGE_BYTES])["message"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return None
    return message if isinstance(message, str) else None


def _not_found(question: Question, message: str | None, cause: str) -> ChessComError:
    text = (message or "").lower()
    if _UNKNOWN_PLAYER.match(text):
        return UnknownPlayer(question, cause)
    if _FUTURE in text:
        return FutureMonth(question, cause)
    if _BAD_PATH in text:
        return NotFound(question, cause)
    if question.month is not None:
        return MonthUnavailable(question, cause)
    if _INTERNAL in text:
        return ServerFault(question, cause)
    return BadAnswer(question, cause) if message is None else NotFound(question, cause)


def _come_back(
    kind: type[TransientError],
    question: Question,
    cause: str,
    answer: Answer,
    now: datetime,
    limits: Limits,
) -> TransientError:
    wait_s = retry_after_s(answer.headers.get("Retry-After"), now)
    is_too_long = wait_s is not None and wait_s > limits.max_retry_after_s
    if wait_s is not None and is_too_long:
        until = (now + timedelta(seconds=wait_s)).astimezone(UTC)
        cause = f"{cause}, and wants no request before {until:%Y-%m-%d %H:%M:%S} UTC"
    error = kind(question, cause)
    error.retry_after_s = wait_s
    error.ends_run = is_too_long
    return error
