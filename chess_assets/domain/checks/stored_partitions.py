"""What is stored of a player in any table, as its checks see it; no rows are read."""

from collections.abc import Callable, Mapping
from functools import partial

from chess_assets.domain.checks.check import Stored
from chess_assets.domain.checks.stored_files import stored_file, stored_report
from chess_assets.domain.checks.stored_months import stored_months
from chess_assets.domain.lake.paths import PLAYER_REPORT
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import (
    GAMES,
    OPENING_REPERTOIRE,
    PLAYER_GAMES,
    RATING_HISTORY,
    RAW_PGN_ARCHIVES,
)
from chess_assets.domain.store import Store


def stored_partitions(store: Store, table: str, user: str) -> list[Stored]:
    """Return what is known of every stored partition of a player.

    Raises:
        UnreadableFile: when a player's file is none of its table.
        StoreError: when the lake does not answer.
    """
    return _LOOKS[table](store, user)


def _stored_raw(store: Store, user: str) -> list[Stored]:
    return stored_months(PlayerTable(store, RAW_PGN_ARCHIVES, user))


def _stored_games(store: Store, user: str) -> list[Stored]:
    raw, games = (PlayerTable(store, schema, user) for schema in (RAW_PGN_ARCHIVES, GAMES))
    return stored_months(games, raw)


def _stored_file(schema: TableSchema, store: Store, user: str) -> list[Stored]:
    return stored_file(store, schema, user)


_LOOKS: Mapping[str, Callable[[Store, str], list[Stored]]] = {
    RAW_PGN_ARCHIVES.name: _stored_raw,
    GAMES.name: _stored_games,
    **{
        schema.name: partial(_stored_file, schema)
        for schema in (PLAYER_GAMES, RATING_HISTORY, OPENING_REPERTOIRE)
    },
    PLAYER_REPORT: stored_report,
}
