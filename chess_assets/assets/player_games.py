"""`player_games`: a player's games of all months in one file, from their side."""

from dagster import AssetKey

from chess_assets.assets.games import GAMES_KEY
from chess_assets.assets.player_files import player_files
from chess_assets.domain.lake.player_file import PlayerFile
from chess_assets.domain.outcomes import Done
from chess_assets.domain.player_tables.all_months import update_player_games
from chess_assets.domain.player_tables.followed_account import registered_account
from chess_assets.domain.player_tables.player_games import PLAYER_GAMES_VERSION
from chess_assets.domain.schemas.tables import GAMES, PLAYER_GAMES, RAW_PGN_ARCHIVES
from chess_assets.io_managers.parquet import ParquetIOManager

PLAYER_GAMES_KEY = AssetKey(PLAYER_GAMES.name)


def _update(lake: ParquetIOManager, user: str) -> Done:
    return update_player_games(
        lake.player_table(GAMES, user),
        PlayerFile(lake.store, PLAYER_GAMES, user),
        lake.player_table(RAW_PGN_ARCHIVES, user),
        registered_account(lake.store, user),
    )


player_games = player_files(
    PLAYER_GAMES,
    _update,
    upstream=GAMES_KEY,
    version=PLAYER_GAMES_VERSION,
    description=(
        "One row a game, from the followed player's side: rating, opponent, outcome, opening, "
        "clock left. All months in one file, ascending by `end_time`, each game once, also where "
        "chess.com lists it in several months. Key: `game_id`.\n\n"
        "From `games`, and only when a month's content or the computation changed. The player is "
        "followed by uuid, through renames."
    ),
)
