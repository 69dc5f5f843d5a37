"""`{[%clk 0:02:58.6]}` into milliseconds, for every ply of a month at once.

Hours have one to three digits, tenths are there or not: what else the one-by-one reader takes
for a clock (hundredths, further words in the comment) is not the usual layout.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from chess_assets.domain.games.columnar.arrays import Bools, Ints
from chess_assets.domain.games.columnar.text_bytes import KEEP, TextBytes, word

_OPENING = "{[%clk "
_OPENING_WORD = np.uint64(word(_OPENING))
_REST = "mm:ss.t]"  # behind the hours and their colon, as one word; without tenths "mm:ss]} "
_COLON_AT, _SECONDS_AT, _TENTHS_AT, _BRACKET_AT = (8 * _REST.index(at) for at in ":s.]")
_COLON, _DOT, _BRACKET, _ZERO = (ord(character) for character in ":.]0")
_NONE = -(2**40)  # more than any sum of clocks makes up for
_MOST_HOURS = 595  # 596.5 are 2**31 ms


def _table(values: Mapping[str, int]) -> Ints:
    """Return what two characters stand for, by their 16 bits."""
    table = np.full(1 << 16, _NONE, np.int64)
    for text, value in values.items():
        table[word(text)] = value
    return table


_MINUTES_MS = _table({f"{minutes:02d}": 60_000 * minutes for minutes in range(60)})
_SECONDS_MS = _table({f"{seconds:02d}": 1_000 * seconds for seconds in range(60)})
_TENTHS_MS = _table({f".{tenths}": 100 * tenths for tenths in range(10)} | {"]}": 0})


@dataclass(frozen=True, slots=True)
class Clocks:
    """One entry a comment: its clock, the position behind it, whether it is in the usual form."""

    left_ms: Ints
    end: Ints
    is_usual: Bools


def read_clocks(pgns: TextBytes, opens: Ints) -> Clocks:
    """Read the clocks of comments that open at these positions."""
    hours, hour_end, is_usual = _hours(pgns, opens)
    rest = pgns.words_at(hour_end + 1).view(np.int64)
    left_ms = _MINUTES_MS.take(rest & 0xFFFF)
    left_ms += _SECONDS_MS.take(rest >> _SECONDS_AT & 0xFFFF)
    left_ms += _TENTHS_MS.take(rest >> _TENTHS_AT & 0xFFFF)
    left_ms += 3_600_000 * hours
    has_tenths = rest >> _TENTHS_AT & 0xFF == _DOT
    end = hour_end + len(":mm:ss]}") + 2 * has_tenths
    is_usual &= (left_ms >= 0) & (rest >> _COLON_AT & 0xFF == _COLON)
    is_usual &= (rest >> _BRACKET_AT == _BRACKET) | ~has_tenths
    is_usual &= pgns.data.take(end - 1) == ord("}")
    return Clocks(left_ms, end, is_usual)


def _hours(pgns: TextBytes, opens: Ints) -> tuple[Ints, Ints, Bools]:
    """Return the hours, the position behind them, and whether they are one to three digits."""
    opening = pgns.words_at(opens)
    is_usual = opening & KEEP[len(_OPENING)] == _OPENING_WORD
    hours = (opening.view(np.int64) >> 8 * len(_OPENING)) - _ZERO
    is_usual &= (hours >= 0) & (hours <= 9)
    end = opens + len(_OPENING) + 1
    long = several = np.flatnonzero(pgns.data.take(end) != _COLON)
    for _ in range(2):
        digit = pgns.data[end[long]].astype(np.int64) - _ZERO
        is_digit = (digit >= 0) & (digit <= 9)
        long, digit = long[is_digit], digit[is_digit]
        hours[long] = 10 * hours[long] + digit
        end[long] += 1
    is_usual[several] &= (pgns.data[end[several]] == _COLON) & (hours[several] <= _MOST_HOURS)
    return hours, end, is_usual
