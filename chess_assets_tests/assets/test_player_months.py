"""A player's months through Dagster: what is asked for, what lands, what is green."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from chess_assets.domain.months import Month, months_between
from chess_assets.domain.registry import FollowedPlayer, PlayerRegistry
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.partitions import partition_key
from chess_assets.sample import Fault, FixedHistories
from chess_assets_tests.asset_keys import GAMES_KEY, RAW_KEY
from chess_assets_tests.made_games import USER, histories_of, made_game
from chess_assets_tests.renamed_chess_com import (
    OTHER_ACCOUNT,
    OWNER,
    Accounts,
    games_of,
    rename,
    take_over,
)
from chess_assets_tests.workbench import Workbench, failure_of, open_workbench

FIRST, LAST = Month(2023, 1), Month(2023, 12)
YEAR = list(months_between(FIRST, LAST))
LATER = datetime(2024, 3, 1, tzinfo=UTC)
KEYS = {str(partition_key(USER, month)) for month in YEAR}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A deployment long after a year in which the player played two games every month."""
    with open_workbench(tmp_path, histories_of(YEAR), LATER) as bench:
        yield bench


def paths(bench: Workbench) -> list[str]:
    """Return what was asked of chess.com."""
    return [request.path for request in bench.chess_com.requests]


def test_first_run_asks_once_a_month(bench: Workbench) -> None:
    """The first backfill of twelve months makes thirteen requests, one at a time."""
    result = bench.materialize(FIRST, LAST)
    assert result.success
    assert len(paths(bench)) == 13
    assert bench.chess_com.max_in_flight == 1
    assert bench.green(RAW_KEY) == bench.green(GAMES_KEY) == KEYS
    assert all(
        bench.rows(month, table).num_rows == 2
        for month in YEAR
        for table in (GAMES, RAW_PGN_ARCHIVES)
    )


def test_second_run_asks_nothing(bench: Workbench) -> None:
    """A second backfill of sealed months asks nothing, writes nothing and is green."""
    bench.materialize(FIRST, LAST)
    files = bench.files() | bench.files(GAMES)
    asked = len(paths(bench))
    result = bench.materialize(FIRST, LAST)
    assert result.success
    for table in ("raw_pgn_archives", "games"):
        assert len(result.asset_materializations_for_node(table)) == 12
    assert len(paths(bench)) == asked
    assert bench.files() | bench.files(GAMES) == files


def test_refresh_is_conditional(bench: Workbench) -> None:
    """A refresh asks for every month with its ETag, and 304s rewrite no data."""
    bench.materialize(FIRST, LAST)
    files = bench.files() | bench.files(GAMES)
    bench.chess_com.recording.clear()
    bench.clock.at += timedelta(days=1)
    assert bench.materialize(FIRST, LAST, refresh=True).success
    assert [request.status for request in bench.chess_com.requests] == [304] * 12
    assert bench.files() | bench.files(GAMES) == files


def test_unlisted_months_are_empty_tables(tmp_path: Path) -> None:
    """Closed months that chess.com does not list become empty typed tables without a request."""
    with open_workbench(tmp_path, histories_of([LAST]), LATER) as bench:
        assert bench.materialize(FIRST, LAST).success
        assert len(bench.chess_com.month_requests()) == 1
        empty = bench.rows(FIRST)
        assert (empty.num_rows, empty.schema.names) == (0, GAMES.columns.names)
        assert bench.green(GAMES_KEY) == KEYS


def test_one_failing_month_of_twelve(bench: Workbench) -> None:
    """Eleven months of raw land and are green; the run fails and says which, why, what."""
    bench.chess_com.faults.add(Fault(r"/2023/05$", status=410, times=None))
    result = bench.materialize(FIRST, LAST)
    assert not result.success
    broken = str(partition_key(USER, Month(2023, 5)))
    assert bench.green(RAW_KEY) == KEYS - {broken}
    sentence = failure_of(result)
    assert "1 of 12 months failed" in sentence
    assert f"{USER} 2023-05" in sentence
    assert "410" in sentence
    assert "run the same again" in sentence


def test_games_of_what_landed(bench: Workbench) -> None:
    """After a month of raw failed, `games` is not begun; by hand it is made of what landed."""
    bench.chess_com.faults.add(Fault(r"/2023/05$", status=410, times=None))
    bench.materialize(FIRST, LAST)
    assert bench.green(GAMES_KEY) == set()
    bench.chess_com.recording.clear()
    sentence = failure_of(bench.materialize(FIRST, LAST, assets=[GAMES_KEY]))
    assert f"1 of 12 months failed: {USER} 2023-05: raw_pgn_archives is not stored" in sentence
    assert bench.green(GAMES_KEY) == KEYS - {str(partition_key(USER, Month(2023, 5)))}
    assert bench.chess_com.requests == []


def test_after_a_failure_only_that_month_is_fetched(bench: Workbench) -> None:
    """The run after a failed one fetches exactly the month that failed."""
    bench.chess_com.faults.add(Fault(r"/2023/05$", status=410, times=None))
    bench.materialize(FIRST, LAST)
    bench.chess_com.faults.clear()
    bench.chess_com.recording.clear()
    assert bench.materialize(FIRST, LAST).success
    assert [r.path[-7:] for r in bench.chess_com.month_requests()] == ["2023/05"]
    assert bench.green(GAMES_KEY) == KEYS


def test_games_alone_asks_nothing(bench: Workbench) -> None:
    """Materializing only `games` computes from what is stored, without asking chess.com."""
    bench.materialize(FIRST, LAST, assets=[RAW_KEY])
    assert bench.green(GAMES_KEY) == set()
    bench.chess_com.recording.clear()
    assert bench.materialize(FIRST, LAST, assets=[GAMES_KEY]).success
    assert paths(bench) == []
    assert bench.green(GAMES_KEY) == KEYS


def test_games_without_raw_says_what_to_do(bench: Workbench) -> None:
    """Materializing `games` where raw is missing fails with the asset to materialize first."""
    result = bench.materialize(FIRST, assets=[GAMES_KEY])
    assert "raw_pgn_archives is not stored; materialize raw_pgn_archives" in failure_of(result)
    assert bench.green(GAMES_KEY) == set()


def test_deleted_object_is_fetched_again(bench: Workbench) -> None:
    """The store is the truth: a month whose object was deleted is fetched again."""
    bench.materialize(FIRST, LAST)
    raw_file = f"{RAW_PGN_ARCHIVES.name}/user={USER}/month=2023-07/part-0.parquet"
    Path(bench.lake.uri, raw_file).unlink()
    bench.chess_com.recording.clear()
    assert bench.materialize(FIRST, LAST).success
    assert [r.path[-7:] for r in bench.chess_com.month_requests()] == ["2023/07"]


def test_unrecorded_objects_count(bench: Workbench) -> None:
    """Months that an unrecorded run stored are recorded without a request."""
    bench.materialize(FIRST, LAST)
    for key in (RAW_KEY, GAMES_KEY):
        bench.instance.wipe_assets([key])
    bench.chess_com.recording.clear()
    assert bench.materialize(FIRST, LAST).success
    assert paths(bench) == []
    assert bench.green(RAW_KEY) == KEYS


def test_lost_games_stay(bench: Workbench) -> None:
    """Games that vanish from the answers stay, marked as not listed, and come back."""
    histories = bench.chess_com.histories
    assert isinstance(histories, FixedHistories)
    both = histories.by_player[USER][FIRST]
    for answer, listed in ((both, 2), (both[:1], 1), ([], 0), (both, 2)):
        histories.by_player[USER][FIRST] = answer
        assert bench.materialize(FIRST, refresh=True).success
        games = bench.rows(FIRST)
        assert games.num_rows == 2
        assert sum(games["is_listed"].to_pylist()) == listed


def test_two_players_in_one_range(tmp_path: Path) -> None:
    """A range over two players brings both up to date, with one archives call each."""
    histories = histories_of(YEAR[:2])
    histories.by_player["another"] = {
        FIRST: [made_game(1, datetime(2023, 1, 5, tzinfo=UTC), white="another")]
    }
    with open_workbench(tmp_path, histories, LATER) as bench:
        assert bench.materialize(FIRST, YEAR[1], last_user="another").success
        asked = [request.path for request in bench.chess_com.requests]
        assert sum(path.endswith("/archives") for path in asked) == 2
        of_months = [path.split("/player/")[1] for path in asked if path[-1].isdigit()]
        assert of_months == sorted(of_months), "player by player, each one's months ascending"
        assert len(bench.green(GAMES_KEY)) == 4


def test_metadata_of_a_partition(bench: Workbench) -> None:
    """A partition's metadata has rows, bytes, place and freshness; not the table's columns."""
    bench.materialize(FIRST, LAST)
    records = bench.instance.fetch_materializations(
        dg.AssetRecordsFilter(RAW_KEY, asset_partitions=[partition_key(USER, LAST)]), limit=1
    ).records
    assert records[0].asset_materialization is not None
    metadata = records[0].asset_materialization.metadata
    assert metadata["dagster/partition_row_count"].value == 2
    assert str(metadata["dagster/uri"].value).endswith("month=2023-12/part-0.parquet")
    size_bytes = metadata["size_bytes"].value
    assert isinstance(size_bytes, int)
    assert size_bytes > 1000
    assert "dagster/column_schema" not in metadata
    assert (metadata["action"].value, metadata["freshness"].value) == ("fetched", "sealed")


def test_same_content_same_data_version(bench: Workbench) -> None:
    """A month's data version stays while its content does, and changes with it."""
    histories = bench.chess_com.histories
    assert isinstance(histories, FixedHistories)
    versions = []
    for extra in (0, 0, 1):
        histories.by_player[USER][FIRST] += [
            made_game(77, datetime(2023, 1, 20, tzinfo=UTC)) for _ in range(extra)
        ]
        bench.materialize(FIRST, refresh=True)
        event = bench.instance.get_latest_materialization_event(GAMES_KEY)
        assert event is not None
        assert event.asset_materialization is not None
        versions.append((event.asset_materialization.tags or {})["dagster/data_version"])
    assert versions[0] == versions[1] != versions[2]


def test_taken_over_and_renamed(tmp_path: Path) -> None:
    """A run from the UI learns the account, and refuses another's games and another name."""
    by_month = {month: games_of(OWNER, USER, month, first=month.month * 10) for month in YEAR}
    accounts = Accounts({USER: by_month}, {USER: OWNER.player_id})
    with open_workbench(tmp_path, accounts, LATER) as bench:
        registry = PlayerRegistry(bench.lake)
        registry.add(FollowedPlayer(USER, OWNER.player_id, FIRST.start, LATER))
        assert bench.materialize(FIRST, LAST).success
        assert len(bench.chess_com.requests) == 13
        assert registry.players()[USER].uuid == OWNER.uuid
        files = bench.files() | bench.files(GAMES)

        games = {LAST: games_of(OTHER_ACCOUNT, USER, LAST, first=990)}
        take_over(bench.chess_com, USER, OTHER_ACCOUNT, games)
        refused = bench.materialize(LAST, refresh=True)
        assert not refused.success
        assert str(OTHER_ACCOUNT.uuid) in failure_of(refused)
        assert bench.files() | bench.files(GAMES) == files

        rename(bench.chess_com, USER, "newname")
        led_on = bench.materialize(LAST, refresh=True)
        assert f"players rename {USER} newname" in failure_of(led_on)
        assert bench.files() | bench.files(GAMES) == files
