"""The columns that tell of the move which led to a position: its piece, what it took."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chess_assets.domain.games.columnar.pieces import LETTERS, UNCOLOURED
from chess_assets.domain.positions.columnar.proven_games import ProvenGames

_LETTERS = pa.array([None, *LETTERS[1:], None])  # the last code is no piece: a game that is not fit


def move_columns(games: ProvenGames) -> dict[str, pa.Array]:
    """Return the columns by name, one row a position; null at the start."""
    moves, rows = games.moves, len(games.game)
    is_start, is_castle = np.zeros(rows, np.bool_), np.zeros(len(moves.game), np.bool_)
    is_start[games.start_row] = True
    is_castle[moves.castlings.ply] = True
    promoted = np.where(moves.arriving != moves.piece, moves.arriving, 0)

    def on_rows(of_plies: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        placed = np.zeros(rows, of_plies.dtype)
        placed[games.row] = of_plies
        return placed

    return {
        "is_white": pa.array(on_rows(moves.is_black == 0), mask=is_start),
        "piece": _LETTERS.take(pa.array(on_rows(moves.piece & UNCOLOURED))),
        "captured": _LETTERS.take(pa.array(on_rows(games.captured & UNCOLOURED))),
        "is_castle": pa.array(on_rows(is_castle), mask=is_start),
        "promotion": _LETTERS.take(pa.array(on_rows(promoted & UNCOLOURED))),
    }
