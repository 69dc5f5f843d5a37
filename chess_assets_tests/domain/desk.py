"""One player's archive at work: a look-alike of chess.com over HTTP, a store, a clock to move."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chess_assets.domain.player_sync import sync_months

from chess_assets.domain.chess_com import ChessComClient, Limits
from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.lake.outcomes import Done, MonthOutcome, Outcome
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.raw_archives.archive import RawPgnArchives
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

    def sync(self, months: Iterable[Month], *, is_refresh: bool = False) -> list[MonthOutcome]:
        """Bring raw months up to date as a run does, and return what became of each."""
        raw = self.archive(is_refresh=is_refresh)
        outcomes = list(sync_months(self.user, months, raw=raw, games=None))
        raw.table.save_index()
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


def done(outcome: Outcome | None) -> Done:
    """Return the outcome as the success that it has to be."""
    assert isinstance(outcome, Done), outcome
    return outcome


def actions(outcomes: Iterable[MonthOutcome]) -> list[str]:
    """Return what was done for each month, or the kind of error that it failed with."""
    return [
        type(each.error).__name__ if each.error is not None else done(each.raw).action.value
        for each in outcomes
    ]
