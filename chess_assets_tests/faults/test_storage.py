"""A store that fails before, in the middle of, and after every one of a run's calls."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from chess_assets.domain.store import S3Store, S3Uri, StoreError
from chess_assets_tests.faults.month_range import MONTHS, MonthRange, open_range
from chess_assets_tests.s3_server import BODY_CUT, BROKEN, CONNECTION_LOST, Fault, S3Server

ONE = MONTHS[:1]
FAULTS = {
    "before": BROKEN,
    "middle": BODY_CUT,
    "after": CONNECTION_LOST,
}
FOR_GOOD = 10_000
each_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
ONE_REPETITION = {"mode": "standard", "max_attempts": 1}
OpenLake = Callable[[str], S3Store]


@pytest.fixture
def open_lake(s3_server: S3Server, s3_bucket: str, _no_backoff: None) -> OpenLake:
    """Opens a lake below a prefix, with a client of its own, as each run does."""

    def opened(prefix: str) -> S3Store:
        client = s3_server.client(retries=ONE_REPETITION)
        return S3Store(client, S3Uri(s3_bucket, prefix), s3_server.credentials)

    return opened


@pytest.fixture
def months(open_lake: OpenLake) -> Iterator[MonthRange]:
    with open_range(open_lake("first")) as months:
        yield months


def calls_of_a_run(months: MonthRange, server: S3Server) -> int:
    """Return how many calls of the store a run makes that finds one month missing."""
    months.serve_games(2)
    server.forget()
    months.sync(ONE)
    return len(server.requests)


def sync_failing(months: MonthRange, server: S3Server, number: int, fault: Fault) -> int:
    """Run while the store fails from the call of this number on; return what is stored then."""
    server.forget()
    server.fail_numbers(range(number, FOR_GOOD), fault)
    with suppress(StoreError):
        months.sync(ONE, is_refresh=True)
    server.forget()
    return len(months.rows(ONE[0]) or [])


@each_fault
def test_failing_at_any_call(
    months: MonthRange, s3_server: S3Server, open_lake: OpenLake, fault: Fault
) -> None:
    """However a store fails for good at a call, the next run loses nothing and fetches no more.

    What the failed run stored counts, even if it never learnt that it had; and in the next run the
    same fault, passing by, is not seen at all.
    """
    for number in range(1, calls_of_a_run(months, s3_server) + 1):
        months.store = open_lake(f"lake-{number}")
        stored = sync_failing(months, s3_server, number, fault)
        assert stored in {0, 2}, number

        months.store = open_lake(f"lake-{number}")
        s3_server.forget()
        s3_server.fail_numbers(range(number, number + 1), fault)
        months.sync(ONE)

        assert months.asked(ONE[0]) == (0 if stored else 1), number
        assert months.counts()[:1] == [2], number


@pytest.mark.parametrize("fault", [BROKEN, CONNECTION_LOST], ids=["before", "after"])
def test_failing_at_any_call_of_a_rewrite(
    months: MonthRange, s3_server: S3Server, open_lake: OpenLake, fault: Fault
) -> None:
    """A store that fails for good while a month is rewritten has the old or the new one, whole."""
    games = 2
    for number in range(1, calls_of_a_run(months, s3_server) + 1):
        months.serve_games(games + 1)
        assert sync_failing(months, s3_server, number, fault) in {games, games + 1}, number

        months.store = open_lake("first")
        months.sync(ONE, is_refresh=True)

        games += 1
        assert months.counts()[:1] == [games], number
