"""The columns of positions that need no board: the game's own lists, laid out one row a position.

A game has one row more than plies, its start, which has nothing of a move.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.games.columnar.arrays import Bools, Ints, offsets_of
from chess_assets.domain.positions.list_lengths import list_lengths

_INT32_MAX = 2**31 - 1
_DAILY = "daily"


@dataclass(frozen=True, slots=True)
class _Rows:
    """For each row its game's place and its ply."""

    game: Ints
    ply: Ints


def written_plies(games: pa.Table) -> dict[str, pa.Array]:
    """Return game_id, ply, san, uci, clock_ms and spent_ms of games that all have moves_uci.

    A list that has not one entry a ply is as good as none: its column is null in that game.
    """
    plies = list_lengths(games["moves_uci"])
    rows = _rows(plies)
    clock_ms = _laid_out(games["clocks_ms"], plies, rows)
    return {
        "game_id": games["game_id"].combine_chunks().take(pa.array(rows.game)),
        "ply": pa.array(rows.ply, pa.int32()),
        "san": _laid_out(games["moves_san"], plies, rows),
        "uci": _laid_out(games["moves_uci"], plies, rows),
        "clock_ms": clock_ms,
        "spent_ms": _spent_ms(games, clock_ms, rows),
    }


def _rows(plies: Ints) -> _Rows:
    game = np.repeat(np.arange(len(plies)), plies + 1)
    return _Rows(game, np.arange(len(game)) - offsets_of(plies + 1)[game])


def _laid_out(lists: pa.ChunkedArray, plies: Ints, rows: _Rows) -> pa.Array:
    """Return the lists' entries at their rows."""
    lengths = list_lengths(lists)
    starts = offsets_of(lengths.clip(0))
    is_missing = (lengths != plies)[rows.game] | (rows.ply == 0)
    index = pa.array(starts[rows.game] + rows.ply - 1, mask=is_missing)
    return pc.list_flatten(lists).combine_chunks().take(index)


def _spent_ms(games: pa.Table, clock_ms: pa.Array, rows: _Rows) -> pa.Array:
    clock, has_clock = _numbers(clock_ms)
    base_s, has_base = _numbers(games["base_s"])
    increment_s, has_increment = _numbers(games["increment_s"])
    is_live = pc.not_equal(pc.fill_null(games["time_class"], _DAILY), _DAILY).to_numpy()
    is_known = has_clock & (has_increment & is_live)[rows.game]
    is_first = rows.ply <= 2
    before = np.where(is_first, 1000 * base_s[rows.game], np.roll(clock, 2))
    has_before = np.where(is_first, has_base[rows.game], np.roll(has_clock, 2))
    spent = before + 1000 * increment_s[rows.game] - clock
    is_known &= has_before & (abs(spent) <= _INT32_MAX)
    return pa.array(np.where(is_known, spent, 0), pa.int32(), mask=~is_known)


def _numbers(column: pa.ChunkedArray | pa.Array) -> tuple[Ints, Bools]:
    """Return a column's numbers, 0 for null, and which are not null."""
    values = column.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    return values, column.is_valid().to_numpy(zero_copy_only=False)
