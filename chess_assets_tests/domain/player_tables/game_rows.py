"""Rows of `games` and `player_games` for tests that need to know every one of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from chess_assets.domain.games.fens import STANDARD_FEN
from chess_assets.domain.lake.partition_file import PartitionState
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, PLAYER_GAMES
from chess_assets.domain.store import Store

USER, USER_UUID = "hikaru", "uuid-of-hikaru"
NOON = datetime(2022, 5, 10, 12, tzinfo=UTC)

_GAME = {
    "game_id": "g1",
    "rules": "chess",
    "time_class": "blitz",
    "base_s": 180,
    "increment_s": 0,
    "is_rated": True,
    "end_time": NOON,
    "white": "Hikaru",
    "black": "Other",
    "white_uuid": USER_UUID,
    "black_uuid": "uuid-of-other",
    "white_rating": 3200,
    "black_rating": 2900,
    "white_result": "win",
    "black_result": "resigned",
    "result": "1-0",
    "opening": "Sicilian Defense Open",
    "eco": "B50",
    "plies": 3,
    "moves_uci": ["e2e4", "c7c5", "g1f3"],
    "clocks_ms": [180_000, 179_000, 178_500],
    "initial_fen": STANDARD_FEN,
    "is_listed": True,
}
_PLAYER_GAME = {
    "game_id": "g1",
    "end_time": NOON,
    "rules": "chess",
    "time_class": "blitz",
    "is_rated": True,
    "is_white": True,
    "rating": 3200,
    "opponent_rating": 2900,
    "outcome": "win",
    "score": 1.0,
    "eco": "B50",
    "opening_family": "Sicilian Defense",
}


def games_table(*games: Mapping[str, Any]) -> pa.Table:
    """Return rows of `games`: a plain win of the player as White, with these members replaced."""
    return _table(GAMES, _GAME, *games)


def player_games_table(*games: Mapping[str, Any]) -> pa.Table:
    """Return rows of `player_games`: a plain win as White, with these members replaced."""
    return _table(PLAYER_GAMES, _PLAYER_GAME, *games)


def store_games(
    store: Store, month: Month, *games: Mapping[str, Any], version: str = "v1", user: str = USER
) -> PartitionState:
    """Store a month of `games` as a run of its own; no other month has the same games."""
    table = PlayerTable(store, GAMES, user)
    facts = {"content_version": version}
    rows = games_table(*({"game_id": f"g{n}-{month}", **game} for n, game in enumerate(games)))
    state = table.write(month, rows, facts, replacing=table.state(month))
    table.save_index()
    return state


def _table(schema: TableSchema, plain: Mapping[str, Any], *rows: Mapping[str, Any]) -> pa.Table:
    numbered = [{**plain, "game_id": f"g{n}", **row} for n, row in enumerate(rows)]
    return pa.Table.from_pylist(numbered, schema=schema.columns)
