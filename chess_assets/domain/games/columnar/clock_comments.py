"""`{[%clk 0:02:58.6]}` into milliseconds, for every ply of a month at once.

Hours have one to three digits, tenths are there or not: what else the one-by-one reader takes
for a clock (hundredths, further words in the comment) is not the usual layout.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chess_assets.domain.games.columnar.arrays import Bools, Bytes, Codes, Ints, Words
from chess_assets.domain.games.columnar.text_bytes import KEEP, TextBytes, word

Milliseconds = npt.NDArray[np.int32]

_OPENING, _HOUR_AT = "{[%clk ", 7
_OPENING_WORD = np.uint64(word(_OPENING))
_REST, _END = ":mm:ss.t", "]}"  # behind the hours, as one word; without tenths ":mm:ss]}"
_COLONS_AT, _MINUTES_AT, _TENTHS_AT = (0, 3), 8 * _REST.index("m"), _REST.index(".")
_SECONDS_HALF, _TENTHS_HALF = _REST.index("s") // 2, _TENTHS_AT // 2  # of a word's four halves
_COLON, _DOT, _ZERO = (ord(character) for character in ":.0")
_NONE = -(2**29)  # more than any sum of minutes, seconds and tenths makes up for
_MOST_HOURS = 595  # 596.5 are 2**31 ms


def _table(values: Mapping[str, int]) -> Milliseconds:
    """Return what two characters stand for, by their 16 bits."""
    table = np.full(1 << 16, _NONE, np.int32)
    for text, value in values.items():
        table[word(text)] = value
    return table


_MINUTES_MS = _table({f"{minutes:02d}": 60_000 * minutes for minutes in range(60)})
_SECONDS_MS = _table({f"{seconds:02d}": 1_000 * seconds for seconds in range(60)})
_TENTHS_MS = _table({f".{tenths}": 100 * tenths for tenths in range(10)} | {_END: 0})


@dataclass(frozen=True, slots=True)
class Clocks:
    """One entry a comment: its clock, the position behind it, whether it is in the usual form."""

    left_ms: Milliseconds
    end: Ints
    is_usual: Bools


def read_clocks(pgns: TextBytes, opens: Ints, opening: Words, rest: Words) -> Clocks:
    """Read the clocks of comments.

    Args:
        pgns: the texts.
        opens: where the comments open.
        opening: the eight characters from there on.
        rest: the eight characters behind those.
    """
    hour = _characters(opening)[:, _HOUR_AT] - np.uint8(_ZERO)
    is_usual = (opening & KEEP[_HOUR_AT] == _OPENING_WORD) & (hour <= 9)
    hours, end = hour.astype(np.int32), opens + len(_OPENING + "h" + _REST)
    several = np.flatnonzero(_characters(rest)[:, 0] != _COLON)
    if len(several):
        rest = rest.copy()
        hours[several], digits, is_hours = _more_digits(hours[several], rest[several])
        is_usual[several] &= is_hours
        end[several] += digits
        rest[several] = pgns.words_at(end[several] - len(_REST))

    halves, characters = rest.view(np.uint16).reshape(-1, 4), _characters(rest)
    left_ms = _MINUTES_MS.take(rest >> np.uint64(_MINUTES_AT) & np.uint64(0xFFFF))
    left_ms += _SECONDS_MS.take(halves[:, _SECONDS_HALF])
    left_ms += _TENTHS_MS.take(halves[:, _TENTHS_HALF])
    is_usual &= left_ms >= 0
    left_ms += 3_600_000 * hours
    end += len(_END) * (characters[:, _TENTHS_AT] == _DOT)
    for place in _COLONS_AT:
        is_usual &= characters[:, place] == _COLON
    for back, character in enumerate(reversed(_END), start=1):
        is_usual &= pgns.data.take(end - back) == ord(character)
    return Clocks(left_ms, end, is_usual)


def _more_digits(hours: Codes, rest: Words) -> tuple[Codes, Ints, Bools]:
    """Return hours of two or three digits, how many there are besides the first, and if they are.

    Args:
        hours: the first digits.
        rest: the eight characters behind them.
    """
    second, third = (_characters(rest)[:, :2] - np.uint8(_ZERO)).T.astype(np.int32)
    is_long = third != _COLON - _ZERO
    tens = 10 * hours + second
    hours = np.where(is_long, 10 * tens + third, tens)
    is_usual = (second <= 9) & ((third <= 9) | ~is_long) & (hours <= _MOST_HOURS)
    return hours, 1 + is_long.astype(np.int64), is_usual


def _characters(words: Words) -> Bytes:
    return words.view(np.uint8).reshape(-1, 8)
