"""`raw_pgn_archives`: what it is; `player_months` brings it up to date."""

from dagster import AssetKey, AssetSpec

from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.io_managers.table_metadata import definition_metadata
from chess_assets.partitions import months_by_user

RAW_KEY = AssetKey(RAW_PGN_ARCHIVES.name)

raw_pgn_archives = AssetSpec(
    RAW_KEY,
    description=(
        "One row a game, as chess.com sent it. Key: `game_id`.\n\n"
        "From the monthly archives of chess.com's Published-Data API. A month is asked for when it "
        "is missing or stale; sealed and fresh months are reported without a request. Games seen "
        "once stay, with `is_listed` false when chess.com no longer sends them."
    ),
    group_name="raw",
    kinds={"python", "parquet"},
    partitions_def=months_by_user,
    metadata=definition_metadata(RAW_PGN_ARCHIVES),
).with_io_manager_key("lake")
