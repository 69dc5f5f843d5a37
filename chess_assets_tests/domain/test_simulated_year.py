"""A year of one player, looked at every hour by a clock that is moved: what is asked, and when."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from chess_assets.domain.chess_com import ChessComClient
from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.raw_archives.archive import RawPgnArchives
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore
from chess_assets.sample import SampleChessCom
from chess_assets_tests.made_games import USER, histories_of
from chess_assets_tests.workbench import MovableClock

FIRST, LAST = Month(2024, 1), Month(2024, 12)
YEAR = list(months_between(FIRST, LAST))
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[Month, list[datetime]]:
    """When each month was asked for, in a year and ten days of hourly looks."""
    clock = MovableClock(FIRST.start + timedelta(minutes=1))
    store = FolderStore(tmp_path_factory.mktemp("year"))
    asked: dict[Month, list[datetime]] = defaultdict(list)
    with (
        SampleChessCom(histories_of(YEAR), now=clock.now) as chess_com,
        ChessComClient(chess_com.url, "tests", now=clock.now) as client,
    ):
        while clock.at < LAST.end + timedelta(days=10):
            _look(store, clock, client)
            for request in chess_com.month_requests():
                asked[Month.parse(request.path[-7:].replace("/", "-"))].append(clock.at)
            chess_com.recording.clear()
            clock.at += HOUR
    return asked


def _look(store: FolderStore, clock: MovableClock, client: ChessComClient) -> None:
    """Bring every month that has begun up to date, as one run does."""
    table = PlayerTable(store, RAW_PGN_ARCHIVES, USER)
    raw = RawPgnArchives(table, client, FreshnessRule(), clock.now)
    for month in months_between(FIRST, min(Month.of(clock.at), LAST)):
        raw.store(month, raw.fetch(month))
    table.save_index()


def test_open_month_is_asked_every_six_hours(asked: dict[Month, list[datetime]]) -> None:
    """An open month is asked for at once, then every six hours, and never sooner."""
    for month in YEAR:
        times = [at for at in asked[month] if at < month.end]
        gaps = {later - earlier for earlier, later in _pairs(times)}
        assert gaps == {timedelta(hours=6)}
        assert times[0] - month.start < 2 * HOUR


def test_closed_month_is_asked_until_sealed(asked: dict[Month, list[datetime]]) -> None:
    """After its end a month is asked for as before, once more when it has settled, then never."""
    for month in YEAR:
        settled = month.end + timedelta(hours=24)
        last_times = [at for at in asked[month] if at >= settled]
        assert len(last_times) == 1
        assert last_times[0] - settled <= timedelta(hours=6)


def test_requests_of_a_year(asked: dict[Month, list[datetime]]) -> None:
    """A year costs four requests a day and a month's settling: no more, no less."""
    total = sum(len(times) for times in asked.values())
    hours = (LAST.end - FIRST.start) / HOUR
    assert hours / 6 <= total <= hours / 6 + 6 * len(YEAR)
    assert set(asked) == set(YEAR)


def _pairs(times: list[datetime]) -> Iterator[tuple[datetime, datetime]]:
    return pairwise(times)
