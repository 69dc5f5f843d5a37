"""A clock that is wrong: no month is sealed while it grows, and none is fetched at every look."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from chess_assets.domain.chess_com import ChessComClient, Limits
from chess_assets.domain.freshness import Freshness
from chess_assets.domain.lake.parquet_file import encode
from chess_assets.domain.months import Month
from chess_assets.domain.store import FolderStore
from chess_assets.sample import Fault, FixedHistories
from chess_assets_tests.domain.desk import Desk, actions, open_desk
from chess_assets_tests.domain.movable_clock import MovableClock
from chess_assets_tests.domain.raw_archives.conftest import (
    DECEMBER,
    FEBRUARY,
    JANUARY,
    MONTHS,
    NOW,
    OCTOBER,
)
from chess_assets_tests.made_games import USER, made_game

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WRONG = [timedelta(minutes=10), 7 * HOUR, 40 * DAY, 4000 * DAY]


@pytest.fixture
def real(desk: Desk) -> Iterator[MovableClock]:
    """The time at chess.com; the desk's own clock may show another."""
    real = MovableClock(NOW)
    desk.chess_com.now = real.now
    yield real
    desk.client.close()


def another_process(desk: Desk) -> None:
    """Let the next run be one of a process that has seen no response yet."""
    desk.client.close()
    url, now = desk.chess_com.url, desk.clock.now
    desk.client = ChessComClient(url, "tests@example.org", Limits(attempts=1), now=now)


def as_before(desk: Desk, month: Month, fetched_at: datetime) -> None:
    """Store a month as versions did that took this clock's word for the time of fetching."""
    stored = desk.archive().table.read(month)
    assert stored is not None
    kept = {k: v for k, v in stored[1].facts.items() if k not in {"server_time", "asked_at"}}
    body = encode(stored[0], kept | {"fetched_at": fetched_at.isoformat()})
    desk.store.put(desk.path(month), body, if_match=stored[1].etag)


@pytest.mark.parametrize("ahead", WRONG, ids=str)
def test_ahead(desk: Desk, real: MovableClock, histories: FixedHistories, ahead: timedelta) -> None:
    """An open month that was fetched under a clock that is ahead gets its other games later."""
    desk.clock.at = NOW + ahead
    assert actions(desk.sync([FEBRUARY])) == ["fetched"]
    assert desk.facts(FEBRUARY)["fetched_at"] == NOW.isoformat()

    histories.by_player[USER][FEBRUARY].append(made_game(9, FEBRUARY.end - HOUR))
    desk.clock.at = real.at = FEBRUARY.end + 30 * HOUR
    assert actions(desk.sync([FEBRUARY])) == ["fetched"]
    assert len(desk.rows(FEBRUARY)) == 3
    assert desk.archive().freshness(FEBRUARY) is Freshness.SEALED


@pytest.mark.parametrize("off", [*WRONG, *(-each for each in WRONG)], ids=str)
def test_no_loop(desk: Desk, real: MovableClock, off: timedelta) -> None:
    """A clock that stays wrong has no month fetched more often than the rule says."""
    months = [month for month in MONTHS if month.start < NOW + off]
    for minutes in (0, 1, 30, 300, 361, 362):
        real.at = NOW + timedelta(minutes=minutes)
        desk.clock.at = real.at + off
        another_process(desk)
        desk.sync(months)
        asked = desk.asked()
        if minutes in {0, 361}:
            assert len(set(asked)) == len(asked)
        else:
            assert asked == []


def test_unlisted_under_a_clock_that_is_ahead(
    desk: Desk, real: MovableClock, histories: FixedHistories
) -> None:
    """A month that is open and not listed is not sealed as empty where a clock says it is over."""
    games = list(histories.by_player[USER][FEBRUARY])
    histories.by_player[USER][FEBRUARY].clear()
    desk.clock.at = NOW + 40 * DAY
    assert actions(desk.sync([FEBRUARY])) == ["empty"]
    assert desk.asked() == ["archives"]
    assert desk.facts(FEBRUARY)["fetched_at"] == NOW.isoformat()

    histories.by_player[USER][FEBRUARY].extend(games)
    real.at = desk.clock.at = NOW + 50 * DAY
    assert actions(desk.sync([FEBRUARY])) == ["fetched"]
    assert len(desk.rows(FEBRUARY)) == 2


def test_not_modified_under_a_clock_that_is_ahead(desk: Desk, real: MovableClock) -> None:
    """A 304 renews the time of fetching by the earlier clock, too."""
    desk.sync([FEBRUARY])
    real.at, desk.clock.at = NOW + 7 * HOUR, NOW + 40 * DAY
    assert actions(desk.sync([FEBRUARY])) == ["unchanged"]
    assert desk.facts(FEBRUARY)["fetched_at"] == real.at.isoformat()
    desk.clock.at = real.at
    assert desk.archive().freshness(FEBRUARY) is Freshness.FRESH


def test_sealed_before_by_a_clock_that_is_still_ahead(
    desk: Desk, real: MovableClock, histories: FixedHistories
) -> None:
    """What such a clock sealed under an older version is due once the server's time is seen."""
    ahead = 40 * DAY
    desk.clock.at = NOW + ahead
    desk.sync([JANUARY, FEBRUARY])
    for month in (JANUARY, FEBRUARY):
        as_before(desk, month, NOW + ahead)
    another_process(desk)
    assert desk.archive().freshness(FEBRUARY) is Freshness.SEALED  # nothing says otherwise yet

    histories.by_player[USER][FEBRUARY].append(made_game(9, NOW + HOUR))
    real.at, desk.clock.at = NOW + 2 * HOUR, NOW + 2 * HOUR + ahead
    desk.sync([OCTOBER])  # any response names the server's time
    another_process(desk)
    assert actions(desk.sync([JANUARY, FEBRUARY])) == ["unchanged", "fetched"]
    assert len(desk.rows(FEBRUARY)) == 3
    assert actions(desk.sync([OCTOBER, JANUARY, FEBRUARY])) == ["kept"] * 3


def test_seen_in_the_same_run(desk: Desk, real: MovableClock) -> None:
    """The server's time that a run sees counts for the months that it comes to after that."""
    desk.clock.at = NOW + 40 * DAY
    desk.sync([FEBRUARY])
    as_before(desk, FEBRUARY, desk.clock.at)
    another_process(desk)
    assert actions(desk.sync([FEBRUARY])) == ["kept"]
    assert actions(desk.sync([OCTOBER, FEBRUARY])) == ["fetched", "unchanged"]


def test_two_machines(desk: Desk, real: MovableClock) -> None:
    """What a clock that is ahead fetched is fresh for one that is right, and the reverse."""
    desk.clock.at = NOW + 40 * DAY
    desk.sync([OCTOBER, FEBRUARY])
    desk.asked()
    desk.clock.at = real.at = NOW + HOUR
    assert actions(desk.sync([OCTOBER, FEBRUARY])) == ["kept", "kept"]
    real.at = desk.clock.at = NOW + 7 * HOUR
    assert actions(desk.sync([OCTOBER, FEBRUARY])) == ["kept", "unchanged"]
    desk.clock.at = real.at + 40 * DAY
    assert actions(desk.sync([OCTOBER])) == ["kept"]
    desk.clock.at = real.at + HOUR
    assert actions(desk.sync([OCTOBER, FEBRUARY])) == ["kept", "kept"]


@pytest.mark.parametrize("behind", WRONG, ids=str)
def test_beside_a_machine_that_is_behind(desk: Desk, real: MovableClock, behind: timedelta) -> None:
    """What one machine sealed stays so for one whose clock is behind; neither undoes the other."""
    desk.sync([OCTOBER, JANUARY])
    desk.asked()
    for _ in range(3):
        for off in (behind, timedelta()):
            real.at += timedelta(minutes=1)
            desk.clock.at = real.at - off
            another_process(desk)
            assert actions(desk.sync([OCTOBER, JANUARY])) == ["kept", "kept"]
    assert desk.asked() == []


@pytest.mark.parametrize(
    "sent",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 2990 00:00:00 GMT",
        "soon",
        "",
        "0",
    ],
)
def test_hostile_date(desk: Desk, sent: str) -> None:
    """A Date of nonsense leaves everything as without one, for this run and for later ones."""
    desk.chess_com.faults.add(Fault(r"/games/", headers={"Date": sent}, times=None))
    done = desk.sync([OCTOBER, DECEMBER, FEBRUARY])
    assert actions(done) == ["fetched", "empty", "fetched"]
    assert desk.archive().freshness(OCTOBER) is Freshness.SEALED
    desk.asked()
    assert actions(desk.sync([OCTOBER, DECEMBER, FEBRUARY])) == ["kept"] * 3
    desk.clock.at += 7 * HOUR
    assert actions(desk.sync([OCTOBER, DECEMBER, FEBRUARY])) == ["kept", "kept", "unchanged"]


def test_date_of_long_ago(desk: Desk, real: MovableClock) -> None:
    """A server whose clock is years behind seals nothing, and is asked no more than every 6 h."""
    real.at = NOW - 2000 * DAY
    desk.chess_com.faults.add(Fault(r"/archives$", body='{"archives": []}', times=None))
    assert actions(desk.sync([OCTOBER])) == ["empty"]
    assert desk.archive().freshness(OCTOBER) is Freshness.FRESH
    desk.asked()
    assert actions(desk.sync([OCTOBER])) == ["kept"]
    assert desk.asked() == []


def test_dates_that_end(desk: Desk) -> None:
    """Where responses have no Date any more, what is fetched then is not due at every look."""
    desk.sync([OCTOBER])
    desk.clock.at += DAY
    desk.chess_com.faults.add(Fault(r"/games/", headers={"Date": "none"}, times=None))
    assert actions(desk.sync([OCTOBER, JANUARY])) == ["kept", "fetched"]
    assert actions(desk.sync([OCTOBER, JANUARY])) == ["kept", "kept"]
    assert desk.archive().freshness(JANUARY) is Freshness.SEALED


def test_response_of_a_cache(desk: Desk) -> None:
    """A cached response proves what there was when it was made; it is fresh all the same."""
    desk.clock.at = FEBRUARY.end + 25 * HOUR
    desk.chess_com.faults.add(Fault(r"/2024/02$", headers={"Age": str(8 * 3600)}))
    assert actions(desk.sync([FEBRUARY])) == ["fetched"]
    assert desk.facts(FEBRUARY)["fetched_at"] == (FEBRUARY.end + 17 * HOUR).isoformat()
    assert actions(desk.sync([FEBRUARY])) == ["kept"]
    desk.clock.at += 6 * HOUR
    assert actions(desk.sync([FEBRUARY])) == ["unchanged"]
    assert desk.archive().freshness(FEBRUARY) is Freshness.SEALED


def test_right_clock(folder: FolderStore, histories: FixedHistories) -> None:
    """Where the clocks agree the lake says so in one fact, and nothing else is noted."""
    with open_desk(folder, histories, NOW) as desk:
        desk.sync([OCTOBER])
        facts = desk.facts(OCTOBER)
    assert facts["server_time"] == facts["fetched_at"] == NOW.isoformat()
    assert "asked_at" not in facts
