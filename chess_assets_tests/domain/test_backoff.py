"""What was asked for in vain: when it is asked for again, and when it no longer counts."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.backoff import (
    Failure,
    Request,
    left_alone,
    unanswered,
    wait_after,
    waiting_months,
)
from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.months import Month

HOUR = timedelta(hours=1)
START = datetime(2024, 3, 1, tzinfo=UTC)
BAD, OPEN = Month(2022, 5), Month(2024, 3)


def asked_hours(days: int) -> list[int]:
    """Return at which hours a month that always fails is asked for, looked at every hour."""
    requests: list[Request] = []
    hours = []
    for hour in range(24 * days):
        now = START + hour * HOUR
        requests = unanswered(requests, {BAD: None}, {})
        if not waiting_months(requests, {}, {BAD: None}, now):
            hours.append(hour)
            requests.append(Request(BAD, BAD, now, needed=1))
    return hours


def test_waits_double_up_to_a_day() -> None:
    """The waits are 1, 2, 4, 8 and 16 hours, then a day."""
    assert [wait_after(times) / HOUR for times in range(1, 9)] == [1, 2, 4, 8, 16, 24, 24, 24]


def test_a_month_that_always_fails() -> None:
    """It is asked for five times on the first day, and then at most once a day."""
    hours = asked_hours(days=30)
    assert hours[:7] == [0, 1, 3, 7, 15, 31, 55]
    assert len(hours) == 34


def test_what_was_made_since_is_not_waited_for() -> None:
    """A month that was made after it was asked for, and is stale again, is asked for at once."""
    request = Request(OPEN, OPEN, START, needed=1)
    months = {OPEN: START + timedelta(seconds=5)}
    assert not request.is_unanswered(months, {})
    assert not waiting_months([request], {}, months, START + 6 * HOUR)


def test_a_request_that_got_on_was_not_in_vain() -> None:
    """Where fewer months are needed than when it was made, the rest is asked for at once."""
    request = Request(BAD, OPEN, START, needed=20)
    assert unanswered([request], {BAD: None}, {}) == []
    assert unanswered([request], dict.fromkeys([Month(2022, n) for n in range(5, 13)]), {}) == []


def test_a_failure_waits_whoever_asked() -> None:
    """A month that failed waits from then on, longer each time, also where somebody else asked."""
    for times, hours in enumerate([1, 2, 4, 8, 16, 24, 24], start=1):
        failures = {BAD: Failure(times, START)}
        assert waiting_months([], failures, {BAD: None}, START) == {BAD: START + hours * HOUR}
        assert not waiting_months([], failures, {BAD: None}, START + hours * HOUR)


def test_a_request_that_failed_in_part() -> None:
    """Where one month of a request failed, what the run did not try then waits as well."""
    request = Request(BAD, OPEN, START, needed=20)
    later = START + timedelta(minutes=30)
    needed, failures = {BAD: None, OPEN: None}, {BAD: Failure(1, later)}
    (kept,) = unanswered([request], needed, failures)
    assert waiting_months([kept], failures, needed, later) == {
        BAD: later + HOUR,
        OPEN: START + HOUR,
    }


def test_what_was_cancelled() -> None:
    """A settled month is left alone for good, an open one until it would be due again."""
    cancelled, needed = {BAD: START, OPEN: START}, dict.fromkeys([BAD, OPEN, Month(2022, 6)])
    rule = FreshnessRule()
    assert left_alone(cancelled, needed, rule, START) == {BAD: None, OPEN: START + 6 * HOUR}
    assert left_alone(cancelled, needed, rule, START + 6 * HOUR) == {BAD: None}
    assert left_alone(cancelled, {}, rule, START) == {}


def test_other_months_do_not_wait() -> None:
    """A month that fails keeps no other month waiting."""
    request = Request(BAD, BAD, START, needed=1)
    waiting = waiting_months([request], {}, {BAD: None, OPEN: None}, START)
    assert waiting == {BAD: START + HOUR}


@given(st.lists(st.integers(0, 1000), max_size=60))
def test_what_is_remembered_is_bounded(hours: list[int]) -> None:
    """However often something was asked for in vain, a bounded number of requests is kept."""
    requests = [Request(BAD, BAD, START + hour * HOUR, needed=1) for hour in sorted(hours)]
    kept = unanswered(requests, {BAD: None}, {})
    assert len(kept) <= 48
    assert kept == requests[len(requests) - len(kept) :]
