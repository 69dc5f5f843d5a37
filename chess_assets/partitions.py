"""The partitions: a month of chess.com's archives × a followed player.

How a key becomes a folder of the lake is in `io_managers/partition_keys`.
"""

import warnings

from dagster import (
    BetaWarning,
    DimensionPartitionMapping,
    DynamicPartitionsDefinition,
    IdentityPartitionMapping,
    MonthlyPartitionsDefinition,
    MultiPartitionKey,
    MultiPartitionMapping,
    MultiPartitionsDefinition,
    TimeWindowPartitionMapping,
)

from chess_assets.domain.lake.partition import MONTH, USER
from chess_assets.domain.months import CHESS_COM_TIMEZONE, FIRST_MONTH, Month
from chess_assets.domain.players import parse_player
from chess_assets.io_managers.partition_keys import RANGE_END, RANGE_START, USERS, month_key

__all__ = [
    "RANGE_END",
    "RANGE_START",
    "USERS",
    "last_months",
    "month_key",
    "months",
    "months_by_user",
    "partition_key",
    "users",
]

users = DynamicPartitionsDefinition(name=USERS)

months = MonthlyPartitionsDefinition(
    start_date=f"{FIRST_MONTH}-01",
    timezone=CHESS_COM_TIMEZONE,
    end_offset=1,  # the open month is a partition too: it is fetched while it grows
)

months_by_user = MultiPartitionsDefinition({USER: users, MONTH: months})


def last_months(count: int) -> MultiPartitionMapping:
    """Return the mapping of a player's month to the same player's last months, it included.

    @asset(ins={"games": AssetIn(partition_mapping=last_months(3))}, …)
    def form(games: pd.DataFrame) -> pd.DataFrame: …
    """
    with warnings.catch_warnings():
        # In beta: both the mapping and that months before the first have no partition upstream.
        warnings.simplefilter("ignore", BetaWarning)
        months_back = TimeWindowPartitionMapping(
            start_offset=1 - count, allow_nonexistent_upstream_partitions=True
        )
        return MultiPartitionMapping(
            {
                USER: DimensionPartitionMapping(USER, IdentityPartitionMapping()),
                MONTH: DimensionPartitionMapping(MONTH, months_back),
            }
        )


def partition_key(user: str, month: Month) -> MultiPartitionKey:
    """Return the key of a player's month, `2022-05-01|hikaru`."""
    return MultiPartitionKey({USER: parse_player(user), MONTH: month_key(month)})
