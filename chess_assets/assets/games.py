"""`games`: what it is and how it follows from raw; `player_months` brings it up to date."""

from functools import partial

from dagster import AssetKey, AssetSpec

from chess_assets.assets.raw_pgn_archives import RAW_KEY
from chess_assets.domain.checks.counted import counted
from chess_assets.domain.checks.game_counts import count_games
from chess_assets.domain.games import PARSER_VERSION, games_from_raw
from chess_assets.domain.lake.derived_table import Computation
from chess_assets.domain.schemas.tables import GAMES
from chess_assets.io_managers.table_metadata import definition_metadata
from chess_assets.partitions import months_by_user

GAMES_KEY = AssetKey(GAMES.name)

GAMES_FROM_RAW = Computation(PARSER_VERSION, counted(games_from_raw, count_games))


def games_replaying(share: float) -> Computation:
    """Return the same computation with another share of games played again with python-chess."""
    compute = partial(games_from_raw, replayed_share=share)
    return Computation(PARSER_VERSION, counted(compute, count_games))


games = AssetSpec(
    GAMES_KEY,
    deps=[RAW_KEY],
    description=(
        "One row a game, typed: players, ratings, result, opening, moves, clocks. Key: `game_id`; "
        "1:1 with `raw_pgn_archives`.\n\n"
        "Parsed from `raw_pgn_archives`, and only when its content or the parser changed. A game "
        "that cannot be typed keeps its row and says why in `parse_error`."
    ),
    group_name="core",
    kinds={"python", "parquet"},
    partitions_def=months_by_user,
    code_version=PARSER_VERSION,
    metadata=definition_metadata(GAMES),
).with_io_manager_key("lake")
