"""A column of texts as one array of bytes: found by position, compared eight characters at a time.

What is looked for in the texts belongs in the modules that know their layout.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from chess_assets.domain.games.columnar.arrays import Bools, Bytes, Ints, Words, offsets_of, spans

_PADDING = 48  # so that words can be read at and a little behind any character
_EIGHT_BYTES = np.dtype("<u8")
_BLOCK = 1 << 15  # characters that stay in the processor's nearest cache


@dataclass(frozen=True, slots=True)
class TextBytes:
    """The bytes of all texts end to end, and where each starts and ends; a null is empty."""

    data: Bytes
    starts: Ints
    ends: Ints

    def words_at(self, positions: Ints) -> Words:
        """Return the eight characters that start at each position, the first in the low byte."""
        words = self.data.view(_EIGHT_BYTES)
        place, shift = positions >> 3, ((positions & 7) << 3).view(np.uint64)
        found = words.take(place) >> shift
        found |= words.take(place + 1) << np.uint64(1) << (np.uint64(63) - shift)
        return found

    def words_from(self, positions: Ints, count: int) -> Words:
        """Return so many words from each position on: a row of the first, one of the second."""
        size = count * _EIGHT_BYTES.itemsize
        texts = np.ndarray(len(self.data) - size + 1, f"S{size}", self.data, strides=(1,))
        found = texts[positions].view(_EIGHT_BYTES).reshape(-1, count)
        return np.ascontiguousarray(found.T)

    def texts_at(self, starts: Ints, lengths: Ints) -> pa.StringArray:
        """Return the texts that start at these positions; what they hold must be ASCII."""
        offsets = offsets_of(lengths).astype(np.int32)
        characters = self.data.take(spans(starts, lengths))
        return pa.StringArray.from_buffers(
            len(lengths), pa.py_buffer(offsets), pa.py_buffer(characters)
        )

    def positions_of(self, is_sought: Callable[[Bytes], Bools]) -> Ints:
        """Return the positions of the characters that a test finds; it gets a block at a time."""
        size = int(self.ends[-1]) if len(self.ends) else 0
        return np.concatenate(
            [
                np.flatnonzero(is_sought(self.data[start : min(start + _BLOCK, size)])) + start
                for start in range(0, max(size, 1), _BLOCK)
            ]
        )


def text_bytes(texts: pa.StringArray) -> TextBytes:
    """Return a string column as bytes."""
    _, offsets_buffer, data_buffer = texts.buffers()
    count = texts.offset + len(texts) + 1
    offsets = np.frombuffer(offsets_buffer, np.int32, count)[texts.offset :].astype(np.int64)
    size = int(offsets[-1] - offsets[0])
    data = np.zeros((size + _PADDING) // 8 * 8, np.uint8)
    if size:
        data[:size] = np.frombuffer(data_buffer, np.uint8, int(offsets[-1]))[offsets[0] :]
    offsets -= offsets[0]
    return TextBytes(data, offsets[:-1], offsets[1:])


def word(text: str) -> int:
    """Return a text of up to eight ASCII characters as `words_at` would."""
    return int.from_bytes(text.encode("ascii").ljust(8, b"\0"), "little")


KEEP: Words = np.array([(1 << 8 * length) - 1 for length in range(9)], np.uint64)
"""The mask that keeps the first characters of a word, by their number."""

KEEP_LAST: Words = ~KEEP[::-1]
"""The mask that keeps the last characters of a word, by their number."""
