"""The tags of a whole month's PGNs, found line by line.

Fit is a PGN in exactly chess.com's layout: known tags, each once and alone on its line, an empty
line, the movetext in one line. Whatever else a PGN may look like is left to the reader that takes
them one by one. What the tags' values say belongs in `tag_values`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from chess_assets.domain.games.columnar.arrays import Bools, Ints, Words, spans
from chess_assets.domain.games.columnar.text_bytes import KEEP, TextBytes, word

READ = ("UTCDate", "UTCTime", "Termination", "CurrentPosition", "ECO", "ECOUrl", "FEN")
_UNREAD = (
    "Event", "Site", "Date", "Round", "White", "Black", "Result", "Variant", "SetUp", "Tournament",
    "Match", "Timezone", "WhiteElo", "BlackElo", "TimeControl", "StartTime", "EndDate", "EndTime",
    "Link",
)  # fmt: skip
_WORD = 8


@dataclass(frozen=True, slots=True)
class Spans:
    """Where a text is in each PGN; where there is none, its length is 0."""

    start: Ints
    length: Ints


@dataclass(frozen=True, slots=True)
class Headers:
    """The tags by name, the movetext (without its newline), and which PGNs are fit.

    `braces` are all opening braces, wherever they are.
    """

    tags: Mapping[str, Spans]
    movetext: Spans
    braces: Ints
    is_fit: Bools


class _Openings:
    """How the lines of the known tags start: `[White "`; none starts as another does."""

    def __init__(self) -> None:
        self.names = sorted((*READ, *_UNREAD), key=lambda name: f'{name} "'.encode())
        openings = [f'[{name} "' for name in self.names]
        self.length = np.array([len(opening) for opening in openings])
        self._first = np.array([word(opening[:_WORD]) for opening in openings], np.uint64)
        self._second = np.array([word(opening[_WORD:][:_WORD]) for opening in openings], np.uint64)
        self._first_kept: Words = KEEP[self.length.clip(0, _WORD)]
        self._second_kept: Words = KEEP[(self.length - _WORD).clip(0, _WORD)]
        self._sorted = self._first.byteswap()

    def find(self, pgns: TextBytes, positions: Ints) -> tuple[Ints, Bools]:
        """Return which tag's opening could be at each position, and whether it is."""
        first, second = pgns.words_at(positions), pgns.words_at(positions + _WORD)
        # Texts sort as their words do with the first character in the high byte.
        tag = (np.searchsorted(self._sorted, first.byteswap(), side="right") - 1).clip(0)
        is_found = first & self._first_kept.take(tag) == self._first.take(tag)
        is_found &= second & self._second_kept.take(tag) == self._second.take(tag)
        last = pgns.data.take(positions + self.length.take(tag) - 1)
        return tag, is_found & (last == ord('"'))


_OPENINGS = _Openings()


def read_headers(pgns: TextBytes) -> Headers:
    """Find the tags and the movetext of every PGN."""
    newlines, braces, is_fit = _marks(pgns)
    first = np.searchsorted(newlines, pgns.starts)
    count = np.searchsorted(newlines, pgns.ends) - first
    is_fit &= count > 2
    newlines = np.append(newlines, [0, 0, 0])
    last = np.where(is_fit, first + count - 1, 2)
    start = newlines[last - 1] + 1
    is_fit &= (newlines[last] == pgns.ends - 1) & (newlines[last - 2] == start - 2)
    lines = np.where(is_fit, count - 2, 0)
    tags = _tags(pgns, newlines, first, lines, is_fit)
    movetext = Spans(start * is_fit, (newlines[last] - start) * is_fit)
    return Headers(tags, movetext, braces, is_fit)


def _marks(pgns: TextBytes) -> tuple[Ints, Ints, Bools]:
    """Return all newlines, all opening braces, and which PGNs are printable ASCII otherwise."""
    marks = pgns.positions_of(lambda block: (block < ord(" ")) | (block == ord("{")))
    marked = pgns.data.take(marks)
    newlines, braces = (marks.take(np.flatnonzero(marked == ord(character))) for character in "\n{")
    odd = marks[(marked != ord("\n")) & (marked != ord("{"))]
    if pgns.data.max() > ord("~"):
        odd = np.append(odd, pgns.positions_of(lambda block: block > ord("~")))
    is_printable = np.ones(len(pgns.ends), np.bool_)
    is_printable[np.searchsorted(pgns.ends, odd, side="right")] = False
    return newlines, braces, is_printable


def _tags(
    pgns: TextBytes, newlines: Ints, first: Ints, lines: Ints, is_fit: Bools
) -> dict[str, Spans]:
    """Return the spans of the tags' values; PGNs with any other line are marked as unfit."""
    game, line = np.repeat(np.arange(len(lines)), lines), spans(first, lines)
    end, start = newlines[line], newlines[line - 1] + 1
    is_first = np.flatnonzero(line == first[game])
    start[is_first] = pgns.starts[game[is_first]]
    tag, is_known = _OPENINGS.find(pgns, start)
    start += _OPENINGS.length[tag]
    end -= len('"]')
    is_known &= (start < end) & (pgns.data[end] == ord('"')) & (pgns.data[end + 1] == ord("]"))
    is_fit[game[~is_known]] = False
    shape = (len(_OPENINGS.names), len(lines))
    place = tag * len(lines) + game
    is_fit &= (np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape) <= 1).all(axis=0)
    starts, lengths = np.zeros((2, *shape), np.int64)
    starts.reshape(-1)[place], lengths.reshape(-1)[place] = start, (end - start) * is_known
    rows = {name: _OPENINGS.names.index(name) for name in READ}
    return {name: Spans(starts[row], lengths[row]) for name, row in rows.items()}
