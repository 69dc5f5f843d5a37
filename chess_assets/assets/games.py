"""`games`: the raw games, typed."""

from functools import partial

from dagster import BackfillPolicy, Config, asset
from pydantic import Field

from chess_assets.domain.games import PARSER_VERSION, REPLAYED_SHARE, games_from_raw
from chess_assets.domain.lake.partitioned_table import PartitionedTable, StoredPartitions
from chess_assets.domain.schemas.tables import GAMES
from chess_assets.io_managers.table_metadata import definition_metadata
from chess_assets.partitions import months_by_user


class GamesConfig(Config):
    """What a run of `games` may be told."""

    replayed_share: float = Field(
        default=REPLAYED_SHARE,
        ge=0,
        le=1,
        description=(
            "The share of the games typed by the vectorized parser that python-chess replays; "
            "where one disagrees, its whole month is typed row by row."
        ),
    )


@asset(
    partitions_def=months_by_user,
    code_version=PARSER_VERSION,
    group_name="core",
    kinds={"python", "parquet"},
    tags={"domain": "chess"},
    metadata=definition_metadata(GAMES),
    io_manager_key="lake",
    backfill_policy=BackfillPolicy.single_run(),
)
def games(raw_pgn_archives: StoredPartitions, config: GamesConfig) -> PartitionedTable:
    """One row per game, typed: players, ratings, result, opening, moves, clocks. Key: `game_id`.

    Parsed from `raw_pgn_archives`, row for row, and only when its content or the parser changed. A
    game that cannot be typed keeps its row and says why in `parse_error`.
    """
    return raw_pgn_archives.map(partial(games_from_raw, replayed_share=config.replayed_share))
