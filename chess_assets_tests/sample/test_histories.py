"""Where the games come from."""

from datetime import UTC, datetime

import pytest

from chess_assets.domain.months import Month
from chess_assets.domain.players import InvalidPlayerName, parse_player
from chess_assets.sample import FixedHistories, MadeHistories, SampleChessCom
from chess_assets_tests.sample.conftest import SettableClock


def test_three_years_by_default(clock: SettableClock) -> None:
    """Two players have three years, the open month included, with a few months of pause."""
    histories = MadeHistories(clock)
    assert len(list(histories.players())) == 2
    for player in histories.players():
        months = histories.months(player)
        assert (months[0], months[-1]) == (Month(2022, 11), Month(2025, 10))
        assert 31 <= len(months) <= 34
        assert parse_player(player) == player


def test_months_go_on_coming(clock: SettableClock) -> None:
    """As the clock goes on, months are added, and the ones before stay as they were."""
    histories = MadeHistories(clock, months=3)
    before = histories.games("bramblepawn", Month(2025, 10))
    clock.time = datetime(2025, 12, 20, tzinfo=UTC)
    assert histories.months("bramblepawn") == [Month(2025, m) for m in range(8, 13)]
    assert histories.games("bramblepawn", Month(2025, 10)) is before
    assert histories.games("bramblepawn", Month(2026, 1)) == []


def test_given_names_are_checked() -> None:
    """Only what can be a player's name can be served."""
    with pytest.raises(InvalidPlayerName):
        FixedHistories({"../etc": {}})


def test_url_needs_a_listening_server() -> None:
    """A server that hasn't been entered says so instead of giving a URL."""
    with pytest.raises(RuntimeError, match="enter it"):
        SampleChessCom().url  # noqa: B018 — asking is what fails
