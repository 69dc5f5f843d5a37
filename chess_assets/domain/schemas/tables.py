"""Every table of the lake by its name: what readers and writers that serve any table look up."""

from chess_assets.domain.schemas.games import GAMES as GAMES_COLUMNS
from chess_assets.domain.schemas.older_raw import RAW_DERIVATIONS
from chess_assets.domain.schemas.opening_repertoire import OPENING_REPERTOIRE as REPERTOIRE_COLUMNS
from chess_assets.domain.schemas.player_games import PLAYER_GAMES as PLAYER_GAMES_COLUMNS
from chess_assets.domain.schemas.positions import POSITIONS as POSITIONS_COLUMNS
from chess_assets.domain.schemas.rating_history import RATING_HISTORY as RATING_HISTORY_COLUMNS
from chess_assets.domain.schemas.raw_pgn_archives import RAW_PGN_ARCHIVES as RAW_COLUMNS
from chess_assets.domain.schemas.table import TableSchema

RAW_PGN_ARCHIVES = TableSchema(
    "raw_pgn_archives",
    RAW_COLUMNS,
    RAW_DERIVATIONS,
    rows_are="games",
    counts=("games_listed",),
)
GAMES = TableSchema(
    "games",
    GAMES_COLUMNS,
    rows_are="games",
    counts=(
        "games_by_columns",
        "games_one_by_one",
        "games_replayed",
        "is_replay_agreed",
        "games_with_parse_error",
        "games_unlike_their_pgn",
    ),
)
POSITIONS = TableSchema(
    "positions",
    POSITIONS_COLUMNS,
    rows_are="positions",
    counts=("games_with_positions",),
)
PLAYER_GAMES = TableSchema(
    "player_games",
    PLAYER_GAMES_COLUMNS,
    rows_are="games",
    counts=("unmatched_games", "repeated_games", "copies_left_out", "games_without_outcome"),
)
RATING_HISTORY = TableSchema("rating_history", RATING_HISTORY_COLUMNS)
OPENING_REPERTOIRE = TableSchema("opening_repertoire", REPERTOIRE_COLUMNS)

TABLES = {
    table.name: table
    for table in (
        RAW_PGN_ARCHIVES,
        GAMES,
        POSITIONS,
        PLAYER_GAMES,
        RATING_HISTORY,
        OPENING_REPERTOIRE,
    )
}
