"""What goes wrong at chess.com costs the months it concerns, and never what is stored."""

from collections.abc import Iterator

import pytest

from chess_assets.domain.chess_com import Forbidden, RateLimited, ServerFault, UnknownPlayer
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.store import FolderStore
from chess_assets.sample import Fault, FixedHistories
from chess_assets_tests.domain.desk import ATTEMPTS, Desk, actions, error_of, open_desk
from chess_assets_tests.domain.raw_archives.conftest import (
    DECEMBER,
    FEBRUARY,
    JANUARY,
    MONTHS,
    NOVEMBER,
    NOW,
    OCTOBER,
)
from chess_assets_tests.made_games import USER, histories_of

YEAR = list(months_between(Month(2023, 1), Month(2023, 12)))


@pytest.fixture
def year(folder: FolderStore) -> Iterator[Desk]:
    """An archive of twelve closed months with games."""
    with open_desk(folder, histories_of(YEAR), NOW) as desk:
        yield desk


def test_one_of_twelve(year: Desk) -> None:
    """One month of twelve answers 500 for good: eleven land, and the next run asks for one."""
    year.chess_com.faults.add(Fault(r"/2023/06$", status=500, times=None))

    outcomes = year.sync(YEAR)

    assert actions(outcomes) == [*["fetched"] * 5, "ServerFault", *["fetched"] * 6]
    message = str(error_of(outcomes[5]))
    assert USER in message
    assert "2023-06" in message
    assert "500" in message
    assert len(year.asked()) == 1 + 11 + ATTEMPTS
    assert len(year.etags()) == 11

    year.chess_com.faults.clear()
    assert actions(year.sync(YEAR)) == [*["kept"] * 5, "fetched", *["kept"] * 6]
    assert year.asked() == ["archives", "2023-06"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("$", status=500, times=None), "ServerFault"),
        (Fault("$", status=404, times=None), "MonthUnavailable"),
        (Fault("$", status=410, times=None), "Gone"),
        (Fault("$", body="<html>Just a moment</html>", times=None), "BadAnswer"),
        (Fault("$", body="{}", times=None), "BadAnswer"),
        (Fault("$", body='{"games": null}', times=None), "BadAnswer"),
        (Fault("$", body="", times=None), "BadAnswer"),
        (Fault("$", bytes_sent=20, times=None), "IncompleteAnswer"),
        (Fault("$", is_dropped=True, times=None), "Unreachable"),
        (Fault("$", status=301, headers={"Location": "http://x.test/"}, times=None), "Redirect"),
    ],
    ids=lambda value: str(getattr(value, "status", value)),
)
def test_stored_stays(desk: Desk, histories: FixedHistories, fault: Fault, error: str) -> None:
    """No bad answer touches a stored month: not a game, not a fact."""
    desk.sync([OCTOBER])
    before, facts = desk.etags(), desk.facts(OCTOBER)
    histories.by_player[USER][OCTOBER].pop()  # or the answer would have no body to go wrong
    desk.chess_com.faults.add(fault)

    (action,) = actions(desk.sync([OCTOBER], is_refresh=True))

    assert action.startswith(error)
    assert desk.etags() == before
    assert desk.facts(OCTOBER) == facts
    assert all(row["is_listed"] for row in desk.rows(OCTOBER).values())


def test_one_bad_answer(desk: Desk) -> None:
    """A fault that passes is not seen at all."""
    desk.chess_com.faults.add(Fault(r"/2023/10$", body="<html>Just a moment</html>"))
    desk.chess_com.faults.add(Fault(r"/2023/11$", is_dropped=True))

    assert actions(desk.sync(MONTHS)) == ["fetched", "fetched", "empty", "fetched", "fetched"]


def test_listed_month_not_found(desk: Desk) -> None:
    """A listed month that answers 404 fails; it never becomes an empty month."""
    desk.chess_com.faults.add(Fault(r"/2023/10$", status=404, times=None))

    assert actions(desk.sync([OCTOBER])) == ["MonthUnavailable"]
    assert desk.etags() == {}


def test_unknown_player(folder: FolderStore, histories: FixedHistories) -> None:
    """An unknown player costs one request, and no month of theirs is stored."""
    with open_desk(folder, histories, NOW, user="nobody") as desk:
        outcomes = desk.sync(MONTHS)

        assert actions(outcomes) == ["UnknownPlayer", *["NotAsked"] * 4]
        assert len(desk.asked()) == 1
        assert list(folder.list("")) == []
        assert "nobody" in str(error_of(outcomes[4]))
        assert "spelling" in str(error_of(outcomes[4]))


def test_player_vanished(desk: Desk) -> None:
    """A player who is gone ends the asking; months that are sealed are reported as ever."""
    desk.sync([OCTOBER, NOVEMBER])
    desk.asked()
    no_player = b'{"code": 0, "message": "User \\"testplayer\\" not found."}'
    desk.chess_com.faults.add(Fault("$", status=404, body=no_player, times=None))

    outcomes = desk.sync(MONTHS)

    assert actions(outcomes) == ["kept", "kept", UnknownPlayer.__name__, "NotAsked", "NotAsked"]
    assert len(desk.asked()) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(r"/2023/11$", status=403, times=None), Forbidden),
        (Fault(r"/2023/11$", status=429, headers={"Retry-After": "7200"}, times=None), RateLimited),
        (Fault(r"/2023/11$", status=503, headers={"Retry-After": "9999"}, times=None), ServerFault),
    ],
)
def test_asking_ends(desk: Desk, fault: Fault, error: type[Exception]) -> None:
    """Who refuses us or sends us away for hours is not asked again; what is fresh is reported."""
    desk.sync([JANUARY])
    desk.asked()
    desk.chess_com.faults.add(fault)

    outcomes = desk.sync(MONTHS)

    assert actions(outcomes) == ["fetched", error.__name__, "NotAsked", "kept", "NotAsked"]
    assert desk.asked() == ["archives", "2023-10", "2023-11"]
    assert str(error_of(outcomes[1])) in str(error_of(outcomes[2]))
    assert set(desk.etags()) == {desk.path(OCTOBER), desk.path(JANUARY)}


def test_rate_limit_within_bounds(desk: Desk) -> None:
    """Who sends us away for a minute is asked again after it, and nothing fails."""
    desk.chess_com.faults.add(Fault(r"/2023/11$", status=429, headers={"Retry-After": "60"}))

    assert actions(desk.sync(MONTHS)) == ["fetched", "fetched", "empty", "fetched", "fetched"]


def test_list_fails(desk: Desk) -> None:
    """Without the list no missing month is asked for, and the list not again; the rest counts."""
    desk.sync([OCTOBER])
    desk.asked()
    desk.chess_com.faults.add(Fault(r"/archives$", status=500, times=None))

    outcomes = desk.sync([OCTOBER, NOVEMBER, DECEMBER, JANUARY])

    assert actions(outcomes) == ["kept", "ServerFault", "NotAsked", "NotAsked"]
    assert desk.asked() == ["archives"] * ATTEMPTS
    assert set(desk.etags()) == {desk.path(OCTOBER)}


def test_chess_com_down(year: Desk) -> None:
    """When three months in a row fail and the list does too, nothing more is asked."""
    raw = year.archive()
    year.sync_with(raw, YEAR[:3])
    year.asked()
    year.chess_com.faults.add(Fault("$", is_dropped=True, times=None))

    outcomes = year.sync_with(raw, YEAR)

    lost, not_asked = ["Unreachable"] * 3, ["NotAsked"] * 6
    assert actions(outcomes) == [*["kept"] * 3, *lost, *not_asked]
    months = ["2023-04", "2023-05", "2023-06"]
    assert year.asked() == [name for name in [*months, "archives"] for _ in range(ATTEMPTS)]


def test_some_months_broken(year: Desk) -> None:
    """When three months in a row fail but the list answers, every month is tried."""
    year.chess_com.faults.add(Fault(r"/2023/0[3-9]$", is_dropped=True, times=None))

    outcomes = year.sync(YEAR)

    assert actions(outcomes) == [*["fetched"] * 2, *["Unreachable"] * 7, *["fetched"] * 3]
    asked = year.asked()
    assert asked.count("archives") == 1 + 2
    assert len(asked) == 3 + 5 + 7 * ATTEMPTS


def test_unlisted_months_in_between(desk: Desk) -> None:
    """A month that need not be asked for says nothing about whether chess.com is up."""
    raw = desk.archive()
    raw.fetch(DECEMBER)
    desk.asked()
    desk.chess_com.faults.add(Fault("$", is_dropped=True, times=None))

    outcomes = desk.sync_with(raw, MONTHS)

    lost = "Unreachable"
    assert actions(outcomes) == [lost, lost, "empty", lost, "NotAsked"]
    assert desk.asked().count("archives") == ATTEMPTS


def test_future_month(desk: Desk) -> None:
    """A month that has not begun fails by its name, and stops no other."""
    outcomes = desk.sync_with(desk.archive(), [FEBRUARY.next(), FEBRUARY])

    assert actions(outcomes) == ["FutureMonth", "fetched"]
