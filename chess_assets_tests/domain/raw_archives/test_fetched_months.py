"""Players' months one after another: fetched ahead, stored behind, each on its own."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chess_assets.domain.chess_com import ChessComClient
from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.paths import index_path, month_in
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.raw_archives.fetched_months import FetchedMonths
from chess_assets.domain.registry import FollowedPlayer, PlayerRegistry
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore, S3Store, S3Uri, Store
from chess_assets.sample import Fault, FixedHistories
from chess_assets.sample.histories import Game
from chess_assets_tests.domain.desk import ATTEMPTS, Desk, actions, error_of, open_desk
from chess_assets_tests.domain.wrapped_store import WrappedStore
from chess_assets_tests.made_games import USER, histories_of
from chess_assets_tests.renamed_chess_com import OWNER, Accounts, games_of
from chess_assets_tests.s3_server import BROKEN, REFUSED, S3Server
from chess_assets_tests.s3_server import Fault as S3Fault

MONTHS = list(months_between(Month(2023, 1), Month(2023, 6)))
MANY_MONTHS = list(months_between(Month(2022, 6), Month(2023, 6)))
PARTITIONS = [Partition.of_player(USER, month) for month in MONTHS]
NOW = datetime(2024, 2, 20, 12, tzinfo=UTC)
PATIENCE_S = 20  # a deadlock ends as a failed test; nothing waits that long otherwise


class WatchedHistories(FixedHistories):
    """Histories that tell which months were asked for, as soon as they are."""

    def __init__(self) -> None:
        super().__init__(histories_of(MONTHS).by_player)
        self.asked = threading.Condition()
        self.months_asked: list[Month] = []
        self.when_asked: Callable[[], object] = lambda: None

    def games(self, player: str, month: Month) -> Sequence[Game]:
        """Return a month's games, after telling that they were asked for."""
        with self.asked:
            self.months_asked.append(month)
            self.when_asked()
            self.asked.notify_all()
        return super().games(player, month)

    def wait_for(self, month: Month) -> None:
        """Wait until a month has been asked for."""
        with self.asked:
            if not self.asked.wait_for(lambda: month in self.months_asked, PATIENCE_S):
                raise TimeoutError(f"{month} was never asked for")


@pytest.fixture
def histories() -> WatchedHistories:
    return WatchedHistories()


@pytest.fixture
def desk(folder: FolderStore, histories: WatchedHistories) -> Iterator[Desk]:
    with open_desk(folder, histories, NOW) as desk:
        yield desk


def raw_of(store: Store) -> LakeTable:
    """Return the raw table as a new run opens it."""
    return LakeTable(store, RAW_PGN_ARCHIVES)


def test_every_month(store: Store, histories: WatchedHistories) -> None:
    """Every month's rows are stored, told in the months' order, and nothing of another table."""
    with open_desk(store, histories, NOW) as desk:
        outcomes = desk.sync(MONTHS)

        assert [each.partition for each in outcomes] == PARTITIONS
        assert actions(outcomes) == ["fetched"] * 6
        assert [len(desk.rows(month)) for month in MONTHS] == [2] * 6
        assert {info.key.split("/")[0] for info in store.list("")} == {
            *("_index", "_listed_months", RAW_PGN_ARCHIVES.name)
        }


def test_again(desk: Desk) -> None:
    """A second run asks nothing and writes nothing."""
    desk.sync(MONTHS)
    desk.asked()
    before = {info.key: info.etag for info in desk.store.list("")}

    outcomes = desk.sync(MONTHS)

    assert desk.asked() == []
    assert actions(outcomes) == ["kept"] * 6
    assert {info.key: info.etag for info in desk.store.list("")} == before


def test_no_months(desk: Desk) -> None:
    """Of no months nothing becomes, and nothing is asked."""
    assert desk.sync([]) == []
    assert desk.asked() == []


class WaitingStore(WrappedStore):
    """A store that waits at a month's write until another month was asked for."""

    def __init__(
        self, store: Store, histories: WatchedHistories, until: dict[Month, Month]
    ) -> None:
        super().__init__(store)
        self._histories = histories
        self._until = until

    def put(self, key: str, body: bytes, *, if_match: str | None) -> str:
        """Write, when it is time."""
        month = month_in(key)
        if month is not None:
            self._histories.wait_for(self._until[month])
        return super().put(key, body, if_match=if_match)


def test_fetched_ahead(desk: Desk, histories: WatchedHistories) -> None:
    """While a month is stored the next ones are fetched, but no more than two ahead of it."""
    following = {month: MONTHS[min(at + 2, 5)] for at, month in enumerate(MONTHS)}
    lead: list[int] = []
    told: list[Month | None] = []
    histories.when_asked = lambda: lead.append(len(histories.months_asked) - len(told))
    store = WaitingStore(desk.store, histories, following)

    for outcome in desk.syncing(MONTHS, raw_of(store)):
        assert error_of(outcome) is None
        told.append(outcome.partition.month)

    assert told == MONTHS
    assert max(lead) == 3
    assert desk.chess_com.max_in_flight == 1


def test_told_at_once(desk: Desk, histories: WatchedHistories) -> None:
    """A kept month is told before a later one is fetched."""
    desk.sync(MONTHS[:5])
    histories.months_asked.clear()

    outcomes = desk.syncing(MONTHS, raw_of(desk.store))

    assert next(outcomes).partition == PARTITIONS[0]
    assert histories.months_asked == []
    assert [each.partition for each in outcomes] == PARTITIONS[1:]
    assert histories.months_asked == [MONTHS[5]]


def test_month_fails(desk: Desk) -> None:
    """A month that fails stops no other, and what is known of it stays as it is."""
    desk.chess_com.faults.add(Fault(r"/2023/03$", status=500, times=None))

    outcomes = desk.sync(MONTHS)

    assert actions(outcomes) == [*["fetched"] * 2, "ServerFault", *["fetched"] * 3]
    assert str(error_of(outcomes[2])).startswith("testplayer 2023-03: chess.com answered 500")
    assert len(desk.asked()) == 1 + 5 + ATTEMPTS
    assert len(desk.etags()) == 5


def test_store_refuses(s3_server: S3Server, s3_bucket: str, histories: WatchedHistories) -> None:
    """Where the lake refuses every write the asking ends after some; whole months stay."""
    store = S3Store(s3_server.client(), S3Uri(s3_bucket, "lake"), s3_server.credentials)
    with open_desk(store, histories, NOW) as desk:
        s3_server.fail_within("PUT", "/", REFUSED)
        outcomes = desk.sync(MANY_MONTHS)
        told = actions(outcomes)

        assert len(histories.months_asked) <= 6  # three are refused, then a probe; some in flight
        assert set(told[:3]) == {"StoreDenied"}
        assert set(told[6:]) == {"NotAttempted"}
        assert all(s3_bucket in str(error_of(outcome)) for outcome in outcomes)
        s3_server.forget()
        assert set(actions(desk.sync(MONTHS))) == {"fetched"}


@pytest.mark.usefixtures("_no_backoff")
@pytest.mark.parametrize("fault", [REFUSED, BROKEN], ids=["denied", "broken"])
def test_store_refuses_one_object(
    s3_server: S3Server,
    s3_bucket: str,
    histories: WatchedHistories,
    fault: S3Fault,
) -> None:
    """An object that a bucket never takes fails its month, and the others are stored."""
    store = S3Store(s3_server.client(), S3Uri(s3_bucket, "lake"), s3_server.credentials)
    with open_desk(store, histories, NOW) as desk:
        s3_server.fail_within("PUT", f"month={MONTHS[1]}", fault)
        outcomes = desk.sync(MONTHS)
        assert [each.partition for each in outcomes if error_of(each)] == [PARTITIONS[1]]
        assert f"month={MONTHS[1]}" in str(error_of(outcomes[1]))
        s3_server.forget()
        assert actions(desk.sync(MONTHS)) == ["kept", "fetched", *["kept"] * 4]


def test_stopped(desk: Desk, histories: WatchedHistories) -> None:
    """A run that is stopped leaves whole months, no thread, and the rest for the next run."""
    outcomes = desk.syncing(MONTHS, raw_of(desk.store))
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    asked = len(histories.months_asked)

    assert 1 <= asked <= 3
    assert not [t for t in threading.enumerate() if t.name.startswith("store-months")]
    assert len(desk.etags()) == asked
    assert actions(desk.sync(MONTHS)) == [*["kept"] * asked, *["fetched"] * (6 - asked)]
    assert not [path for path in Path(desk.store.uri).rglob("*.tmp") if path.is_file()]


def test_players(folder: FolderStore) -> None:
    """Players come one after another, each with one list of months, and what was learnt is kept."""
    players = ("ben", "anna")
    histories = FixedHistories({each: histories_of(MONTHS[:2]).by_player[USER] for each in players})
    opened: list[Store] = []
    with open_desk(folder, histories, NOW) as desk:

        def client(store: Store) -> nullcontext[ChessComClient]:
            opened.append(store)
            return nullcontext(desk.client)

        wanted = [Partition.of_player(user, month) for month in MONTHS[:2] for user in players]
        raw = FetchedMonths(client, FreshnessRule(), desk.clock.now)
        outcomes = []
        for outcome in raw.updates(raw_of(folder), wanted, ""):
            outcomes.append(outcome)
            if outcome.partition.user == "ben":  # a run that is killed now has anna's index
                assert folder.head(index_path(RAW_PGN_ARCHIVES.name, "anna")) is not None

        assert [each.partition for each in outcomes] == sorted(wanted)
        assert actions(outcomes) == ["fetched"] * 4
        assert desk.asked() == ["archives", "2023-01", "2023-02"] * 2
        assert opened == [folder]


@pytest.mark.parametrize("is_stopped", [False, True])
def test_uuid_is_learnt(folder: FolderStore, *, is_stopped: bool) -> None:
    """What the games tell of a followed player's account is kept, even of a run that is stopped."""
    by_month = {month: games_of(OWNER, USER, month, first=month.month * 10) for month in MONTHS}
    accounts = Accounts({USER: by_month}, {USER: OWNER.player_id})
    registry = PlayerRegistry(folder)
    registry.add(FollowedPlayer(USER, OWNER.player_id, MONTHS[0].start, NOW))
    with open_desk(folder, accounts, NOW) as desk:
        outcomes = desk.syncing(MONTHS, raw_of(folder))
        next(outcomes)
        if is_stopped:
            outcomes.close()  # type: ignore[attr-defined]
        list(outcomes)

    assert registry.players()[USER].uuid == OWNER.uuid
