"""Games replayed one after the other: any game at all, and the measure for every faster way."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from chess_assets.domain.games.columnar.arrays import Ints
from chess_assets.domain.positions.board_schema import BOARD
from chess_assets.domain.positions.replayed_game import NoPositions, replayed_game

_PLAYED = ("rules", "initial_fen", "moves_uci")


@dataclass(frozen=True, slots=True)
class Replayed:
    """A table of BOARD, each row's game by its place, and why the games without rows have none."""

    table: pa.Table
    game: Ints
    without: Mapping[int, NoPositions]


def replayed_one_by_one(games: pa.Table) -> Replayed:
    """Return the positions of all games that can be replayed to their end."""
    tables, without = [BOARD.empty_table()], {}
    game = [np.zeros(0, np.int64)]
    for place, row in enumerate(games.select(_PLAYED).to_pylist()):
        try:
            rows = replayed_game(**row)
        except NoPositions as reason:
            without[place] = reason
        else:
            tables.append(pa.Table.from_pylist(rows, schema=BOARD))
            game.append(np.full(len(rows), place))
    return Replayed(pa.concat_tables(tables), np.concatenate(game), without)
