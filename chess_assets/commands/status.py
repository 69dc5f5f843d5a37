"""`status`: what each followed player's months are worth now, as the lake says, and what fails."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from dagster import AssetKey

from chess_assets.assets.partition_failures import PartitionFailure, partition_failures
from chess_assets.commands.failing_checks import complaint, failing_checks
from chess_assets.commands.workplace import Workplace
from chess_assets.domain.checks.check import Severity, Stored, Verdict
from chess_assets.domain.checks.summary_counts import COPIES_LEFT_OUT
from chess_assets.domain.freshness import Freshness
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.player_file import PlayerFile
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.month_ranges import ranges_of
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.player_tables.all_months import content_version
from chess_assets.domain.raw_archives.listed_months import read_listed_months
from chess_assets.domain.raw_archives.stored_fetches import StoredFetches, fetched_at_of
from chess_assets.domain.registry import FollowedPlayer
from chess_assets.domain.schemas.tables import GAMES, PLAYER_GAMES, RAW_PGN_ARCHIVES
from chess_assets.partitions import partition_key


class Standing(IntEnum):
    """How things stand, as the exit code of `status` says it."""

    FRESH = 0
    DUE = 1
    FAILING = 2


@dataclass(frozen=True, slots=True)
class PlayerStatus:
    """One player's months.

    Attributes:
        user: The player.
        months: What each month is worth, from the player's first to the open one.
        games: Rows in `raw_pgn_archives`, but for those that `player_games` left out because
            another month has the game.
        unparsed: Months of `raw_pgn_archives` that `games` does not have yet.
        last_fetch_at: When the newest answer came; None when there is none.
        failures: Months whose last attempt failed, and why.
        failing_checks: What the checks complain of.
    """

    user: str
    months: Mapping[Month, Freshness]
    games: int
    unparsed: frozenset[Month]
    last_fetch_at: datetime | None
    failures: Mapping[Month, PartitionFailure]
    failing_checks: tuple[Verdict, ...]

    @property
    def counts(self) -> Counter[Freshness]:
        """How many months there are of each freshness."""
        return Counter(self.months.values())

    @property
    def standing(self) -> Standing:
        """The worst that is to be said of the player's months."""
        is_wrong = any(each.check.severity is Severity.ERROR for each in self.failing_checks)
        if self.failures or is_wrong:
            return Standing.FAILING
        is_due = any(freshness.is_due for freshness in self.months.values())
        return Standing.DUE if is_due or self.unparsed else Standing.FRESH

    def sentences(self) -> Iterator[str]:
        """Yield what there is to do, or to know, in a line each."""
        for freshness in (Freshness.MISSING, Freshness.STALE):
            due = [month for month, each in self.months.items() if each is freshness]
            if due:
                yield f"{self.user}: {freshness}: {_ranges(due, self.months)}"
        if self.unparsed:
            yield f"{self.user}: not in games yet: {_ranges(self.unparsed, self.months)}"
        for month, failure in sorted(self.failures.items()):
            times = f"{failure.times} times, last" if failure.times > 1 else "once,"
            at = f"{failure.last_at:%Y-%m-%d %H:%M} UTC"
            reason = failure.reason.removeprefix(f"{self.user} {month}: ")
            yield f"{self.user}: {month} failed {times} at {at}: {reason}"
        for found in self.failing_checks:
            yield complaint(self.user, found)


def player_status(workplace: Workplace, player: FollowedPlayer) -> PlayerStatus:
    """Look at a player's tables in the lake and in Dagster; nothing is asked of chess.com."""
    raw = PlayerTable(workplace.lake, RAW_PGN_ARCHIVES, player.name)
    games = PlayerTable(workplace.lake, GAMES, player.name)
    states = raw.states()
    fetched = [at for at in map(fetched_at_of, states.values()) if at is not None]
    months = _months(workplace, player, raw)
    return PlayerStatus(
        user=player.name,
        months=months,
        games=sum(state.rows for state in states.values()) - _copies(workplace, games),
        unparsed=frozenset(states.keys() - games.states().keys()),
        last_fetch_at=max(fetched, default=None),
        failures=_failures(workplace, player.name, months),
        failing_checks=tuple(failing_checks(raw, games)),
    )


def _copies(workplace: Workplace, games: PlayerTable) -> int:
    """Return how many rows are of games that another month has, 0 where no current file says."""
    try:
        state = PlayerFile(workplace.lake, PLAYER_GAMES, games.user).state()
    except UnreadableFile:
        return 0
    months = games.states()
    if state is None or not months or state.content_version != content_version(months):
        return 0
    return Stored(games.user, state.rows, state.facts).count(COPIES_LEFT_OUT) or 0


def _months(
    workplace: Workplace, player: FollowedPlayer, raw: PlayerTable
) -> dict[Month, Freshness]:
    states, now = raw.states(), workplace.clock.now()
    fetches = StoredFetches(states, workplace.freshness.rule())
    listed = read_listed_months(workplace.lake, player.name)
    first = min([player.first_month(listed, now), *states])
    return {
        month: fetches.freshness(month, now, listed or frozenset())
        for month in months_between(first, Month.of(now))
    }


def _failures(
    workplace: Workplace, user: str, months: Mapping[Month, Freshness]
) -> dict[Month, PartitionFailure]:
    """Return the failures of both assets; where both of a month failed, the one upstream."""
    keys = {str(partition_key(user, month)): month for month in months}
    failures: dict[Month, PartitionFailure] = {}
    for table in (GAMES, RAW_PGN_ARCHIVES):
        found = partition_failures(workplace.instance, AssetKey(table.name), keys)
        failures |= {keys[key]: failure for key, failure in found.items()}
    return failures


def _ranges(months: Collection[Month], among: Collection[Month]) -> str:
    ranges = ranges_of(months, but_not=set(among).difference(months))
    return ", ".join(f"{first} to {last}" if first < last else str(first) for first, last in ranges)
