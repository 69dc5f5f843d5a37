"""The Retry-After header, in every form that servers send it."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_MAX_LENGTH = 64
_MAX_S = 365 * 24 * 3600.0


def retry_after_s(text: str | None, now: datetime) -> float | None:
    """Return the seconds to wait from `now` (aware), a year at most.

    Seconds may have a fraction; a date may have any form that e-mail knows. What is neither, or in
    the past, says nothing: None.
    """
    if text is None or len(text) > _MAX_LENGTH:
        return None
    if seconds := _SECONDS.fullmatch(text.strip()):
        return min(float(seconds[0]), _MAX_S)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    wait_s = (date - now).total_seconds()
    return min(wait_s, _MAX_S) if wait_s > 0 else None
