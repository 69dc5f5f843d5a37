"""A run over a player's months without Dagster: raw as it is fetched, then games of what landed."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from chess_assets.domain.chess_com import ChessComClient
from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.games import games_from_raw
from chess_assets.domain.lake.computing import Compute
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.outcomes import Done, Failed, Outcome, PartitionOutcome
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partitioned_table import StoredPartitions
from chess_assets.domain.months import Month
from chess_assets.domain.raw_archives.fetched_months import FetchedMonths
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import Store
from chess_assets_tests.made_games import USER

VERSION = "1"


@dataclass(frozen=True)
class Typing:
    """How the months of a games table follow from raw."""

    schema: TableSchema = GAMES
    compute: Compute = games_from_raw


@dataclass(frozen=True)
class SyncedMonth:
    """What became of a month in both tables; `games` is None where raw failed."""

    month: Month
    raw: Outcome
    games: Outcome | None

    @property
    def error(self) -> Exception | None:
        """The first reason why something of the month failed."""
        failed = [each.error for each in (self.raw, self.games) if isinstance(each, Failed)]
        return failed[0] if failed else None


def sync_months(
    lake: Store,
    client: ChessComClient,
    now: Callable[[], datetime],
    months: Iterable[Month],
    *,
    is_refresh: bool = False,
    typing: Typing | None = None,
) -> list[SyncedMonth]:
    """Bring the player's months up to date as `sync` does: one step for each table."""
    partitions = [Partition.of_player(USER, month) for month in months]
    fetched = FetchedMonths(
        lambda _: nullcontext(client), FreshnessRule(), now, is_refresh=is_refresh
    )
    raw_table = LakeTable(lake, RAW_PGN_ARCHIVES)
    try:
        raw = by_partition(fetched.updates(raw_table, partitions, ""))
    finally:
        raw_table.save_indexes()
    landed = [each for each in partitions if isinstance(raw[each], Done)]
    typing = typing or Typing()
    games_table = LakeTable(lake, typing.schema)
    try:
        games = games_of_raw(lake, games_table, landed, typing.compute)
    finally:
        games_table.save_indexes()
    return [
        SyncedMonth(each.month, raw[each], games.get(each))
        for each in partitions
        if each.month is not None
    ]


def games_of_raw(
    lake: Store, target: LakeTable, partitions: Sequence[Partition], compute: Compute
) -> dict[Partition, Outcome]:
    """Bring months of a games table up to date with raw as it is stored now."""
    by_key = {str(each): each for each in partitions}
    stored = StoredPartitions(LakeTable(lake, RAW_PGN_ARCHIVES), by_key)
    return by_partition(stored.map(compute).updates(target, partitions, VERSION))


def by_partition(outcomes: Iterable[PartitionOutcome]) -> dict[Partition, Outcome]:
    """Return the outcomes by partition; none comes twice."""
    listed = list(outcomes)
    found = {each.partition: each.outcome for each in listed}
    assert len(found) == len(listed), "a partition is reported twice"
    return found
