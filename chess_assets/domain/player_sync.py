"""A player's months brought up to date one after another: raw first, games behind it.

While chess.com is waited for, the months before are merged, parsed, encoded and stored on a thread
behind; a few months are in flight at most, whatever the range. A month that fails doesn't stop the
others. What is due, and how rows are made, belongs to the tables' own parts of the domain.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from chess_assets.domain.chess_com import ChessComError
from chess_assets.domain.lake.derived_table import DerivedTable, NotComputed, SourceMissing
from chess_assets.domain.lake.lost_games import GamesMissing
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import Failed, MonthOutcome, Outcome
from chess_assets.domain.raw_archives.archive import Fetched, NotAsked, RawPgnArchives
from chess_assets.domain.store import Conflict

_MONTHS_IN_FLIGHT = 3
_FAILS_ITS_MONTH_ONLY = (
    ChessComError,
    NotAsked,
    UnreadableFile,
    SourceMissing,
    GamesMissing,
    NotComputed,
    Conflict,
)


def sync_months(
    user: str,
    months: Iterable[Month],
    *,
    raw: RawPgnArchives | None,
    games: DerivedTable | None,
) -> Iterator[MonthOutcome]:
    """Bring months up to date, yielding each one's outcome, in order, as soon as it is stored.

    Args:
        user: The player the tables belong to.
        months: The months, in the order they are fetched.
        raw: The raw table; None leaves it as it is and asks chess.com nothing.
        games: The games table; None leaves it as it is.

    Raises:
        StoreError: when the lake itself refuses; months yielded before are stored.
    """
    in_flight: deque[Future[MonthOutcome]] = deque()
    months = list(months)
    if raw is not None:
        raw.expect(months)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-months") as behind:
        for month in months:
            fetched = _fetch(raw, month) if raw is not None else None
            in_flight.append(behind.submit(_store, user, month, raw, games, fetched))
            while in_flight and (len(in_flight) >= _MONTHS_IN_FLIGHT or in_flight[0].done()):
                yield in_flight.popleft().result()
        while in_flight:
            yield in_flight.popleft().result()


def _fetch(raw: RawPgnArchives, month: Month) -> Fetched | Failed:
    try:
        return raw.fetch(month)
    except _FAILS_ITS_MONTH_ONLY as error:
        return Failed(error)


def _store(
    user: str,
    month: Month,
    raw: RawPgnArchives | None,
    games: DerivedTable | None,
    fetched: Fetched | Failed | None,
) -> MonthOutcome:
    raw_outcome = _store_raw(raw, month, fetched) if raw is not None else None
    games_outcome = _update_games(games, month) if games is not None else None
    return MonthOutcome(user, month, raw_outcome, games_outcome)


def _store_raw(
    raw: RawPgnArchives, month: Month, fetched: Fetched | Failed | None
) -> Outcome | None:
    if fetched is None or isinstance(fetched, Failed):
        return fetched
    try:
        return raw.store(month, fetched)
    except _FAILS_ITS_MONTH_ONLY as error:
        return Failed(error)


def _update_games(games: DerivedTable, month: Month) -> Outcome:
    try:
        return games.update(month)
    except _FAILS_ITS_MONTH_ONLY as error:
        return Failed(error)
