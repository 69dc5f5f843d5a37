"""A player's months one after another: fetched ahead, stored behind, each on its own."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from chess_assets.domain.lake.derived_table import Computation, DerivedTable
from chess_assets.domain.player_sync import sync_months

from chess_assets.domain.games import games_from_raw
from chess_assets.domain.lake.outcomes import Failed, MonthOutcome
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.raw_archives.archive import RawPgnArchives
from chess_assets.domain.schemas.tables import GAMES
from chess_assets.domain.store import FolderStore, S3Store, S3Uri, Store
from chess_assets.sample import Fault, FixedHistories
from chess_assets.sample.histories import Game
from chess_assets_tests.domain.desk import ATTEMPTS, Desk, actions, done, open_desk
from chess_assets_tests.made_games import USER, histories_of
from chess_assets_tests.s3_server import BROKEN, REFUSED, S3Server
from chess_assets_tests.s3_server import Fault as S3Fault

MONTHS = list(months_between(Month(2023, 1), Month(2023, 6)))
MANY_MONTHS = list(months_between(Month(2022, 6), Month(2023, 6)))
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


def games_of(
    raw: RawPgnArchives,
    store: Store,
    compute: Callable[[pa.Table], pa.Table] = games_from_raw,
    version: str = "1",
) -> DerivedTable:
    """Return the games that follow the raw table."""
    target = PlayerTable(store, GAMES, USER)
    return DerivedTable(raw.table, target, Computation(version, compute))


def sync(desk: Desk, months: Sequence[Month] = MONTHS) -> list[MonthOutcome]:
    """Bring both tables up to date as a run does."""
    raw = desk.archive()
    games = games_of(raw, desk.store)
    outcomes = list(sync_months(USER, months, raw=raw, games=games))
    raw.table.save_index()
    games.target.save_index()
    return outcomes


def games_rows(store: Store, month: Month) -> int:
    """Return how many games of a month are stored in the games table."""
    stored = PlayerTable(store, GAMES, USER).read(month)
    assert stored is not None
    return int(stored[0].num_rows)


def test_both_tables(store: Store, histories: WatchedHistories) -> None:
    """Every month's raw rows and games are stored, and told in the months' order."""
    with open_desk(store, histories, NOW) as desk:
        outcomes = sync(desk)

    assert [each.month for each in outcomes] == MONTHS
    assert {each.user for each in outcomes} == {USER}
    assert actions(outcomes) == ["fetched"] * 6
    assert [done(each.games).action for each in outcomes] == ["computed"] * 6
    for month in MONTHS:
        assert len(desk.rows(month)) == games_rows(store, month) == 2


def test_again(desk: Desk) -> None:
    """A second run asks nothing, computes nothing and writes nothing."""
    sync(desk)
    desk.asked()
    before = {info.key: info.etag for info in desk.store.list("")}

    outcomes = sync(desk)

    assert desk.asked() == []
    assert actions(outcomes) == ["kept"] * 6
    assert [done(each.games).action for each in outcomes] == ["kept"] * 6
    assert {info.key: info.etag for info in desk.store.list("")} == before


def test_no_months(desk: Desk) -> None:
    """Of no months nothing becomes, and nothing is asked."""
    assert sync(desk, []) == []
    assert desk.asked() == []


def test_raw_alone(desk: Desk) -> None:
    """Without the games table only raw months are stored."""
    outcomes = desk.sync(MONTHS)

    assert [each.games for each in outcomes] == [None] * 6
    assert list(desk.store.list("games/")) == []


def test_games_alone(desk: Desk) -> None:
    """Without the raw table nothing is asked; months that are not stored are named."""
    desk.sync(MONTHS[:2])
    desk.asked()
    games = games_of(desk.archive(), desk.store)

    outcomes = list(sync_months(USER, MONTHS[:3], raw=None, games=games))

    assert desk.asked() == []
    assert [each.raw for each in outcomes] == [None] * 3
    assert [type(each.games).__name__ for each in outcomes] == ["Done", "Done", "Failed"]
    assert "testplayer 2023-03: raw_pgn_archives is not stored" in str(outcomes[2].error)


def test_fetched_ahead(desk: Desk, histories: WatchedHistories) -> None:
    """While a month is stored the next ones are fetched, but no more than two ahead of it."""
    following = {month: MONTHS[min(at + 2, 5)] for at, month in enumerate(MONTHS)}
    lead: list[int] = []
    told: list[Month] = []
    histories.when_asked = lambda: lead.append(len(histories.months_asked) - len(told))

    def compute(rows: pa.Table) -> pa.Table:
        histories.wait_for(following[Month.of(rows["end_time"][0].as_py())])
        return games_from_raw(rows)

    raw = desk.archive()
    for outcome in sync_months(USER, MONTHS, raw=raw, games=games_of(raw, desk.store, compute)):
        assert outcome.error is None
        told.append(outcome.month)

    assert told == MONTHS
    assert max(lead) == 3
    assert desk.chess_com.max_in_flight == 1


def test_told_at_once(desk: Desk, histories: WatchedHistories) -> None:
    """A kept month is told before a later one is fetched."""
    sync(desk, MONTHS[:5])
    histories.months_asked.clear()
    raw = desk.archive()

    outcomes = sync_months(USER, MONTHS, raw=raw, games=None)

    assert next(outcomes).month == MONTHS[0]
    assert histories.months_asked == []
    assert [each.month for each in outcomes] == MONTHS[1:]
    assert histories.months_asked == [MONTHS[5]]


def test_month_fails(desk: Desk) -> None:
    """A month that fails stops no other, and what is known of it stays as it is."""
    desk.chess_com.faults.add(Fault(r"/2023/03$", status=500, times=None))

    outcomes = sync(desk)

    assert actions(outcomes) == [*["fetched"] * 2, "ServerFault", *["fetched"] * 3]
    assert isinstance(outcomes[2].games, Failed)
    assert str(outcomes[2].error).startswith("testplayer 2023-03: chess.com answered 500")
    assert len(desk.asked()) == 1 + 5 + ATTEMPTS
    assert len(list(desk.store.list("games/"))) == 5


def test_games_follow_a_failed_month(desk: Desk) -> None:
    """When a refresh of a month fails, its games still follow from what is stored of it."""
    desk.sync(MONTHS[:1])
    desk.chess_com.faults.add(Fault(r"/2023/01$", status=500, times=None))
    raw = desk.archive(is_refresh=True)

    (outcome,) = sync_months(USER, MONTHS[:1], raw=raw, games=games_of(raw, desk.store))

    assert isinstance(outcome.raw, Failed)
    assert done(outcome.games).action == "computed"
    assert games_rows(desk.store, MONTHS[0]) == 2


def test_parser_stumbles(desk: Desk) -> None:
    """A month that the parser stumbles over is stored raw, and fails alone."""

    def compute(rows: pa.Table) -> pa.Table:
        if Month.of(rows["end_time"][0].as_py()) == MONTHS[1]:
            raise RecursionError("a game too deep")
        return games_from_raw(rows)

    raw = desk.archive()
    games = games_of(raw, desk.store, compute)
    outcomes = list(sync_months(USER, MONTHS, raw=raw, games=games))

    assert actions(outcomes) == ["fetched", "NotComputed", *["fetched"] * 4]
    assert len(desk.rows(MONTHS[1])) == 2
    assert "a game too deep" in str(outcomes[1].error)


def test_unreadable_games(desk: Desk) -> None:
    """A games file that cannot be read fails its month, whose raw rows are stored."""
    path = partition_path(GAMES.name, USER, MONTHS[1])
    desk.store.put(path, b"nonsense", if_match=None)

    outcomes = sync(desk)

    assert actions(outcomes) == ["fetched", "UnreadableFile", *["fetched"] * 4]
    assert len(desk.rows(MONTHS[1])) == 2


def test_store_refuses(s3_server: S3Server, s3_bucket: str, histories: WatchedHistories) -> None:
    """Where the lake refuses every write the asking ends after some; whole months stay."""
    store = S3Store(s3_server.client(), S3Uri(s3_bucket, "lake"), s3_server.credentials)
    with open_desk(store, histories, NOW) as desk:
        s3_server.fail_within("PUT", "/", REFUSED)
        outcomes = list(sync_months(USER, MANY_MONTHS, raw=desk.archive(), games=None))
        told = actions(outcomes)

        assert len(histories.months_asked) <= 6  # three are refused, then a probe; some in flight
        assert set(told[:3]) == {"StoreDenied"}
        assert set(told[6:]) == {"NotAttempted"}
        assert all(s3_bucket in str(outcome.error) for outcome in outcomes)
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
        assert [each.month for each in outcomes if each.error] == [MONTHS[1]]
        assert f"month={MONTHS[1]}" in str(outcomes[1].error)
        s3_server.forget()
        assert actions(desk.sync(MONTHS)) == ["kept", "fetched", *["kept"] * 4]


def test_stopped(desk: Desk, histories: WatchedHistories) -> None:
    """A run that is stopped leaves whole months, no thread, and the rest for the next run."""
    raw = desk.archive()
    outcomes = sync_months(USER, MONTHS, raw=raw, games=games_of(raw, desk.store))
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    asked = len(histories.months_asked)

    assert 1 <= asked <= 3
    assert not [t for t in threading.enumerate() if t.name.startswith("store-months")]
    assert len(desk.etags()) == asked
    assert actions(sync(desk)) == [*["kept"] * asked, *["fetched"] * (6 - asked)]
    assert not [path for path in Path(desk.store.uri).rglob("*.tmp") if path.is_file()]
