"""One player's archive at work: a look-alike of chess.com over HTTP, a store, a clock to move."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chess_assets.domain.chess_com import ChessComClient, Limits
from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.outcomes import Done, Failed, PartitionOutcome
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.raw_archives.archive import RawPgnArchives
from chess_assets.domain.raw_archives.fetched_months import FetchedMonths, fetched_months
from chess_assets.domain.registry import FollowedPlayer
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.domain.store import Store
from chess_assets.sample import Histories, SampleChessCom
from chess_assets_tests.domain.movable_clock import MovableClock
from chess_assets_tests.made_games import USER

ATTEMPTS = 2


@dataclass
class Desk:
    """What a test works with; `sync` is one run."""

    chess_com: SampleChessCom
    client: ChessComClient
    store: Store
    clock: MovableClock
    user: str = USER

    def archive(
        self,
        *,
        is_refresh: bool = False,
        store: Store | None = None,
        followed: FollowedPlayer | None = None,
    ) -> RawPgnArchives:
        """Return the archive as a new run opens it."""
        table = PlayerTable(store or self.store, RAW_PGN_ARCHIVES, self.user)
        rule, now = FreshnessRule(), self.clock.now
        return RawPgnArchives(
            table, self.client, rule, now, is_refresh=is_refresh, followed=followed
        )

    def sync(self, months: Iterable[Month], *, is_refresh: bool = False) -> list[PartitionOutcome]:
        """Bring raw months up to date as a run does, and return what became of each."""
        table = LakeTable(self.store, RAW_PGN_ARCHIVES)
        outcomes = list(self.syncing(months, table, is_refresh=is_refresh))
        table.save_indexes()
        return outcomes

    def syncing(
        self, months: Iterable[Month], table: LakeTable, *, is_refresh: bool = False
    ) -> Iterator[PartitionOutcome]:
        """Do so, yielding what became of each month as soon as a run knows it."""
        raw = FetchedMonths(
            lambda _: nullcontext(self.client),
            FreshnessRule(),
            self.clock.now,
            is_refresh=is_refresh,
        )
        return raw.updates(table, [Partition.of_player(self.user, each) for each in months], "")

    def sync_with(self, archive: RawPgnArchives, months: Iterable[Month]) -> list[PartitionOutcome]:
        """Bring raw months up to date, in this order, with an archive that is open already."""
        table = LakeTable(archive.table.store, RAW_PGN_ARCHIVES)
        outcomes = list(fetched_months(archive, list(months), table))
        archive.table.save_index()
        return outcomes

    def asked(self) -> list[str]:
        """Return what chess.com was asked since the last call: `archives`, or a month."""
        paths = [request.path for request in self.chess_com.requests]
        self.chess_com.recording.clear()
        return [path.rpartition("/games/")[2].replace("/", "-") for path in paths]

    def rows(self, month: Month) -> dict[str, dict[str, Any]]:
        """Return a stored month's rows by their identity, read anew."""
        stored = PlayerTable(self.store, RAW_PGN_ARCHIVES, self.user).read(month)
        assert stored is not None, f"{month} is not stored"
        return {row["game_id"]: row for row in stored[0].to_pylist()}

    def facts(self, month: Month) -> dict[str, str]:
        """Return what the next run will know of a stored month."""
        state = PlayerTable(self.store, RAW_PGN_ARCHIVES, self.user).state(month)
        assert state is not None, f"{month} is not stored"
        return dict(state.facts)

    def etags(self) -> dict[str, str]:
        """Return the ETag of each of the table's files."""
        return {info.key: info.etag for info in self.store.list(f"{RAW_PGN_ARCHIVES.name}/")}

    def path(self, month: Month) -> str:
        """Return the key of a month's file."""
        return partition_path(RAW_PGN_ARCHIVES.name, self.user, month)


@contextmanager
def open_desk(
    store: Store, histories: Histories, at: datetime, *, user: str = USER
) -> Iterator[Desk]:
    """Start the look-alike and a client of it, whose clocks stand at `at` and that never sleeps."""
    clock = MovableClock(at)
    limits = Limits(attempts=ATTEMPTS)
    with (
        SampleChessCom(histories, now=clock.now) as chess_com,
        ChessComClient(
            chess_com.url, "tests@example.org", limits, now=clock.now, sleep=lambda _: None
        ) as client,
    ):
        yield Desk(chess_com, client, store, clock, user)


def done(outcome: PartitionOutcome) -> Done:
    """Return what became of a partition, which has to be a success."""
    assert isinstance(outcome.outcome, Done), outcome
    return outcome.outcome


def error_of(outcome: PartitionOutcome) -> Exception | None:
    """Return why a partition failed; None where it did not."""
    return outcome.outcome.error if isinstance(outcome.outcome, Failed) else None


def actions(outcomes: Iterable[PartitionOutcome]) -> list[str]:
    """Return what was done for each partition, or the kind of error that it failed with."""
    return [
        type(error).__name__ if (error := error_of(each)) is not None else done(each).action.value
        for each in outcomes
    ]
