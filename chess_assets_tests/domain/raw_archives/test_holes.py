"""Months that the list of months lacked once: what is asked when it names them again."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from chess_assets.domain.freshness import Freshness
from chess_assets.domain.lake.paths import listed_months_path
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.raw_archives.listed_months import keep_listed_months, read_listed_months
from chess_assets.domain.store import FolderStore
from chess_assets.sample import Fault
from chess_assets_tests.domain.desk import ATTEMPTS, Desk, actions, open_desk
from chess_assets_tests.domain.raw_archives.conftest import NOW
from chess_assets_tests.made_games import USER, histories_of

MONTHS = list(months_between(Month(2023, 9), Month(2024, 1)))
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER, JANUARY = MONTHS


@pytest.fixture
def desk(folder: FolderStore) -> Iterator[Desk]:
    """An archive whose months all have games and are closed; nothing is stored."""
    with open_desk(folder, histories_of(MONTHS), NOW) as desk:
        yield desk


def lists(desk: Desk, *months: Month) -> None:
    """Let the list of months name these, until told otherwise."""
    base = f"{desk.chess_com.url}/player/{USER}/games"
    urls = [f"{base}/{month.year:04d}/{month.month:02d}" for month in months]
    desk.chess_com.faults.clear()
    fault = Fault("/archives$", body=json.dumps({"archives": urls}), times=None)
    desk.chess_com.faults.add(fault)


def test_named_again(desk: Desk) -> None:
    """Months that the list lacked are asked for in the run that reads them in it, each once."""
    lists(desk, OCTOBER, DECEMBER)
    done = desk.sync(MONTHS[:4])
    assert actions(done) == ["empty", "fetched", "empty", "fetched"]
    desk.asked()

    lists(desk, *MONTHS)
    done = desk.sync(MONTHS)  # January is missing, so the list is read

    assert actions(done) == ["fetched", "kept", "fetched", "kept", "fetched"]
    assert desk.asked() == ["archives", "2023-09", "2023-11", "2024-01"]
    assert all(len(desk.rows(month)) == 2 for month in MONTHS)
    assert actions(desk.sync(MONTHS)) == ["kept"] * 5
    assert desk.asked() == []


def test_found_by_a_later_run(desk: Desk) -> None:
    """What a list named outside of its run's range is due for the next run that has it."""
    lists(desk, OCTOBER)
    desk.sync([SEPTEMBER, OCTOBER, NOVEMBER])
    lists(desk, *MONTHS)
    desk.sync([JANUARY])
    desk.asked()

    assert desk.archive().freshness(NOVEMBER) is Freshness.MISSING
    assert actions(desk.sync([SEPTEMBER, OCTOBER, NOVEMBER])) == ["fetched", "kept", "fetched"]
    assert desk.asked() == ["archives", "2023-09", "2023-11"]
    assert desk.archive().freshness(NOVEMBER) is Freshness.SEALED


def test_nothing_due_asks_nothing(desk: Desk) -> None:
    """A run in which nothing is due reads no list, however many empty months there are."""
    lists(desk, OCTOBER)
    desk.sync(MONTHS)
    desk.asked()
    lists(desk, *MONTHS)
    assert actions(desk.sync(MONTHS)) == ["kept"] * 5
    assert desk.asked() == []


def test_looked_for_when_a_month_settles(desk: Desk) -> None:
    """When a month settles the list is read once, if an empty month may be a hole; else never."""
    lists(desk, DECEMBER, JANUARY)
    desk.clock.at = JANUARY.end
    desk.sync([NOVEMBER, DECEMBER, JANUARY])
    desk.asked()
    lists(desk, *MONTHS)
    asked = {}
    for hours in (7, 14, 25, 32, 300):
        desk.clock.at = JANUARY.end + timedelta(hours=hours)
        desk.sync([JANUARY])
        asked[hours] = desk.asked()
    assert asked == {
        7: ["2024-01"],
        14: ["2024-01"],
        25: ["archives", "2024-01"],
        32: [],
        300: [],
    }
    assert desk.archive().freshness(NOVEMBER) is Freshness.MISSING


def test_refresh_reads_the_list_once(desk: Desk) -> None:
    """A refresh finds holes, too."""
    lists(desk, OCTOBER)
    desk.sync(MONTHS)
    desk.asked()
    lists(desk, OCTOBER, JANUARY)
    done = desk.sync(MONTHS, is_refresh=True)
    assert actions(done) == [*["unchanged"] * 4, "fetched"]
    assert desk.asked() == ["archives", "2023-10", "2024-01"]


def test_named_without_games(desk: Desk) -> None:
    """A month that the list names and that has no games is asked for once, and settles."""
    lists(desk, OCTOBER)
    desk.sync([OCTOBER, NOVEMBER])
    desk.asked()
    desk.chess_com.histories.games(USER, NOVEMBER).clear()  # type: ignore[attr-defined]
    lists(desk, *MONTHS)
    for month, asked in ((DECEMBER, ["2023-11", "2023-12"]), (JANUARY, ["2024-01"])):
        desk.sync([NOVEMBER, month])
        assert desk.asked() == ["archives", *asked]
    assert desk.archive().freshness(NOVEMBER) is Freshness.SEALED


def test_asked_while_open_then_not_listed(desk: Desk) -> None:
    """A month asked for in vain while open, then not listed, is asked for when it is named."""
    served = desk.chess_com.histories.games(USER, JANUARY)
    games = list(served)
    served.clear()  # type: ignore[attr-defined]
    desk.clock.at = JANUARY.end.replace(day=1, hour=1)
    assert actions(desk.sync([JANUARY])) == ["fetched"]
    served.extend(games)  # type: ignore[attr-defined]
    lists(desk, OCTOBER)
    desk.clock.at = NOW
    assert actions(desk.sync([JANUARY])) == ["unchanged"]
    assert desk.archive().freshness(JANUARY) is Freshness.SEALED
    desk.asked()

    lists(desk, *MONTHS)
    assert actions(desk.sync([DECEMBER, JANUARY])) == ["fetched", "fetched"]


def test_named_and_gone_again(desk: Desk) -> None:
    """A hole that the newest list no longer names is settled without a request for the month."""
    lists(desk, OCTOBER)
    desk.sync([OCTOBER, NOVEMBER])
    lists(desk, OCTOBER, NOVEMBER)
    desk.sync([JANUARY])
    desk.asked()
    lists(desk, OCTOBER)
    assert actions(desk.sync([NOVEMBER])) == ["kept"]
    assert actions(desk.sync([NOVEMBER])) == ["kept"]
    assert desk.asked() == ["archives"]


def test_list_fails_beside_a_hole(desk: Desk) -> None:
    """Where the list fails, empty months stay as they are, and only what needs it fails."""
    lists(desk, OCTOBER)
    desk.sync([OCTOBER, NOVEMBER])
    desk.asked()
    desk.chess_com.faults.clear()
    desk.chess_com.faults.add(Fault("/archives$", status=500, times=None))
    assert actions(desk.sync([OCTOBER, NOVEMBER, DECEMBER])) == ["kept", "kept", "NotAsked"]
    assert desk.asked() == ["archives"] * ATTEMPTS


def test_list_fails_and_months_do_not(desk: Desk) -> None:
    """Months that do not need the list are asked for where it fails: it ends no run."""
    desk.sync([OCTOBER])
    desk.asked()
    desk.chess_com.faults.add(Fault("/archives$", status=500, times=None))
    done = desk.sync([SEPTEMBER, OCTOBER, NOVEMBER, Month.of(NOW)], is_refresh=True)
    assert actions(done) == ["ServerFault", "unchanged", "NotAsked", "fetched"]
    assert desk.asked() == [*["archives"] * ATTEMPTS, "2023-10", "2024-02"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'{"months": 7}', b'{"months": ["2023-13"]}', b'{"months": [[]]}'],
)
def test_kept_list_of_another_form(desk: Desk, body: bytes) -> None:
    """What is kept of the list and cannot be read is as good as none, and is replaced."""
    lists(desk, OCTOBER)
    desk.sync([OCTOBER, NOVEMBER])
    key = listed_months_path(USER)
    stored = desk.store.get(key)
    assert stored is not None
    desk.store.put(key, body, if_match=stored.etag)
    assert actions(desk.sync([OCTOBER, NOVEMBER])) == ["kept", "kept"]
    assert read_listed_months(desk.store, USER) is None
    keep_listed_months(desk.store, USER, MONTHS)
    assert read_listed_months(desk.store, USER) == frozenset(MONTHS)
