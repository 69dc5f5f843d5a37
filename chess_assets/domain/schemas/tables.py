"""Every table of the lake by its name: what readers and writers that serve any table look up."""

from chess_assets.domain.schemas.games import GAMES as GAMES_COLUMNS
from chess_assets.domain.schemas.raw_pgn_archives import RAW_PGN_ARCHIVES as RAW_COLUMNS
from chess_assets.domain.schemas.table import TableSchema

RAW_PGN_ARCHIVES = TableSchema("raw_pgn_archives", RAW_COLUMNS)
GAMES = TableSchema("games", GAMES_COLUMNS)

TABLES = {table.name: table for table in (RAW_PGN_ARCHIVES, GAMES)}
