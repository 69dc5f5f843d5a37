"""The sensor that keeps `positions` up to date, for deployments that want them of everybody.

It is off until somebody starts it: positions take more room than all other tables together, and
more CPU. What is due the lake says.
"""

import hashlib
from contextlib import suppress

from dagster import (
    DefaultSensorStatus,
    ResourceParam,
    RunRequest,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    sensor,
)

from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.player_tables.player_games import player_games_content_version
from chess_assets.domain.positions import POSITIONS_VERSION
from chess_assets.domain.registry import PlayerRegistry
from chess_assets.domain.schemas.tables import GAMES, POSITIONS
from chess_assets.domain.store import Store, StoreError
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.jobs import make_positions
from chess_assets.partitions import RANGE_END, RANGE_START, USERS, partition_key

_INTERVAL_S = 300
LOOKS_A_TICK = 50
"""The most players looked at in a tick, which costs two LISTs and two GETs each; the next tick
goes on with those after them."""


@sensor(
    job=make_positions,
    minimum_interval_seconds=_INTERVAL_S,
    default_status=DefaultSensorStatus.STOPPED,
    description=(
        "Off unless you start it: makes `positions` of every followed player, one run a player, "
        "and again after each change of the games or of the computation. A history of 40,000 "
        "games is half a minute of a core and 90 MB. The same games are asked for once."
    ),
)
def keep_positions(
    context: SensorEvaluationContext, lake: ResourceParam[ParquetIOManager]
) -> SensorResult:
    """Ask for the months that are due of the next players.

    Raises:
        StoreError, UnreadableRegistry: then the tick fails, and says why.
    """
    followed = PlayerRegistry(lake.store).players()
    known = sorted(u for u in context.instance.get_dynamic_partitions(USERS) if u in followed)
    last_looked_at = context.cursor or ""
    ordered = sorted(known, key=lambda user: (user <= last_looked_at, user))
    looked_at = ordered[:LOOKS_A_TICK]
    requests = [each for user in looked_at if (each := _request(lake.store, user)) is not None]
    nothing = SkipReason(f"Of {len(looked_at)} of {len(known)} players, no positions are due.")
    return SensorResult(
        run_requests=requests,
        skip_reason=None if requests else nothing,
        cursor=looked_at[-1] if looked_at else None,
    )


def _request(store: Store, user: str) -> RunRequest | None:
    """Return a run over what is due, by a key that is the same as long as the games are."""
    games, positions = (PlayerTable(store, schema, user) for schema in (GAMES, POSITIONS))
    months = [month for month in sorted(games.states()) if _is_due(games, positions, month)]
    for table in (games, positions):
        with suppress(StoreError):  # an index is only a cache
            table.save_index()
    if not months:
        return None
    made_of = player_games_content_version(games.states())
    key = hashlib.sha256(f"{user} {made_of} {POSITIONS_VERSION}".encode())
    return RunRequest(
        key.hexdigest(),
        tags={
            RANGE_START: partition_key(user, months[0]),
            RANGE_END: partition_key(user, months[-1]),
        },
    )


def _is_due(games: PlayerTable, positions: PlayerTable, month: Month) -> bool:
    try:
        return not positions.is_made_of(games, month, POSITIONS_VERSION)
    except (UnreadableFile, StoreError):  # a run could not help
        return False
