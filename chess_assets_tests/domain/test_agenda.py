"""What is asked for now, of who needs what: how many at once, in which ranges."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.agenda import HISTORIES_AT_ONCE, Agenda, agenda_of, to_ask_for
from chess_assets.domain.months import Month, months_between

OPEN = Month(2024, 3)
LATER = datetime(2024, 3, 10, tzinfo=UTC)
HISTORY = set(months_between(Month(2020, 1), OPEN))
MANY = [f"player-{number:03}" for number in range(100)]
MONTHS = st.sets(st.sampled_from(sorted(HISTORY)), max_size=8)
BY_PLAYER = st.dictionaries(st.sampled_from(MANY[:20]), MONTHS, max_size=20)


def test_nobody_needs_anything() -> None:
    """Where nothing is needed nothing is on, whatever is under way."""
    assert agenda_of({}, {}, {"somebody": HISTORY}) == Agenda()


def test_histories_are_few_at_once() -> None:
    """Of a hundred new players ten are due, and one more for each that is done."""
    needed = dict.fromkeys(MANY, HISTORY)
    assert list(agenda_of(needed, {}, {}).due) == MANY[:HISTORIES_AT_ONCE]
    under_way = dict.fromkeys(MANY[:9], HISTORY)
    agenda = agenda_of(needed, {}, under_way)
    assert list(agenda.due) == MANY[9:10]
    assert list(agenda.under_way) == MANY[:9]


def test_refreshes_are_all_due() -> None:
    """Open months are all due, however many histories are under way."""
    needed = {user: {OPEN} for user in MANY} | {"new": HISTORY}
    agenda = agenda_of(needed, {}, dict.fromkeys(["a", "b", *MANY[50:60]], HISTORY))
    assert set(agenda.due) >= set(MANY[:50])
    assert "new" not in agenda.due


def test_who_waits_takes_nobody_s_turn() -> None:
    """Histories that are left alone after a failure keep no other history from being due."""
    needed = dict.fromkeys(MANY, HISTORY)
    waiting = dict.fromkeys(MANY[:50], dict.fromkeys(HISTORY, LATER))
    agenda = agenda_of(needed, waiting, {})
    assert list(agenda.due) == MANY[50:60]
    assert list(agenda.waiting) == MANY[:HISTORIES_AT_ONCE]


def test_what_is_under_way_does_not_wait() -> None:
    """A month that a run is making is under way, even though it was asked for before."""
    agenda = agenda_of({"a": {OPEN}}, {"a": {OPEN: LATER}}, {"a": {OPEN}})
    assert agenda == Agenda(under_way={"a": {OPEN}})


def test_what_was_cancelled_is_not_due() -> None:
    """A month that somebody cancelled is neither due nor waiting, whatever else failed of it."""
    needed, waiting = {"a": {OPEN}}, {"a": {OPEN: LATER}}
    agenda = agenda_of(needed, waiting, {}, {"a": {OPEN: None}})
    assert agenda == Agenda(cancelled={"a": {OPEN: None}})


def test_impossible_months_split_a_range() -> None:
    """No range goes over a month that a run could only fail to make."""
    ready = {"a": {Month(2024, 1), OPEN}}
    assert to_ask_for(ready, ready)["a"] == {Month(2024, 1), Month(2024, 2), OPEN}
    assert to_ask_for(ready, ready, {"a": {Month(2024, 2)}}) == ready


@given(BY_PLAYER, BY_PLAYER, BY_PLAYER)
def test_no_month_is_on_twice(
    needed: dict[str, set[Month]], waiting: dict[str, set[Month]], under_way: dict[str, set[Month]]
) -> None:
    """What is on is needed, and either due, under way or waiting."""
    until = {
        user: dict.fromkeys(months & needed.get(user, set()), LATER)
        for user, months in waiting.items()
    }
    agenda = agenda_of(needed, until, under_way)
    for user, months in agenda.all().items():
        due, at_work = agenda.due.get(user, set()), agenda.under_way.get(user, set())
        assert months <= needed[user]
        assert len(due) + len(at_work) + len(agenda.waiting.get(user, {})) == len(months)


@given(BY_PLAYER, BY_PLAYER)
def test_a_request_is_ranges_of_what_may_be_asked_for(
    ready: dict[str, set[Month]], others: dict[str, set[Month]]
) -> None:
    """A request holds months that are ready, or fresh and between two of those; none else."""
    ready = {user: months for user, months in ready.items() if months}
    needed = {user: months | others.get(user, set()) for user, months in ready.items()}
    for user, months in to_ask_for(ready, needed).items():
        assert ready[user] <= months
        assert not months & (needed[user] - ready[user])
        assert min(ready[user]) == min(months) <= max(months) == max(ready[user])


@given(BY_PLAYER)
def test_a_request_never_mixes(ready: dict[str, set[Month]]) -> None:
    """A request with a history has fewer players than months, so that a player is a run."""
    ready = {user: months for user, months in ready.items() if months}
    asked = to_ask_for(ready, ready)
    months = {month for each in asked.values() for month in each}
    if any(len(each) > 2 for each in asked.values()):
        assert len(asked) < len(months)
    assert bool(asked) == bool(ready)
