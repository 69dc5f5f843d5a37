"""A few hundred games into their positions: the usual ones by columns, the others one by one."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from chess_assets.domain.games.columnar.arrays import Bools
from chess_assets.domain.positions.board_schema import BOARD
from chess_assets.domain.positions.columnar.board_columns import BoardColumns, board_columns
from chess_assets.domain.positions.one_by_one import replayed_one_by_one
from chess_assets.domain.positions.replayed_game import NoPositions
from chess_assets.domain.positions.written_plies import written_plies
from chess_assets.domain.schemas.positions import POSITIONS


@dataclass(frozen=True, slots=True)
class PlayedPart:
    """A table of POSITIONS, and how it came about.

    `without` has the ids of the games without positions, and why. Of the `fast` games, whose
    positions were computed by columns, `replayed` were replayed too; where one of them did not
    agree, `is_agreed` is false and the table means nothing.
    """

    table: pa.Table
    without: Sequence[tuple[str, NoPositions]]
    fast: int
    replayed: int
    is_agreed: bool


def played_part(games: pa.Table, *, replayed_share: float) -> PlayedPart:
    """Return the positions, by columns where the games are usual ones."""
    fast = board_columns(games)
    is_chosen = fast.is_fit & _is_chosen(games, replayed_share)
    return PlayedPart(
        *_positions(games, fast),
        fast=int(fast.is_fit.sum()),
        replayed=int(is_chosen.sum()),
        is_agreed=_is_agreed(games, fast, is_chosen),
    )


def replayed_part(games: pa.Table) -> PlayedPart:
    """Return the positions, all games replayed one by one."""
    none = BoardColumns(
        BOARD.empty_table(), np.zeros(0, np.int64), np.zeros(games.num_rows, np.bool_)
    )
    return PlayedPart(*_positions(games, none), fast=0, replayed=0, is_agreed=True)


def _positions(
    games: pa.Table, fast: BoardColumns
) -> tuple[pa.Table, list[tuple[str, NoPositions]]]:
    """Return the table of POSITIONS, and the games without any."""
    left = np.flatnonzero(~fast.is_fit)
    slow = replayed_one_by_one(games.take(left))
    board, game = fast.table, fast.game
    if len(slow.game):
        game = np.concatenate((game, left[slow.game]))
        board = pa.concat_tables([board, slow.table]).take(np.argsort(game, kind="stable"))
    is_without = np.zeros(games.num_rows, np.bool_)
    is_without[[left[place] for place in slow.without]] = True
    columns = written_plies(games.filter(pa.array(~is_without)))
    columns |= {name: board[name] for name in BOARD.names}
    ids = games["game_id"].take(left).to_pylist()
    without = [(ids[place], why) for place, why in slow.without.items()]
    return pa.table([columns[name] for name in POSITIONS.names], schema=POSITIONS), without


def _is_chosen(games: pa.Table, share: float) -> Bools:
    """Return which games a share falls on: always the same ones, whatever is beside them."""
    ids = games["game_id"].to_pylist()
    places = np.array([zlib.crc32(game_id.encode()) / 2**32 for game_id in ids], np.float64)
    is_chosen: Bools = places < share
    return is_chosen


def _is_agreed(games: pa.Table, fast: BoardColumns, is_chosen: Bools) -> bool:
    """Whether a replay of the chosen games gives the very same rows."""
    replayed = replayed_one_by_one(games.filter(pa.array(is_chosen)))
    is_same: bool = replayed.table.equals(fast.table.filter(pa.array(is_chosen[fast.game])))
    return is_same
