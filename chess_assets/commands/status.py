"""`status`: what each followed player's months are worth now, as the lake says, and what fails.

Everything but why a month's last attempt failed is read from the lake, so that a Dagster instance
that cannot be opened hides nothing else, and checks count that no run of this instance made.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum

from dagster import AssetKey, DagsterInstance

from chess_assets.commands.failing_checks import (
    complaint,
    failing_checks,
    failing_player_checks,
)
from chess_assets.commands.workplace import NoInstance
from chess_assets.domain.checks.check import Stored, Verdict
from chess_assets.domain.checks.summary_counts import COPIES_LEFT_OUT
from chess_assets.domain.freshness import Freshness, FreshnessRule
from chess_assets.domain.games import PARSER_VERSION
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.partition_file import player_file
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.month_ranges import ranges_of
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.player_tables.player_games import player_games_content_version
from chess_assets.domain.raw_archives.listed_months import read_listed_months
from chess_assets.domain.raw_archives.stored_fetches import StoredFetches, fetched_at_of
from chess_assets.domain.registry import FollowedPlayer
from chess_assets.domain.schemas.tables import GAMES, PLAYER_GAMES, POSITIONS, RAW_PGN_ARCHIVES
from chess_assets.domain.store import Store, StoreError
from chess_assets.io_managers.partition_failures import PartitionFailure, partition_failures
from chess_assets.partitions import partition_key


class Standing(IntEnum):
    """How things stand, as the exit code of `status` says it."""

    FRESH = 0
    DUE = 1
    FAILING = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class PlayerStatus:
    """One player's months and tables.

    Attributes:
        user: The player.
        months: What each month is worth, from the player's first to the open one; None where the
            file in `raw_pgn_archives` cannot be read.
        games: Rows in `raw_pgn_archives`, but for those that `player_games` left out because
            another month has the game.
        unparsed: Months of `raw_pgn_archives` that `games` does not have yet.
        outdated: Months that `games` has from other raw rows, of another version of the parser or
            without a declared column.
        last_fetch_at: When the newest answer came; None when there is none.
        unreadable: What says of each file that cannot be read which it is, and why.
        failing_checks: What the checks complain of.
        failures: Months whose last attempt failed, and why, as far as Dagster's history was asked.
    """

    user: str
    months: Mapping[Month, Freshness | None]
    games: int
    unparsed: frozenset[Month]
    outdated: frozenset[Month]
    last_fetch_at: datetime | None
    unreadable: tuple[str, ...]
    failing_checks: tuple[Verdict, ...]
    failures: Mapping[Month, PartitionFailure] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[Freshness]:
        """How many months there are of each freshness."""
        return Counter(filter(None, self.months.values()))

    @property
    def standing(self) -> Standing:
        """The worst that is to be said of the player."""
        if self.failures or self.unreadable or any(each.is_error for each in self.failing_checks):
            return Standing.FAILING
        is_due = any(freshness.is_due for freshness in self.counts)
        return Standing.DUE if is_due or self.unparsed or self.outdated else Standing.FRESH

    def sentences(self) -> Iterator[str]:
        """Yield what there is to do, or to know, in a line each."""
        for freshness in (Freshness.MISSING, Freshness.STALE):
            due = [month for month, each in self.months.items() if each is freshness]
            if due:
                yield f"{self.user}: {freshness}: {_ranges(due, self.months)}"
        if self.unparsed:
            yield f"{self.user}: not in games yet: {_ranges(self.unparsed, self.months)}"
        if self.outdated:
            yield f"{self.user}: not current in games: {_ranges(self.outdated, self.months)}"
        for sentence in self.unreadable:
            yield f"{self.user}: unreadable: {sentence}"
        for month, failure in sorted(self.failures.items()):
            times = f"{failure.times} times, last" if failure.times > 1 else "once,"
            at = f"{failure.last_at:%Y-%m-%d %H:%M} UTC"
            reason = failure.reason.removeprefix(f"{self.user} {month}: ")
            yield f"{self.user}: {month} failed {times} at {at}: {reason}"
        for found in self.failing_checks:
            yield complaint(self.user, found)


@dataclass(frozen=True, slots=True)
class Told:
    """What could be told of players, and what says why something could not."""

    statuses: list[PlayerStatus]
    untold: list[str]

    @property
    def standing(self) -> Standing:
        """The worst that is to be said of anybody; unknown where something could not be told."""
        if self.untold:
            return Standing.UNKNOWN
        return max((each.standing for each in self.statuses), default=Standing.FRESH)


def tell(
    lake: Store,
    players: Iterable[FollowedPlayer],
    rule: FreshnessRule,
    now: datetime,
    instance: AbstractContextManager[DagsterInstance],
) -> Told:
    """Look at players' tables in the lake, then for their failures into Dagster's history.

    What cannot be read of one player, or of the history, hides nothing of what can be.
    """
    found, untold = [], []
    for player in players:
        tables = PlayerTables(lake, player.name)
        try:
            found.append((tables, tables.status(player, rule, now)))
        except StoreError as error:
            untold.append(f"{player.name}: {error}")
    try:
        with instance as opened:
            statuses = [
                replace(status, failures=tables.failures(opened, status.months))
                for tables, status in found
            ]
    except NoInstance as error:
        return Told([status for _, status in found], [*untold, str(error)])
    return Told(statuses, untold)


class PlayerTables:
    """One player's tables in a lake, each looked at once."""

    def __init__(self, lake: Store, user: str) -> None:
        self.lake = lake
        self.user = user
        self.raw = PlayerTable(lake, RAW_PGN_ARCHIVES, user)
        self.games = PlayerTable(lake, GAMES, user)

    def is_current(self, month: Month) -> bool:
        """Whether a month of `games` can be read and is made of the raw rows stored now."""
        is_readable = month in self.raw.states() and month in self.games.states()
        return is_readable and self.games.is_made_of(self.raw, month, PARSER_VERSION)

    def status(self, player: FollowedPlayer, rule: FreshnessRule, now: datetime) -> PlayerStatus:
        """Look at the tables; nothing is asked of chess.com or Dagster.

        Raises:
            StoreError: when the lake does not answer.
        """
        states = self.raw.states()
        fetched = [at for at in map(fetched_at_of, states.values()) if at is not None]
        own_files = list(failing_player_checks(self.lake, self.user))
        unreadable = [
            error
            for table in (self.raw, self.games, PlayerTable(self.lake, POSITIONS, self.user))
            for _, error in sorted(table.unreadable().items())
        ]
        unreadable += [each for each in own_files if not isinstance(each, Verdict)]
        return PlayerStatus(
            user=self.user,
            months=self._months(player, rule, now),
            games=sum(state.rows for state in states.values()) - self._copies(),
            unparsed=frozenset(
                states.keys() - self.games.states().keys() - self.games.unreadable().keys()
            ),
            outdated=frozenset(
                month
                for month in states.keys() & self.games.states().keys()
                if not self.is_current(month)
            ),
            last_fetch_at=max(fetched, default=None),
            unreadable=tuple(dict.fromkeys(map(str, unreadable))),
            failing_checks=(
                *failing_checks(self.raw, self.games),
                *(each for each in own_files if isinstance(each, Verdict)),
            ),
        )

    def failures(
        self, instance: DagsterInstance, months: Collection[Month]
    ) -> dict[Month, PartitionFailure]:
        """Return the months whose last attempt failed and that nobody else has stored since.

        Where both assets of a month failed it is the failure upstream.
        """
        keys = {str(partition_key(self.user, month)): month for month in months}
        failures: dict[Month, PartitionFailure] = {}
        for table in (self.games, self.raw):
            found = partition_failures(instance, AssetKey(table.schema.name), keys)
            failures |= {
                keys[key]: failure
                for key, failure in found.items()
                if not self._is_over(table, keys[key], failure)
            }
        return failures

    def _months(
        self, player: FollowedPlayer, rule: FreshnessRule, now: datetime
    ) -> dict[Month, Freshness | None]:
        states, unreadable = self.raw.states(), self.raw.unreadable()
        fetches, listed = StoredFetches(states, rule), read_listed_months(self.lake, self.user)
        first = min([player.first_month(listed, now), *states, *unreadable])
        months: dict[Month, Freshness | None] = {
            month: fetches.freshness(month, now, listed or frozenset())
            for month in months_between(first, Month.of(now))
        }
        # What is stored without saying when it was fetched is asked for again, but not missing.
        undated = {month for month, state in states.items() if fetched_at_of(state) is None}
        return months | dict.fromkeys(undated, Freshness.STALE) | dict.fromkeys(unreadable)

    def _copies(self) -> int:
        """Return how many rows are of games that another month has; 0 if no current file says."""
        try:
            state = player_file(self.lake, PLAYER_GAMES, self.user).state()
        except (UnreadableFile, StoreError):
            return 0
        months = self.games.states()
        if (
            state is None
            or not months
            or state.content_version != player_games_content_version(months)
        ):
            return 0
        return Stored(self.user, state.rows, state.facts).count(COPIES_LEFT_OUT) or 0

    def _is_over(self, table: PlayerTable, month: Month, failure: PartitionFailure) -> bool:
        """Whether a month was stored after it failed, with the history of another instance."""
        if table is self.games:
            return self.is_current(month)
        fetched_at = fetched_at_of(self.raw.states().get(month))
        return fetched_at is not None and fetched_at > failure.last_at


def _ranges(months: Collection[Month], among: Collection[Month]) -> str:
    ranges = ranges_of(months, but_not=set(among).difference(months))
    return ", ".join(f"{first} to {last}" if first < last else str(first) for first, last in ranges)
