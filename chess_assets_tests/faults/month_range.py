"""A player's range of months brought up to date over real sockets, with a fault in one of them."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chess_assets.domain.chess_com import ChessComClient, Limits
from chess_assets.domain.lake.outcomes import Done
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import Store
from chess_assets_tests.fault_server import FaultServer, Script, as_json
from chess_assets_tests.faults.synced_months import SyncedMonth, sync_months
from chess_assets_tests.made_games import USER, made_game

MONTHS = list(months_between(Month(2023, 1), Month(2023, 3)))
POSITIONS = {"first": 0, "middle": 1, "last": 2}
NOW = datetime(2024, 2, 20, 12, tzinfo=UTC)
ATTEMPTS = 3
PATIENT = Limits(attempts=ATTEMPTS)

Rows = list[dict[str, Any]]


def games_of(month: Month, count: int) -> list[Any]:
    """Return a month's first games, as chess.com sends them."""
    first = 1000 * (12 * month.year + month.month)
    return [made_game(first + n, month.start + timedelta(days=n)) for n in range(1, count + 1)]


@dataclass
class MonthRange:
    """The player's lake, and the server that is asked for it; `sync` is one run."""

    server: FaultServer
    store: Store
    limits: Limits = PATIENT
    slept_s: list[float] = field(default_factory=list)
    took_s: float = 0

    def serve(self, month: Month, *scripts: Script) -> None:
        """Answer a month so: one script each, then always the last."""
        self.server.answers_at(_path_end(month), *scripts)

    def serve_games(self, count: int) -> None:
        """Answer every month with so many games."""
        for month in MONTHS:
            self.serve(month, as_json({"games": games_of(month, count)}))

    def sync(
        self, months: Sequence[Month] = MONTHS, *, is_refresh: bool = False
    ) -> list[SyncedMonth]:
        """Bring both tables up to date as a run does; note how long it took and would have slept.

        The pauses between attempts are not slept; they are in `slept_s`.
        """
        self.slept_s.clear()
        self.server.requests.clear()
        started = time.monotonic()
        with ChessComClient(
            self.server.url,
            "tests@example.org",
            self.limits,
            now=lambda: NOW,
            sleep=self.slept_s.append,
        ) as client:
            outcomes = sync_months(self.store, client, lambda: NOW, months, is_refresh=is_refresh)
        self.took_s = time.monotonic() - started
        return outcomes

    def asked(self, month: Month) -> int:
        """Return how often the last run asked for a month."""
        return sum(path.endswith(_path_end(month)) for path in self.server.paths)

    def rows(self, month: Month, schema: TableSchema = RAW_PGN_ARCHIVES) -> Rows | None:
        """Return a month's rows as stored; None where nothing is."""
        stored = PlayerTable(self.store, schema, USER).read(month)
        return None if stored is None else stored[0].to_pylist()

    def facts(self, month: Month) -> dict[str, str]:
        """Return what the next run will know of a stored month."""
        state = PlayerTable(self.store, RAW_PGN_ARCHIVES, USER).state(month)
        assert state is not None
        return {"etag of the file": state.etag, **state.facts}

    def counts(self, schema: TableSchema = GAMES) -> list[int | None]:
        """Return how many games each month has, None where nothing is stored."""
        rows = [self.rows(month, schema) for month in MONTHS]
        return [None if each is None else len(each) for each in rows]


@contextmanager
def open_range(store: Store, limits: Limits = PATIENT) -> Iterator[MonthRange]:
    """Start a server that lists all months."""
    with FaultServer() as server:
        base = f"{server.url}/player/{USER}/games"
        listed = [f"{base}/{month.year:04d}/{month.month:02d}" for month in MONTHS]
        server.answers_at("/archives", as_json({"archives": listed}))
        yield MonthRange(server, store, limits)


def what_happened(outcomes: Sequence[SyncedMonth]) -> list[str]:
    """Return what was done for each month, or the kind of error that it failed with."""
    return [_word(outcome) for outcome in outcomes]


def _word(outcome: SyncedMonth) -> str:
    if outcome.error is not None:
        return type(outcome.error).__name__
    assert isinstance(outcome.raw, Done)
    return outcome.raw.action.value


def _path_end(month: Month) -> str:
    return f"/{month.year:04d}/{month.month:02d}"
