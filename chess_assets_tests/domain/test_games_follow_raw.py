"""A player's games follow the raw months as stored, whatever became of those in the same run."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from chess_assets.domain.games import games_from_raw
from chess_assets.domain.lake.computing import Compute
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.outcomes import PartitionOutcome
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partitioned_table import StoredPartitions
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore, Store
from chess_assets.sample import Fault
from chess_assets_tests.domain.desk import Desk, actions, error_of, open_desk
from chess_assets_tests.made_games import USER, histories_of

MONTHS = list(months_between(Month(2023, 1), Month(2023, 6)))
NOW = datetime(2024, 2, 20, 12, tzinfo=UTC)


@pytest.fixture
def desk(folder: FolderStore) -> Iterator[Desk]:
    with open_desk(folder, histories_of(MONTHS), NOW) as desk:
        yield desk


def sync_games(
    store: Store, months: Sequence[Month] = MONTHS, compute: Compute = games_from_raw
) -> list[PartitionOutcome]:
    """Bring months of `games` up to date as a run does."""
    partitions = [Partition.of_player(USER, month) for month in months]
    raw, games = LakeTable(store, RAW_PGN_ARCHIVES), LakeTable(store, GAMES)
    stored = StoredPartitions(raw, {str(each): each for each in partitions})
    outcomes = list(stored.map(compute).updates(games, partitions, "1"))
    for table in (raw, games):
        table.save_indexes()
    return outcomes


def games_rows(store: Store, month: Month) -> int:
    """Return how many games of a month are stored in the games table."""
    stored = PlayerTable(store, GAMES, USER).read(month)
    assert stored is not None
    return int(stored[0].num_rows)


def test_both_tables(store: Store) -> None:
    """Every month's raw rows and games are stored, and told in the months' order."""
    with open_desk(store, histories_of(MONTHS), NOW) as desk:
        desk.sync(MONTHS)
        outcomes = sync_games(store)

        assert [each.partition for each in outcomes] == [
            Partition.of_player(USER, month) for month in MONTHS
        ]
        assert actions(outcomes) == ["computed"] * 6
        for month in MONTHS:
            assert len(desk.rows(month)) == games_rows(store, month) == 2


def test_again(desk: Desk) -> None:
    """A second run of both asks nothing, computes nothing and writes nothing."""
    desk.sync(MONTHS)
    sync_games(desk.store)
    desk.asked()
    before = {info.key: info.etag for info in desk.store.list("")}

    desk.sync(MONTHS)
    outcomes = sync_games(desk.store)

    assert desk.asked() == []
    assert actions(outcomes) == ["kept"] * 6
    assert {info.key: info.etag for info in desk.store.list("")} == before


def test_no_months(desk: Desk) -> None:
    """Of no months nothing becomes."""
    assert sync_games(desk.store, []) == []
    assert list(desk.store.list("")) == []


def test_raw_alone(desk: Desk) -> None:
    """Without a run of games only raw months are stored."""
    assert actions(desk.sync(MONTHS)) == ["fetched"] * 6
    assert list(desk.store.list("games/")) == []


def test_games_alone(desk: Desk) -> None:
    """Of games alone nothing is asked; months that are not stored are named."""
    desk.sync(MONTHS[:2])
    desk.asked()

    outcomes = sync_games(desk.store, MONTHS[:3])

    assert desk.asked() == []
    assert actions(outcomes) == ["computed", "computed", "SourceMissing"]
    assert "testplayer 2023-03: raw_pgn_archives is not stored" in str(error_of(outcomes[2]))


def test_month_failed(desk: Desk) -> None:
    """Where a raw month failed and was never stored, the games of all others follow."""
    desk.chess_com.faults.add(Fault(r"/2023/03$", status=500, times=None))
    desk.sync(MONTHS)

    outcomes = sync_games(desk.store)

    assert sorted(actions(outcomes)) == ["SourceMissing", *["computed"] * 5]
    assert [each.partition.month for each in outcomes if error_of(each)] == [MONTHS[2]]
    assert len(list(desk.store.list("games/"))) == 5


def test_games_follow_a_failed_month(desk: Desk) -> None:
    """When a refresh of a month fails, its games still follow from what is stored of it."""
    desk.sync(MONTHS[:1])
    desk.chess_com.faults.add(Fault(r"/2023/01$", status=500, times=None))

    assert actions(desk.sync(MONTHS[:1], is_refresh=True)) == ["ServerFault"]

    assert actions(sync_games(desk.store, MONTHS[:1])) == ["computed"]
    assert games_rows(desk.store, MONTHS[0]) == 2


def test_parser_stumbles(desk: Desk) -> None:
    """A month that the parser stumbles over is stored raw, and fails alone."""

    def compute(rows: pa.Table) -> pa.Table:
        if Month.of(rows["end_time"][0].as_py()) == MONTHS[1]:
            raise RecursionError("a game too deep")
        return games_from_raw(rows)

    assert actions(desk.sync(MONTHS)) == ["fetched"] * 6
    outcomes = sync_games(desk.store, compute=compute)

    assert actions(outcomes) == ["computed", "NotComputed", *["computed"] * 4]
    assert len(desk.rows(MONTHS[1])) == 2
    assert "a game too deep" in str(error_of(outcomes[1]))


def test_unreadable_games(desk: Desk) -> None:
    """A games file that cannot be read fails its month, whose raw rows are stored."""
    path = partition_path(GAMES.name, USER, MONTHS[1])
    desk.store.put(path, b"nonsense", if_match=None)

    assert actions(desk.sync(MONTHS)) == ["fetched"] * 6
    outcomes = sync_games(desk.store)

    assert sorted(actions(outcomes)) == ["UnreadableFile", *["computed"] * 5]
    assert [each.partition.month for each in outcomes if error_of(each)] == [MONTHS[1]]
    assert len(desk.rows(MONTHS[1])) == 2
