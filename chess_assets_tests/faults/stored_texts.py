"""What is stored of the flickering API's games: each one's text, by its number."""

import json

import pyarrow as pa

from chess_assets.domain.lake.parquet_file import decode
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import Store
from chess_assets_tests.faults.synced_months import Typing
from chess_assets_tests.made_games import USER

SHORT_GAMES = TableSchema(
    "games", pa.schema([GAMES.columns.field("game_id"), GAMES.columns.field("white_rating")])
)


def _shortly(raw: pa.Table) -> pa.Table:
    ratings = [json.loads(payload)["white"]["rating"] for payload in raw["payload"].to_pylist()]
    return pa.table(
        [raw["game_id"], pa.array(ratings, pa.int32())], names=SHORT_GAMES.columns.names
    )


TYPED_SHORTLY = Typing(SHORT_GAMES, _shortly)
"""A twentieth of the work of typing games; how a table follows another is the same."""

TYPED = Typing()


def number_of(month: Month, number: int) -> int:
    """Return a number that no game of another month has."""
    return 1000 * month.month + number


def stored_texts(lake: Store, table: TableSchema, month: Month) -> dict[int, int]:
    """Return the text of each stored game by its number; none where nothing is stored."""
    path = partition_path(table.name, USER, month)
    stored = lake.get(path)
    if stored is None:
        return {}
    rows = decode(stored.body, table, where=path).table
    ids = [int(game_id[-12:]) for game_id in rows["game_id"].to_pylist()]
    assert len(set(ids)) == len(ids), "no game is there twice"
    if table is RAW_PGN_ARCHIVES:
        rows = _shortly(rows)
    return dict(zip(ids, rows["white_rating"].to_pylist(), strict=True))
