"""What players need, as the lake says, and when it is looked at again."""

from collections.abc import Collection, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.chess_com import ChessComClient
from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.games import games_from_raw
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partitioned_table import StoredPartitions
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.raw_archives.fetched_months import FetchedMonths
from chess_assets.domain.registry import FollowedPlayer
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore
from chess_assets.domain.upkeep import Needs, Watch, needs_of
from chess_assets.sample import SampleChessCom
from chess_assets_tests.domain.desk import error_of
from chess_assets_tests.domain.movable_clock import MovableClock
from chess_assets_tests.made_games import USER, histories_of

FIRST, OPEN = Month(2023, 11), Month(2024, 3)
MONTHS = list(months_between(FIRST, OPEN))
NOW = datetime(2024, 3, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULE = FreshnessRule()
PARSER = "1"


def recorded(table: str, user: str, months: Collection[Month]) -> Collection[Month]:
    """Say that a history shows all months."""
    return months


def player(name: str = USER) -> FollowedPlayer:
    """Return a player who joined in the first month."""
    return FollowedPlayer(name, 1, FIRST.start + timedelta(days=3), NOW)


@dataclass
class Desk:
    """A lake, a clock, and a way to bring the lake up to date."""

    store: FolderStore
    clock: MovableClock
    url: str

    def needs(self, parser_version: str = PARSER) -> Needs:
        """Look at the player."""
        return needs_of(player(), self.store, parser_version, RULE, self.clock.at, recorded)

    def sync(self, months: list[Month]) -> None:
        """Bring months up to date, as a run does."""
        raw, games = LakeTable(self.store, RAW_PGN_ARCHIVES), LakeTable(self.store, GAMES)
        partitions = [Partition.of_player(USER, month) for month in months]
        stored = StoredPartitions(raw, {str(each): each for each in partitions})
        with ChessComClient(self.url, "tests", now=self.clock.now) as client:
            fetched = FetchedMonths(lambda _: nullcontext(client), RULE, self.clock.now)
            outcomes = [
                *fetched.updates(raw, partitions, ""),
                *stored.map(games_from_raw).updates(games, partitions, PARSER),
            ]
        assert [error for each in outcomes if (error := error_of(each))] == []
        raw.save_indexes()
        games.save_indexes()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty lake on a day of the open month."""
    clock = MovableClock(NOW)
    with SampleChessCom(histories_of(MONTHS), now=clock.now) as chess_com:
        yield Desk(FolderStore(tmp_path), clock, chess_com.url)


@given(
    st.timedeltas(timedelta(0), timedelta(days=60)),
    st.timedeltas(timedelta(0), timedelta(days=60)),
)
def test_due_at_is_when_the_rule_says_so(since: timedelta, later: timedelta) -> None:
    """A month is due from the moment that the rule names on, and never before it."""
    month = Month(2024, 1)
    fetched_at = month.start + since
    due_at = RULE.due_at(month, fetched_at)
    is_due = RULE.judge(month, fetched_at, fetched_at + later).is_due
    assert is_due == (due_at is not None and fetched_at + later >= due_at)


def test_an_empty_lake_needs_everything(desk: Desk) -> None:
    """Of a new player every month is needed from the one of joining to the open one."""
    needs = desk.needs()
    assert list(needs.to_fetch) == MONTHS
    assert set(needs.to_fetch.values()) == {None}
    assert (needs.to_compute, needs.games_version) == ({}, None)


def test_nothing_until_the_open_month_is_stale(desk: Desk) -> None:
    """After a run nothing is needed, until the open month's answer is six hours old."""
    desk.sync(MONTHS)
    needs = desk.needs()
    assert (needs.to_fetch, needs.to_compute) == ({}, {})
    assert needs.changes_at == NOW + 6 * HOUR
    desk.clock.at = needs.changes_at
    assert list(desk.needs().to_fetch) == [OPEN]


def test_a_new_month_is_needed(desk: Desk) -> None:
    """When a month opens it is needed, and that is a moment to look again."""
    desk.clock.at = OPEN.end - HOUR
    desk.sync(MONTHS)
    assert desk.needs().changes_at == OPEN.end
    desk.clock.at = OPEN.end
    assert list(desk.needs().to_fetch) == [OPEN.next()]


def test_a_deleted_object_is_needed(desk: Desk) -> None:
    """A month whose object was deleted is to be fetched; one whose games were, to be computed."""
    desk.sync(MONTHS)
    for name, month in (("raw_pgn_archives", MONTHS[0]), ("games", MONTHS[1])):
        Path(desk.store.uri, name, f"user={USER}", f"month={month}", "part-0.parquet").unlink()
    needs = desk.needs()
    assert (list(needs.to_fetch), list(needs.to_compute)) == ([MONTHS[0]], [MONTHS[1]])


def test_a_broken_file_is_needed(desk: Desk) -> None:
    """A month that cannot be read any more is needed, and hides none of the others."""
    desk.sync(MONTHS)
    for name, month in (("raw_pgn_archives", MONTHS[0]), ("games", MONTHS[1])):
        path = Path(desk.store.uri, name, f"user={USER}", f"month={month}", "part-0.parquet")
        path.write_bytes(b"no Parquet")
    needs = desk.needs()
    assert (list(needs.to_fetch), list(needs.to_compute)) == ([MONTHS[0]], [MONTHS[1]])


def test_a_new_parser_needs_all_months(desk: Desk) -> None:
    """With another version of the parser all months are to be computed, and none fetched."""
    desk.sync(MONTHS)
    needs = desk.needs("2")
    assert (needs.to_fetch, set(needs.to_compute)) == ({}, set(MONTHS))


def test_a_look_leaves_an_index(desk: Desk) -> None:
    """What had to be read from the files for want of an index is in the index afterwards."""
    desk.sync(MONTHS)
    indexes = [info.key for info in desk.store.list("_index/")]
    for key in indexes:
        Path(desk.store.uri, key).unlink()
    desk.needs()
    assert [info.key for info in desk.store.list("_index/")] == indexes


def test_what_no_run_reported_is_named(desk: Desk) -> None:
    """Months that need nothing are to be recorded where the history does not show them."""
    desk.sync(MONTHS)
    assert not any(desk.needs().to_record.values())

    def half(table: str, user: str, months: Collection[Month]) -> set[Month]:
        assert user == USER
        return set(months) - set(MONTHS[:2] if table == GAMES.name else MONTHS[:1])

    needs = needs_of(player(), desk.store, PARSER, RULE, desk.clock.at, half)
    assert needs.to_record == {RAW_PGN_ARCHIVES.name: set(MONTHS[:1]), GAMES.name: set(MONTHS[:2])}
    assert needs.is_outdated(desk.clock.at)


def test_a_watch_looks_when_it_may_have_changed(desk: Desk) -> None:
    """A watch remembers a player who needs nothing until the moment that the rule names."""
    desk.sync(MONTHS)
    watch = Watch(PARSER)
    assert not watch.needs([player()], desk.store, RULE, desk.clock.at, recorded)[USER].to_fetch
    path = f"raw_pgn_archives/user={USER}/month={FIRST}/part-0.parquet"
    Path(desk.store.uri, path).unlink()
    desk.clock.at += 5 * HOUR
    assert not watch.needs([player()], desk.store, RULE, desk.clock.at, recorded)[USER].to_fetch
    desk.clock.at += HOUR
    needs = watch.needs([player()], desk.store, RULE, desk.clock.at, recorded)[USER]
    assert list(needs.to_fetch) == [FIRST, OPEN]


def test_a_watch_sees_what_a_run_did(desk: Desk) -> None:
    """A watch looks again at whoever needed something."""
    watch = Watch(PARSER)
    assert watch.needs([player()], desk.store, RULE, desk.clock.at, recorded)[USER].to_fetch
    desk.sync(MONTHS)
    desk.clock.at += timedelta(seconds=30)
    assert not watch.needs([player()], desk.store, RULE, desk.clock.at, recorded)[USER].to_fetch


def test_looks_are_bounded(desk: Desk) -> None:
    """Of many players a few are looked at in one go, those first that were not for longest."""
    players = [player(f"player-{number}") for number in range(5)]
    watch = Watch(PARSER, looks_a_tick=2)
    known = []
    for _ in range(4):
        known.append(len(watch.needs(players, desk.store, RULE, desk.clock.at, recorded)))
        desk.clock.at += timedelta(seconds=30)
    assert known == [2, 4, 5, 5]


def test_who_is_no_longer_followed_is_forgotten(desk: Desk) -> None:
    """A watch knows of nobody but the players it was asked for."""
    watch = Watch(PARSER)
    watch.needs([player(), player("another")], desk.store, RULE, desk.clock.at, recorded)
    assert list(watch.needs([player()], desk.store, RULE, desk.clock.at, recorded)) == [USER]
