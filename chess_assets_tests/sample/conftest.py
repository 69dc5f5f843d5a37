"""A clock that tests set, a year of both players' games, and the look-alike serving them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from chess_assets.sample import MadeHistories, SampleChessCom

AGENT = {"User-Agent": "tests (contact: tests@example.org)"}


@dataclass
class SettableClock:
    """A clock that stands still until a test sets it."""

    time: datetime

    def __call__(self) -> datetime:
        """Return the time."""
        return self.time


@pytest.fixture(scope="session")
def year() -> MadeHistories:
    """Both players' last twelve months, the open one made as if it had ended."""
    return MadeHistories(lambda: datetime(2025, 10, 20, 18, tzinfo=UTC), months=12)


@pytest.fixture(scope="session")
def year_games(year: MadeHistories) -> list[dict[str, Any]]:
    """Every game of the year, of both players."""
    return [
        game
        for player in year.players()
        for month in year.months(player)
        for game in year.games(player, month)
    ]


@pytest.fixture
def clock() -> SettableClock:
    """A clock at noon UTC on 2025-10-20."""
    return SettableClock(datetime(2025, 10, 20, 12, tzinfo=UTC))


@pytest.fixture
def sample(year: MadeHistories, clock: SettableClock) -> Iterator[SampleChessCom]:
    """The look-alike, serving the year."""
    with SampleChessCom(year, now=clock) as server:
        yield server


@pytest.fixture
def http() -> Iterator[requests.Session]:
    """A client that says whom it comes from and follows no redirects by itself."""
    with requests.Session() as session:
        session.headers.update(AGENT)
        yield session
