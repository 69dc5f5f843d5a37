"""How long the lists of a column are; null has no length."""

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.games.columnar.arrays import Ints

NO_LIST = -1


def list_lengths(lists: pa.ChunkedArray) -> Ints:
    """Return the length of each list, NO_LIST for null."""
    lengths: Ints = pc.list_value_length(lists).cast(pa.int64()).fill_null(NO_LIST).to_numpy()
    return lengths
