"""The freshness rule: the table of its boundaries, and what holds everywhere between them."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.freshness import Freshness, FreshnessRule
from chess_assets.domain.months import Month

MONTH = Month(2024, 1)
END = datetime(2024, 2, 1, 8, tzinfo=UTC)
SETTLED = END + timedelta(hours=24)
TICK = timedelta(milliseconds=1)
MICROSECOND = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

WORTH = {f: n for n, f in enumerate(("missing", "stale", "fresh", "sealed"))}
INSTANTS = st.datetimes(
    datetime(2023, 12, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2024, 4, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
RULES = st.builds(
    FreshnessRule,
    fresh_for=st.timedeltas(TICK, 3 * DAY),
    settles_after=st.timedeltas(timedelta(0), 3 * DAY),
)


@pytest.mark.parametrize(
    ("fetched_at", "age", "expected"),
    [
        # while the month is open
        (END - 9 * DAY, timedelta(0), "fresh"),
        (END - 9 * DAY, TICK, "fresh"),
        (END - 9 * DAY, 6 * HOUR - TICK, "fresh"),
        (END - 9 * DAY, 6 * HOUR, "stale"),
        (END - 9 * DAY, 6 * HOUR + TICK, "stale"),
        # fetched before it began
        (MONTH.start - TICK, HOUR, "fresh"),
        (MONTH.start - TICK, 6 * HOUR, "stale"),
        # fetched while it was open, judged when it is over
        (END - TICK, 2 * TICK, "fresh"),
        (END - HOUR, 6 * HOUR - TICK, "fresh"),
        (END - HOUR, 6 * HOUR, "stale"),
        (END - HOUR, 400 * DAY, "stale"),
        # fetched as it ended, and after, but before it had settled
        (END, timedelta(0), "fresh"),
        (END, 6 * HOUR - TICK, "fresh"),
        (END, 6 * HOUR, "stale"),
        (END + TICK, 400 * DAY, "stale"),
        (SETTLED - TICK, timedelta(0), "fresh"),
        (SETTLED - TICK, TICK, "fresh"),
        (SETTLED - TICK, 6 * HOUR - TICK, "fresh"),
        (SETTLED - TICK, 6 * HOUR, "stale"),
        (SETTLED - TICK, 4000 * DAY, "stale"),
        # fetched when it had settled
        (SETTLED, timedelta(0), "sealed"),
        (SETTLED, 6 * HOUR, "sealed"),
        (SETTLED + TICK, 4000 * DAY, "sealed"),
        # fetched, it says, in the future
        (END - 9 * DAY, -TICK, "stale"),
        (SETTLED, -TICK, "stale"),
        (SETTLED + 4000 * DAY, -4000 * DAY, "stale"),
    ],
)
def test_table(fetched_at: datetime, age: timedelta, expected: str) -> None:
    """At and around each boundary the rule says what it promises."""
    assert FreshnessRule().judge(MONTH, fetched_at, fetched_at + age) == expected


@pytest.mark.parametrize(
    ("fetched_at", "asked_at", "server_time", "expected"),
    [
        # this clock is 40 days ahead, and so was that of who asked
        (END - DAY, END + 39 * DAY, None, "fresh"),
        (END - DAY, END + 39 * DAY, END - DAY, "fresh"),
        (END - DAY, END + 39 * DAY - 6 * HOUR, END - DAY, "stale"),
        (SETTLED, END + 39 * DAY, SETTLED, "sealed"),
        # who asked took such a clock's word
        (END + 39 * DAY, None, None, "sealed"),
        (END + 39 * DAY, None, END - DAY, "stale"),
        (END + 39 * DAY, None, END + 39 * DAY - TICK, "stale"),
        (END + 39 * DAY, None, END + 39 * DAY, "sealed"),
        # this clock is behind that of who asked
        (END + 99 * DAY, None, None, "stale"),
        (END + 99 * DAY, None, END + 99 * DAY, "sealed"),
        (END - DAY, END + 99 * DAY, None, "stale"),
    ],
)
def test_two_clocks(
    fetched_at: datetime, asked_at: datetime | None, server_time: datetime | None, expected: str
) -> None:
    """A clock that is wrong seals nothing that the server's time speaks against."""
    now = END + 39 * DAY
    rule = FreshnessRule()
    worth = rule.judge(MONTH, fetched_at, now, asked_at=asked_at, server_time=server_time)
    assert worth == expected


@given(RULES, INSTANTS, INSTANTS, st.none() | INSTANTS, st.none() | INSTANTS)
def test_server_time_only_opens(
    rule: FreshnessRule,
    fetched_at: datetime,
    now: datetime,
    asked_at: datetime | None,
    server_time: datetime | None,
) -> None:
    """Whatever the clocks say, only an answer from after the month had settled seals it."""
    worth = rule.judge(MONTH, fetched_at, now, asked_at=asked_at, server_time=server_time)
    if worth is Freshness.SEALED:
        assert fetched_at >= MONTH.end + rule.settles_after
    if server_time is not None and fetched_at > server_time:
        assert worth is Freshness.STALE


@pytest.mark.parametrize("now", [MONTH.start - DAY, MONTH.start, END, SETTLED, END + 999 * DAY])
def test_never_fetched(now: datetime) -> None:
    """A month that was never fetched is missing at any time."""
    assert FreshnessRule().judge(MONTH, None, now) is Freshness.MISSING


def test_due() -> None:
    """Missing and stale months are due; fresh and sealed ones are not."""
    assert {f for f in Freshness if f.is_due} == {Freshness.MISSING, Freshness.STALE}


@given(RULES, INSTANTS, INSTANTS)
def test_missing_only_if_never_fetched(
    rule: FreshnessRule, fetched_at: datetime, now: datetime
) -> None:
    """A month that was fetched at some time is never missing."""
    assert rule.judge(MONTH, fetched_at, now) is not Freshness.MISSING


@given(RULES, INSTANTS, INSTANTS, st.timedeltas(timedelta(0), 9000 * DAY))
def test_sealed_for_ever(
    rule: FreshnessRule, fetched_at: datetime, now: datetime, later: timedelta
) -> None:
    """What is sealed stays sealed however late it gets."""
    if rule.judge(MONTH, fetched_at, now) is Freshness.SEALED:
        assert rule.judge(MONTH, fetched_at, now + later) is Freshness.SEALED


@given(RULES, st.lists(INSTANTS, min_size=3, max_size=3))
def test_fetching_later_is_worth_more(rule: FreshnessRule, instants: list[datetime]) -> None:
    """Of two times of fetching that are past, the later one is never worth less."""
    early, late, now = sorted(instants)

    assert WORTH[rule.judge(MONTH, early, now)] <= WORTH[rule.judge(MONTH, late, now)]


@given(RULES, st.lists(INSTANTS, min_size=3, max_size=3))
def test_waiting_is_worth_nothing(rule: FreshnessRule, instants: list[datetime]) -> None:
    """A stored month never gains by growing older."""
    fetched_at, now, later = sorted(instants)

    assert WORTH[rule.judge(MONTH, fetched_at, later)] <= WORTH[rule.judge(MONTH, fetched_at, now)]


@given(RULES, INSTANTS)
def test_fetching_helps(rule: FreshnessRule, now: datetime) -> None:
    """A month that has just been fetched is not due, so no run asks twice."""
    assert not rule.judge(MONTH, now, now).is_due


@given(RULES, INSTANTS)
def test_due_at(rule: FreshnessRule, fetched_at: datetime) -> None:
    """The time a month falls due is when it turns stale; what is sealed never does."""
    due_at = rule.due_at(MONTH, fetched_at)

    if due_at is None:
        assert rule.judge(MONTH, fetched_at, fetched_at) is Freshness.SEALED
    else:
        assert rule.judge(MONTH, fetched_at, due_at) is Freshness.STALE
        assert rule.judge(MONTH, fetched_at, due_at - MICROSECOND) is Freshness.FRESH


def test_simulated_life() -> None:
    """Looked at every hour, a month is fetched every 6 h, once when it has settled, then never."""
    rule, fetches = FreshnessRule(), list[datetime]()
    for hour in range(24 * 400):
        now = MONTH.start + hour * HOUR
        if rule.judge(MONTH, fetches[-1] if fetches else None, now).is_due:
            fetches.append(now)

    gaps = {after - before for before, after in itertools.pairwise(fetches)}
    assert gaps == {6 * HOUR}
    assert fetches[-1] == SETTLED
    assert len(fetches) == 31 * 4 + 5
