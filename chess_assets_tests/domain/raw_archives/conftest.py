"""An archive of one player: 2023-10 to 2024-02 with games, but none in December; it is February."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from chess_assets.domain.months import Month, months_between
from chess_assets.domain.store import FolderStore, Store
from chess_assets.sample import FixedHistories
from chess_assets_tests.domain.desk import Desk, open_desk
from chess_assets_tests.made_games import histories_of

OCTOBER, NOVEMBER, DECEMBER = Month(2023, 10), Month(2023, 11), Month(2023, 12)
JANUARY, FEBRUARY = Month(2024, 1), Month(2024, 2)
MONTHS = list(months_between(OCTOBER, FEBRUARY))
NOW = datetime(2024, 2, 20, 12, tzinfo=UTC)


@pytest.fixture
def histories() -> FixedHistories:
    """Two games in each month but December; a test may change them."""
    return histories_of([month for month in MONTHS if month != DECEMBER])


@pytest.fixture
def desk(folder: FolderStore, histories: FixedHistories) -> Iterator[Desk]:
    """The archive over a folder."""
    with open_desk(folder, histories, NOW) as desk:
        yield desk


@pytest.fixture
def any_desk(store: Store, histories: FixedHistories) -> Iterator[Desk]:
    """The archive over each kind of store."""
    with open_desk(store, histories, NOW) as desk:
        yield desk
