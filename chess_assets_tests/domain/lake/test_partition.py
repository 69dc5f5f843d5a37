"""A partition is an address: whose, of which month, or of any keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.months import Month
from chess_assets.domain.players import InvalidPlayerName
from chess_assets_tests.domain.hostile_names import HOSTILE_NAMES

MAY = Month(2022, 5)
MONTH = Partition.of_player("Hikaru", MAY)
PLAYER = Partition.of_player("hikaru")
OF_OTHERS = Partition((("country", "DE"), ("day", "2022-05-01")))


@pytest.mark.parametrize(
    ("partition", "user", "month", "shown", "folder"),
    [
        (MONTH, "hikaru", MAY, "hikaru 2022-05", "user=hikaru/month=2022-05/"),
        (PLAYER, "hikaru", None, "hikaru", "user=hikaru/"),
        (OF_OTHERS, None, None, "DE 2022-05-01", "country=DE/day=2022-05-01/"),
        (Partition(), None, None, "everything", ""),
        (Partition((("month", "2022-05"),)), None, None, "2022-05", "month=2022-05/"),
    ],
)
def test_address(
    partition: Partition, user: str | None, month: Month | None, shown: str, folder: str
) -> None:
    """Only a player's partition has a player, and only their months a month."""
    assert (partition.user, partition.month) == (user, month)
    assert (str(partition), partition.folder) == (shown, folder)


def test_of_a_group() -> None:
    """A partition belongs to the one with fewer of its dimensions, and has a name within it."""
    assert MONTH.only({"user"}) == PLAYER
    assert (MONTH.within(PLAYER), PLAYER.within(PLAYER)) == ("2022-05", "")
    assert OF_OTHERS.only({"user"}) == Partition()
    assert OF_OTHERS.within(Partition()) == "DE 2022-05-01"


@given(st.lists(st.builds(Month, st.integers(2008, 2999), st.integers(1, 12)), min_size=2))
def test_order(months: list[Month]) -> None:
    """A player's partitions are in the order of the months."""
    of_months = [Partition.of_player("hikaru", month) for month in months]
    assert [each.month for each in sorted(of_months)] == sorted(months)


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=lambda name: ascii(name)[:30])
def test_hostile_players(name: str) -> None:
    """There is no partition of what is no player's name."""
    for month in (None, MAY):
        with pytest.raises(InvalidPlayerName):
            Partition.of_player(name, month)
