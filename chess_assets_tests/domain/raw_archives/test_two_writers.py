"""Two runs at one month, in every order, over both stores: one wins, nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from chess_assets.domain.lake.outcomes import Action
from chess_assets.domain.store import Conflict
from chess_assets.sample import FixedHistories
from chess_assets_tests.domain.desk import Desk
from chess_assets_tests.domain.raced_store import RacedStore
from chess_assets_tests.domain.raw_archives.conftest import DECEMBER, FEBRUARY, NOW
from chess_assets_tests.made_games import USER, made_game

MINUTE = timedelta(minutes=1)
WRITERS = 4


def serve(histories: FixedHistories, *numbers: int, result: str = "1-0") -> None:
    """Let chess.com answer with these games, of which one can see when they were served."""
    games = [made_game(number, NOW - number * MINUTE) for number in numbers]
    histories.by_player[USER][FEBRUARY] = [{**game, "served": result} for game in games]


def numbers_in(desk: Desk) -> list[int]:
    """Return the numbers of the games stored, each row's."""
    return sorted(int(game_id.rpartition("-")[2]) for game_id in desk.rows(FEBRUARY))


@pytest.mark.parametrize("has_rows", [False, True])
def test_first_in_between(any_desk: Desk, histories: FixedHistories, *, has_rows: bool) -> None:
    """A run that loses the race merges what the winner stored, and wins then."""
    if has_rows:
        serve(histories, 9)
        any_desk.sync([FEBRUARY])
        any_desk.clock.at += 7 * 60 * MINUTE
    serve(histories, 1, 2)
    theirs = any_desk.archive()
    their_answer = theirs.fetch(FEBRUARY)
    any_desk.clock.at += MINUTE
    serve(histories, 2, 3)
    raced = RacedStore(any_desk.store, lambda: theirs.store(FEBRUARY, their_answer))
    ours = any_desk.archive(store=raced)

    done = ours.store(FEBRUARY, ours.fetch(FEBRUARY))

    assert done.action is Action.FETCHED
    assert numbers_in(any_desk) == [1, 2, 3, *([9] if has_rows else [])]
    listed = [row["game_id"][-1] for row in any_desk.rows(FEBRUARY).values() if row["is_listed"]]
    assert sorted(listed) == ["2", "3"]
    assert any_desk.facts(FEBRUARY)["fetched_at"] == any_desk.clock.at.isoformat()


@pytest.mark.parametrize("has_rows", [False, True])
def test_late(any_desk: Desk, histories: FixedHistories, *, has_rows: bool) -> None:
    """An older answer that comes late adds the games it alone has, and overwrites no newer text."""
    if has_rows:
        serve(histories, 9)
        any_desk.sync([FEBRUARY])
        any_desk.clock.at += 7 * 60 * MINUTE
    serve(histories, 1, 2, result="older")
    late = any_desk.archive()
    late_answer = late.fetch(FEBRUARY)
    any_desk.clock.at += MINUTE
    serve(histories, 2, 3, result="newer")
    any_desk.sync([FEBRUARY])
    facts = any_desk.facts(FEBRUARY)

    done = late.store(FEBRUARY, late_answer)
    late.table.save_index()

    assert (done.action, done.new) == (Action.FETCHED, 1)
    assert numbers_in(any_desk) == [1, 2, 3, *([9] if has_rows else [])]
    for row in any_desk.rows(FEBRUARY).values():
        is_newer = row["game_id"][-1] in "23"
        assert ("newer" in row["payload"]) == is_newer == row["is_listed"]
    after = any_desk.facts(FEBRUARY)
    assert {**after, "content_version": ""} == {**facts, "content_version": ""}


def test_late_and_the_same(any_desk: Desk, histories: FixedHistories) -> None:
    """An older answer with nothing of its own rewrites nothing and turns no clock back."""
    serve(histories, 1)
    late = any_desk.archive()
    late_answer = late.fetch(FEBRUARY)
    any_desk.clock.at += MINUTE
    serve(histories, 1, 2)
    any_desk.sync([FEBRUARY])
    before, facts = any_desk.etags(), any_desk.facts(FEBRUARY)

    assert late.store(FEBRUARY, late_answer).action is Action.UNCHANGED
    late.table.save_index()

    assert any_desk.etags() == before
    assert any_desk.facts(FEBRUARY) == facts


def test_late_and_not_listed(any_desk: Desk, histories: FixedHistories) -> None:
    """A run that took a month for empty does not unlist what a newer answer brought."""
    late = any_desk.archive()
    not_listed = late.fetch(DECEMBER)
    any_desk.clock.at += MINUTE
    histories.by_player[USER][DECEMBER] = [made_game(1, DECEMBER.start + MINUTE)]
    any_desk.sync([DECEMBER])

    late.store(DECEMBER, not_listed)

    assert [row["is_listed"] for row in any_desk.rows(DECEMBER).values()] == [True]


def test_not_changed_and_changed(any_desk: Desk, histories: FixedHistories) -> None:
    """A 304 that comes late takes nothing from what another run stored meanwhile."""
    serve(histories, 1)
    any_desk.sync([FEBRUARY])
    any_desk.clock.at += 7 * 60 * MINUTE
    late = any_desk.archive()
    not_changed = late.fetch(FEBRUARY)
    any_desk.clock.at += MINUTE
    serve(histories, 1, 2)
    any_desk.sync([FEBRUARY], is_refresh=True)
    facts = any_desk.facts(FEBRUARY)

    late.store(FEBRUARY, not_changed)
    late.table.save_index()

    assert numbers_in(any_desk) == [1, 2]
    assert any_desk.facts(FEBRUARY) == facts


def test_deleted_in_between(any_desk: Desk, histories: FixedHistories) -> None:
    """Two runs that find a month missing and fetch it both end with both answers."""
    serve(histories, 1)
    ours, theirs = any_desk.archive(), any_desk.archive()
    our_answer = ours.fetch(FEBRUARY)
    serve(histories, 2)
    their_answer = theirs.fetch(FEBRUARY)

    theirs.store(FEBRUARY, their_answer)
    ours.store(FEBRUARY, our_answer)

    assert numbers_in(any_desk) == [1, 2]


def test_at_once(any_desk: Desk, histories: FixedHistories) -> None:
    """Four runs that store at the same moment lose none of each other's games."""
    archives = [any_desk.archive() for _ in range(WRITERS)]
    answers = []
    for number, archive in enumerate(archives):
        serve(histories, number, WRITERS)
        any_desk.clock.at += MINUTE
        answers.append(archive.fetch(FEBRUARY))
    barrier = Barrier(WRITERS)

    def store(number: int) -> None:
        barrier.wait()
        archives[number].store(FEBRUARY, answers[number])
        archives[number].table.save_index()

    with ThreadPoolExecutor(WRITERS) as runs:
        list(runs.map(store, range(WRITERS)))

    assert numbers_in(any_desk) == list(range(WRITERS + 1))
    listed = [row["game_id"][-1] for row in any_desk.rows(FEBRUARY).values() if row["is_listed"]]
    assert sorted(listed) == [str(WRITERS - 1), str(WRITERS)]
    assert any_desk.facts(FEBRUARY)["fetched_at"] == any_desk.clock.at.isoformat()


def test_others_always_first(any_desk: Desk, histories: FixedHistories) -> None:
    """A run that is never first gives up with a Conflict, and what the others stored stays."""

    def another() -> None:
        numbers.append(len(numbers))
        serve(histories, *numbers)
        any_desk.clock.at += MINUTE
        any_desk.sync([FEBRUARY], is_refresh=True)

    numbers: list[int] = []
    serve(histories, 99)
    ours = any_desk.archive(store=RacedStore(any_desk.store, *[another] * 50))
    our_answer = ours.fetch(FEBRUARY)

    with pytest.raises(Conflict):
        ours.store(FEBRUARY, our_answer)

    assert len(numbers) < 20
    assert numbers_in(any_desk) == numbers
