"""The keys of the assets, for tests that look at what Dagster knows of them."""

from dagster import AssetKey

RAW_KEY = AssetKey("raw_pgn_archives")
GAMES_KEY = AssetKey("games")
POSITIONS_KEY = AssetKey("positions")
PLAYER_GAMES_KEY = AssetKey("player_games")
PLAYER_REPORT_KEY = AssetKey("player_report")
