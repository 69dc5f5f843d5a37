"""A player's months brought up to date one after another: raw first, games behind it.

While chess.com is waited for, the months before are merged, parsed, encoded and stored on a thread
behind; a few months are in flight at most, whatever the range. A month that fails doesn't stop the
others. What is due, and how rows are made, belongs to the tables' own parts of the domain.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from chess_assets.domain.chess_com import ChessComError
from chess_assets.domain.lake.derived_table import DerivedTable, NotComputed, SourceMissing
from chess_assets.domain.lake.lost_games import GamesMissing
from chess_assets.domain.lake.outage import NotAttempted, Outage
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import Failed, MonthOutcome, Outcome
from chess_assets.domain.raw_archives.archive import Fetched, RawPgnArchives
from chess_assets.domain.store import StoreError

_MONTHS_IN_FLIGHT = 3
_FAILS_ITS_MONTH_ONLY = (
    ChessComError,
    NotAttempted,
    UnreadableFile,
    SourceMissing,
    GamesMissing,
    NotComputed,
    StoreError,
)


def sync_months(
    user: str,
    months: Iterable[Month],
    *,
    raw: RawPgnArchives | None,
    games: DerivedTable | None,
    outage: Outage | None = None,
) -> Iterator[MonthOutcome]:
    """Bring months up to date, yielding each one's outcome, in order, as soon as it is stored.

    Args:
        user: The player the tables belong to.
        months: The months, in the order they are fetched.
        raw: The raw table; None leaves it as it is and asks chess.com nothing.
        games: The games table; None leaves it as it is.
        outage: What the run knows of the lake's faults; None where it has no other players.
    """
    outage = outage or Outage()
    in_flight: deque[Future[MonthOutcome]] = deque()
    months = list(months)
    if raw is not None:
        with suppress(StoreError):  # then every month says so for itself
            raw.expect(months)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-months") as behind:
        for month in months:
            fetched = _fetch(raw, month, outage) if raw is not None else None
            in_flight.append(behind.submit(_store, user, month, raw, games, fetched, outage))
            while in_flight and (len(in_flight) >= _MONTHS_IN_FLIGHT or in_flight[0].done()):
                yield in_flight.popleft().result()
        while in_flight:
            yield in_flight.popleft().result()


def _fetch(raw: RawPgnArchives, month: Month, outage: Outage) -> Fetched | Failed:
    try:
        outage.check()
        return raw.fetch(month)
    except _FAILS_ITS_MONTH_ONLY as error:
        return Failed(error)


def _store(
    user: str,
    month: Month,
    raw: RawPgnArchives | None,
    games: DerivedTable | None,
    fetched: Fetched | Failed | None,
    outage: Outage,
) -> MonthOutcome:
    raw_outcome = _store_raw(raw, month, fetched) if raw is not None else None
    games_outcome = _update_games(games, month, outage) if games is not None else None
    outcome = MonthOutcome(user, month, raw_outcome, games_outcome)
    table = _table_at_fault(raw, games, raw_outcome)
    outage.note(outcome.error, table.try_a_write if table is not None else None)
    return outcome


def _table_at_fault(
    raw: RawPgnArchives | None, games: DerivedTable | None, raw_outcome: Outcome | None
) -> PlayerTable | None:
    """Return the table that failed, if one did."""
    if raw is not None and isinstance(raw_outcome, Failed):
        return raw.table
    return games.target if games is not None else None


def _store_raw(
    raw: RawPgnArchives, month: Month, fetched: Fetched | Failed | None
) -> Outcome | None:
    if fetched is None or isinstance(fetched, Failed):
        return fetched
    try:
        return raw.store(month, fetched)
    except _FAILS_ITS_MONTH_ONLY as error:
        return Failed(error)


def _update_games(games: DerivedTable, month: Month, outage: Outage) -> Outcome:
    try:
        outage.check()
        return games.update(month)
    except _FAILS_ITS_MONTH_ONLY as error:
        return Failed(error)
