"""The jobs: what people start by hand, under the names they look for, and what schedules start.

What has to be done is asked for by `automation`; nobody needs these. A job's partitions are its
assets': choose players and months when launching it, as wide as you like, since what is sealed or
fresh costs nothing.
"""

from dagster import AssetSelection, RunConfig, define_asset_job

from chess_assets.assets.games import games
from chess_assets.assets.positions import positions
from chess_assets.assets.raw_pgn_archives import RawConfig, raw_pgn_archives

MONTHS = AssetSelection.assets(raw_pgn_archives, games)
PLAYERS = AssetSelection.groups("players")

REFRESH = RunConfig(ops={raw_pgn_archives.op.name: RawConfig(refresh=True)})
"""The run config that asks chess.com for sealed and fresh months too."""

sync_players = define_asset_job(
    "sync_players",
    selection=MONTHS,
    description=(
        "Brings the chosen months of the chosen players up to date: fetches what is missing or "
        "stale, and makes `games` of what changed.\n\n"
        "Run config: `ops.raw_pgn_archives.config.refresh: true` asks again for sealed and fresh "
        "months too, with conditional requests."
    ),
)

refresh_open_month = define_asset_job(
    "refresh_open_month",
    selection=MONTHS,
    config=REFRESH,
    description=(
        "Asks for a month now, however fresh it is: choose the newest month and the players.\n\n"
        "Run config: `ops.raw_pgn_archives.config.refresh` is true, which makes it a conditional "
        "request; with false, months that are still fresh are left alone."
    ),
)

make_player_tables = define_asset_job(
    "make_player_tables",
    selection=PLAYERS,
    description=(
        "Brings the tables with one file a player up to date with `games`; asks nothing of "
        "chess.com. What is made of the same games already is kept.\n\nThere is no run config."
    ),
)

make_positions = define_asset_job(
    "make_positions",
    selection=AssetSelection.assets(positions),
    description=(
        "Makes `positions` of the chosen months of the chosen players, from `games` as stored; "
        "asks nothing of chess.com. What is made of the same games already is kept.\n\n"
        "Run config: the resource `dask` says where it is computed. By itself, many months are "
        "computed on all cores of this machine, or on the cluster of DASK_SCHEDULER_ADDRESS."
    ),
)

JOBS = [sync_players, refresh_open_month, make_player_tables, make_positions]
