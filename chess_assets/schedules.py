"""The schedules: what happens by the calendar and not by what is due.

Both start `sync_players` over ranges of partitions; the runs decide what to ask for.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from dagster import (
    DefaultScheduleStatus,
    ResourceParam,
    RunConfig,
    RunRequest,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)

from chess_assets.domain.months import CHESS_COM_TIMEZONE, Month
from chess_assets.domain.raw_archives.listed_months import read_listed_months
from chess_assets.domain.registry import FollowedPlayer, PlayerRegistry
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.jobs import REFRESH, sync_players
from chess_assets.partitions import RANGE_END, RANGE_START, USERS, partition_key
from chess_assets.resources.freshness import Clock, FreshnessResource

_NOBODY = SkipReason("Nobody is followed.")


@schedule(
    job=sync_players,
    cron_schedule="0 7 2 * *",  # settled for 7 h: an answer of before then is stale by now
    execution_timezone=CHESS_COM_TIMEZONE,
    default_status=DefaultScheduleStatus.RUNNING,
    description=(
        "On the 2nd, when the month before has closed and settled: fetches it once more for every "
        "followed player, which seals it. Where automation was first, it finds all sealed and asks "
        "nothing of chess.com."
    ),
)
def month_close(
    context: ScheduleEvaluationContext,
    lake: ResourceParam[ParquetIOManager],
    freshness: FreshnessResource,
    clock: Clock,
) -> Iterator[RunRequest | SkipReason]:
    """Ask for the closed month of all players; one run, unless strangers stand between them."""
    month = _month_before(clock.now())
    settled_at = month.end + timedelta(hours=freshness.settles_after_hours)
    if clock.now() < settled_at:
        yield SkipReason(
            f"{month} settles at {settled_at:%Y-%m-%d %H:%M} UTC: automation seals it."
        )
        return
    registered = context.instance.get_dynamic_partitions(USERS)
    followed = PlayerRegistry(lake.store).players()
    blocks = [
        list(block)
        for is_followed, block in groupby(registered, key=followed.__contains__)
        if is_followed
    ]
    for block in blocks:
        first, last = partition_key(block[0], month), partition_key(block[-1], month)
        yield _run(f"{month}|{block[0]}", first, last)
    if not blocks:
        yield _NOBODY


@schedule(
    job=sync_players,
    cron_schedule="0 9 15 * *",
    execution_timezone=CHESS_COM_TIMEZONE,
    default_status=DefaultScheduleStatus.STOPPED,
    description=(
        "Monthly, off unless you start it: asks again for all sealed months, one run a player, "
        "with conditional requests: chess.com reclassifies openings and adds accuracies later. A "
        "request a month and player: 100 players × 200 months are some two hours."
    ),
)
def revalidate(
    context: ScheduleEvaluationContext,
    lake: ResourceParam[ParquetIOManager],
    freshness: FreshnessResource,
    clock: Clock,
) -> Iterator[RunRequest | SkipReason]:
    """Ask for every sealed month of every player again."""
    last = _month_before(clock.now() - timedelta(hours=freshness.settles_after_hours))
    registered = context.instance.get_dynamic_partitions(USERS)
    followed = PlayerRegistry(lake.store).players()
    players = [followed[user] for user in registered if user in followed]
    firsts = {player: _first_month(player, lake, clock.now()) for player in players}
    for player, first in firsts.items():
        if first <= last:
            begin, end = (partition_key(player.name, each) for each in (first, last))
            yield _run(f"{last}|{player.name}", begin, end, REFRESH)
    if not any(first <= last for first in firsts.values()):
        yield _NOBODY


def _first_month(player: FollowedPlayer, lake: ParquetIOManager, now: datetime) -> Month:
    return player.first_month(read_listed_months(lake.store, player.name), now)


def _run(run_key: str, first: str, last: str, config: RunConfig | None = None) -> RunRequest:
    return RunRequest(run_key, run_config=config, tags={RANGE_START: first, RANGE_END: last})


def _month_before(instant: datetime) -> Month:
    return Month.of(Month.of(instant).start - timedelta(days=1))
