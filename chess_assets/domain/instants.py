"""chess.com's times, which are seconds since 1970 in JSON, as instants.

What is repaired is only what has one meaning: a number with decimals (`1652146200.0`,
`1652146200.5`) is the same count of seconds. Text, numbers that would be seconds only if they were
milliseconds, and everything else are not guessed at: who reads them says so.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_END_S = 253_402_300_800  # the first second after the year 9999, which no column takes


def instant_of(seconds: Any) -> datetime | None:
    """Return the instant of a JSON value, in UTC, its decimals cut to whole milliseconds.

    None for what is not a number of seconds from 1970 to the year 9999.
    """
    if type(seconds) not in {int, float} or not 0 <= seconds < _END_S:
        return None
    if isinstance(seconds, int):
        return datetime.fromtimestamp(seconds, UTC)
    # Decimal, because 1652146200.001 * 1000 is 1652146200000.9999 in floating point.
    return _EPOCH + timedelta(milliseconds=int(Decimal(repr(seconds)) * 1000))
