"""What the tags say that `games` takes from the PGN, for a whole month at once.

Values of any but the usual form are left to `tags`, which takes them one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.games.columnar.arrays import Bools, Ints, Words
from chess_assets.domain.games.columnar.header_lines import Headers, Spans
from chess_assets.domain.games.columnar.text_bytes import TextBytes, word
from chess_assets.domain.games.limits import MAX_TEXT_CHARS
from chess_assets.domain.schemas.columns import TIMESTAMP

_DATE, _TIME = "yyyy.mm.dd", "hh:mm:ss"
_PLACES = [np.uint64(8 * _TIME.index(pair)) for pair in ("hh", "mm", "ss")]
_MARKS = np.uint64(0x00_00_FF_00_00_FF_00_00)
_LEAST, _MOST = np.array([[1, 1, 1, 0, 0, 0], [9999, 12, 31, 23, 59, 59]])
_NONE = -10_000
_TWO_DIGITS = np.full(1 << 16, _NONE, np.int64)  # what two characters stand for, by their 16 bits
for _number in range(100):
    _TWO_DIGITS[word(f"{_number:02d}")] = _number


_TEXTS = ("Termination", "ECO", "ECOUrl", "FEN", "CurrentPosition")
_FREE_TEXTS = ("Termination", "ECOUrl")


@dataclass(frozen=True, slots=True)
class TagValues:
    """One value a game; null where the tag is not there."""

    start_time: pa.Array
    texts: Mapping[str, pa.StringArray]


def read_tag_values(pgns: TextBytes, headers: Headers, final_fens: pa.StringArray) -> TagValues:
    """Read the values; games with a value of another form become unfit, in `headers`.

    Args:
        pgns: the texts.
        headers: where the values are.
        final_fens: what CurrentPosition must be.
    """
    tags, is_fit = headers.tags, headers.is_fit
    start_time = _times(pgns, tags["UTCDate"], tags["UTCTime"], is_fit)
    texts = _texts(pgns, [tags[name] for name in _TEXTS])
    is_fit &= _is_eco(pgns, tags["ECO"]) & (tags["Termination"].length > 0)
    for name in _FREE_TEXTS:
        is_fit &= tags[name].length <= MAX_TEXT_CHARS
    if b"\\" in texts.buffers()[-1].to_pybytes():
        is_fit &= ~_has_escape(texts).reshape(len(_TEXTS), -1).any(axis=0)
    size = len(is_fit)
    by_name = {name: texts[place * size :][:size] for place, name in enumerate(_TEXTS)}
    if not by_name["CurrentPosition"].equals(final_fens):
        is_same = pc.equal(by_name["CurrentPosition"], final_fens).fill_null(False)  # noqa: FBT003
        is_fit &= is_same.to_numpy(zero_copy_only=False)
    return TagValues(start_time, by_name)


def _texts(pgns: TextBytes, tags: Sequence[Spans]) -> pa.StringArray:
    """Return the texts of all of one tag, then of the next; null where there is none."""
    start = np.concatenate([tag.start for tag in tags])
    length = np.concatenate([tag.length for tag in tags])
    return pc.if_else(
        pa.array(length > 0), pgns.texts_at(start, length), pa.scalar(None, pa.string())
    )


def _has_escape(texts: pa.StringArray) -> Bools:
    has_escape = pc.match_substring(texts, "\\").fill_null(False)  # noqa: FBT003 - its only one
    flags: Bools = has_escape.to_numpy(zero_copy_only=False)
    return flags


def _is_eco(pgns: TextBytes, spans: Spans) -> Bools:
    """Whether the code is from A00 to E99, or not there."""
    code = pgns.data[spans.start[:, None] + np.arange(3)] - np.frombuffer(b"A00", np.uint8)
    is_code = (code <= np.array([4, 9, 9])).all(axis=1) & (spans.length == 3)
    is_eco: Bools = is_code | (spans.length == 0)
    return is_eco


def _times(pgns: TextBytes, dates: Spans, times: Spans, is_fit: Bools) -> pa.Array:
    """Return date and time together; null where they are not both there."""
    is_time = (dates.length == len(_DATE)) & (times.length == len(_TIME))
    century = _TWO_DIGITS.take(pgns.words_at(dates.start) & np.uint64(0xFFFF))
    (year, month, day), is_date = _pairs(pgns.words_at(dates.start + len("yy")), ".")
    (hour, minute, second), is_clock = _pairs(pgns.words_at(times.start), ":")
    is_time &= is_date & is_clock
    year = 100 * century + year
    numbers = np.stack((year, month, day, hour, minute, second), axis=1)
    is_time &= ((numbers >= _LEAST) & (numbers <= _MOST)).all(axis=1)
    months = ((year - 1970) * 12 + month - 1).astype("M8[M]")
    days = months.astype("M8[D]") + (day - 1)
    is_time &= days.astype("M8[M]") == months
    is_fit &= is_time
    seconds = days.astype("M8[s]").astype(np.int64) + 3600 * hour + 60 * minute + second
    return pa.array(1000 * seconds, mask=~is_time).view(TIMESTAMP)


def _pairs(words: Words, mark: str) -> tuple[list[Ints], Bools]:
    """Return the three numbers of two digits that have a mark between them, and whether they do."""
    pairs = [_TWO_DIGITS.take(words >> place & np.uint64(0xFFFF)) for place in _PLACES]
    return pairs, words & _MARKS == np.uint64(word(f"\0\0{mark}\0\0{mark}\0\0"))
