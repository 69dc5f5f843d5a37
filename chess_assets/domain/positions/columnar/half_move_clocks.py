"""FEN's half-move clock: how many half-moves ago a pawn moved or a piece was taken."""

import numpy as np

from chess_assets.domain.games.columnar.arrays import Ints
from chess_assets.domain.games.columnar.pieces import PAWN, UNCOLOURED
from chess_assets.domain.positions.columnar.proven_games import ProvenGames


def half_move_clocks(games: ProvenGames) -> Ints:
    """Return the clock of each position; it goes on from what the start's FEN says."""
    rows = np.arange(len(games.game))
    is_reset = (games.moves.piece & UNCOLOURED == PAWN) | (games.captured != 0)
    last_reset = np.zeros(len(rows), np.int64)
    last_reset[games.row[is_reset]] = games.row[is_reset]
    last_reset[games.start_row] = games.start_row
    np.maximum.accumulate(last_reset, out=last_reset)
    is_since_start = last_reset == games.start_row[games.game]
    clocks: Ints = rows - last_reset + np.where(is_since_start, games.start_clock[games.game], 0)
    return clocks
