"""The array types of this package, and the one thing numpy lacks for ragged ones."""

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
"""What a notation says of a move, in one integer each; see `written_moves.Fields`."""
Shorts = npt.NDArray[np.int16]
"""Squares, pieces, colours, pairs of squares: one a ply, in as few bytes as they need."""
Words = npt.NDArray[np.uint64]
"""Eight characters, or a bitboard."""


def nonzero(values: npt.NDArray[np.integer]) -> Ints:
    """Return the places of the values that are not 0; numpy finds flags several times faster."""
    return np.flatnonzero(values != 0)


def spans(starts: Ints, lengths: Ints) -> Ints:
    """Return every position of every span, one span after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(total)


def offsets_of(lengths: Ints) -> Ints:
    """Return where each of these lengths starts when laid end to end, and the total behind them."""
    return np.concatenate(([0], np.cumsum(lengths)))
