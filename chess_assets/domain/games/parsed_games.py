"""The entrance: a raw table into typed games, the usual ones by columns, the others one by one."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from chess_assets.domain.games.columnar.arrays import Bools
from chess_assets.domain.games.columnar.typed_month import type_month
from chess_assets.domain.games.typed_columns import TYPED, games_table, in_order

_GAMES_AT_ONCE = 512  # enough to share the overhead, few enough for the processor's caches


@dataclass(frozen=True, slots=True)
class ParsedGames:
    """Typed games, and how they were typed.

    `table` is one of exactly GAMES. `fast` games were typed by columns, `slow` ones one by one;
    `replayed` of the fast ones were played again with python-chess. Where one of those did not
    agree, `is_replay_agreed` is false and all games were typed one by one after all.
    """

    table: pa.Table
    fast: int
    slow: int
    replayed: int
    is_replay_agreed: bool


def parse_games(raw: pa.Table, *, replayed_share: float) -> ParsedGames:
    """Type every game of a raw table.

    Args:
        raw: a table of RAW_PGN_ARCHIVES.
        replayed_share: how many of the games that are typed by columns are played again with
            python-chess, from 0 to 1.

    Returns:
        One row a raw row, ordered by (end_time, game_id). A game that can't be typed keeps its
        row and its identity, and `parse_error` says why.
    """
    ordered = in_order(raw)
    parts = list(_typed_parts(ordered))
    typed = pa.concat_tables([part for part, _ in parts] or [TYPED.empty_table()])
    is_fast = np.concatenate([fit for _, fit in parts] or [np.zeros(0, np.bool_)])
    games, fast = games_table(ordered, typed), int(is_fast.sum())
    is_replayed = is_fast & _is_chosen(games, replayed_share)
    replayed = int(is_replayed.sum())
    if replayed and not _is_replay_agreed(games.filter(pa.array(is_replayed))):
        again = games_table(ordered, _one_by_one(ordered))
        return ParsedGames(again, 0, len(is_fast), replayed, is_replay_agreed=False)
    return ParsedGames(games, fast, len(is_fast) - fast, replayed, is_replay_agreed=True)


def _typed_parts(raw: pa.Table) -> Iterator[tuple[pa.Table, Bools]]:
    """Yield the typed columns of a few hundred games at a time, and which are typed by columns."""
    parts = -(-raw.num_rows // _GAMES_AT_ONCE)
    for start, end in pairwise(i * raw.num_rows // parts for i in range(parts + 1) if parts):
        part = raw.slice(start, end - start)
        month = type_month(_in_one(part["payload"]), _in_one(part["pgn"]))
        typed = pa.table([month.columns[name] for name in TYPED.names], schema=TYPED)
        slow = np.flatnonzero(~month.is_fit)
        if len(slow):
            rows = np.arange(part.num_rows)
            rows[slow] = part.num_rows + np.arange(len(slow))
            typed = pa.concat_tables([typed, _one_by_one(part.take(slow))]).take(rows)
        yield typed, month.is_fit


def _in_one(column: pa.ChunkedArray) -> pa.StringArray:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _is_chosen(games: pa.Table, share: float) -> Bools:
    """Return which games with moves a share falls on: always the same ones, whatever the month."""
    ids = games["game_id"].to_pylist()
    places = np.array([zlib.crc32(game_id.encode()) / 2**32 for game_id in ids], np.float64)
    has_moves = games["plies"].is_valid().to_numpy()
    is_chosen: Bools = (places < share) & has_moves
    return is_chosen


# Python-chess is loaded where it is needed: a month of usual games does without it.


def _one_by_one(raw: pa.Table) -> pa.Table:
    from chess_assets.domain.games.one_by_one import typed_rows  # noqa: PLC0415 - see above

    return typed_rows(raw["payload"], raw["pgn"])


def _is_replay_agreed(games: pa.Table) -> bool:
    from chess_assets.domain.games.replayed import is_replay_agreed  # noqa: PLC0415 - see above

    return is_replay_agreed(games)
