"""Ranges that hold no partition: every run over one fails, and says how to write it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from chess_assets.assets.opening_repertoire import opening_repertoire
from chess_assets.assets.rating_history import rating_history
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.store import FolderStore
from chess_assets.partitions import USERS
from chess_assets_tests.asset_keys import (
    GAMES_KEY,
    PLAYER_GAMES_KEY,
    PLAYER_REPORT_KEY,
    POSITIONS_KEY,
    RAW_KEY,
)
from chess_assets_tests.command_line import open_command_line
from chess_assets_tests.io_managers.lake_runs import (
    MAY,
    MOVES,
    SMALL_TABLES,
    LakeRuns,
    moves,
    moves_of,
)
from chess_assets_tests.made_games import histories_of
from chess_assets_tests.workbench import Workbench, failure_of, open_workbench

MONTHS = list(months_between(Month(2022, 1), Month(2022, 4)))
BY_MONTH = ((RAW_KEY, GAMES_KEY), (RAW_KEY,), (GAMES_KEY,), (POSITIONS_KEY,))
BY_USER = (PLAYER_GAMES_KEY, PLAYER_REPORT_KEY, *rating_history.keys, *opening_repertoire.keys)
INVERTED_MONTHS = ("2022-03-01|bobby", "2022-01-01|bobby"), "2022-01-01|bobby...2022-03-01|bobby"
INVERTED_USERS = ("2022-01-01|alice", "2022-03-01|bobby"), "2022-01-01|bobby...2022-03-01|alice"
INVERTED_BOTH = ("2022-03-01|alice", "2022-01-01|bobby"), "2022-01-01|bobby...2022-03-01|alice"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A deployment with two players, who were registered against the alphabet."""
    histories = histories_of(MONTHS, user="bobby")
    with open_workbench(tmp_path, histories, datetime(2022, 4, 9, tzinfo=UTC)) as bench:
        bench.instance.add_dynamic_partitions(USERS, ["carla", "alice"])
        yield bench


@pytest.mark.parametrize("assets", BY_MONTH, ids=str)
@pytest.mark.parametrize("case", [INVERTED_MONTHS, INVERTED_USERS, INVERTED_BOTH], ids=str)
def test_months_of_users(
    bench: Workbench, assets: tuple[dg.AssetKey, ...], case: tuple[tuple[str, str], str]
) -> None:
    """A run over months × users whose ends are in the wrong order fails and shows the right one."""
    (start, end), right = case
    result = bench.run_range(start, end, assets)
    said = failure_of(result)
    assert f"The range {start}...{end} holds no partition" in said
    assert f"Write {right}." in said
    assert ("bobby, carla, alice" in said) is (case is not INVERTED_MONTHS)
    assert ("from the earlier to the later" in said) is (case is not INVERTED_USERS)
    assert bench.chess_com.requests == []


@pytest.mark.parametrize("asset", BY_USER, ids=str)
def test_users(bench: Workbench, asset: dg.AssetKey) -> None:
    """So does a run over users in another order than that of their registration."""
    said = failure_of(bench.run_range("alice", "bobby", [asset]))
    assert "order of their registration, which is bobby, carla, alice" in said
    assert "Write bobby...alice." in said


def test_many_users(bench: Workbench) -> None:
    """Of many users between the two the sentence shows some, and how many it leaves out."""
    bench.instance.add_dynamic_partitions(USERS, [f"player-{n}" for n in range(50)])
    said = failure_of(bench.run_range("player-49", "bobby", [PLAYER_GAMES_KEY]))
    assert "bobby, carla, alice, player-0" in said
    assert "(43 more), player-49. Write bobby...player-49." in said


def test_assets_that_return_their_rows(tmp_path: Path) -> None:
    """An asset of somebody else's, stored by the IO manager, is no success without work either."""

    @dg.asset(partitions_def=moves.partitions_def)
    def made() -> object:
        return moves_of("a")

    with dg.DagsterInstance.ephemeral() as instance:
        runs = LakeRuns(FolderStore(tmp_path), instance, {**SMALL_TABLES, "made": MOVES})
        runs.register("bobby")
        span = f"{MAY.next()}-01|bobby", f"{MAY}-01|bobby"
        assert "holds no partition" in failure_of(runs.run(made, span=span))
        assert runs.keys() == []


def test_dagster_s_command_line(tmp_path: Path) -> None:
    """`dagster asset materialize` over such a range ends with an exit code and the sentence."""
    with open_command_line(tmp_path, histories_of(MONTHS, user="bobby")) as cli:
        assert cli("players", "add", "bobby").exit_code == 0
        command = ("-m", "dagster", "asset", "materialize", "-m", "chess_assets.definitions")
        start, end = INVERTED_MONTHS[0]
        chosen = ("--select", "raw_pgn_archives,games", "--partition-range", f"{start}...{end}")
        process = cli.start(*command, *chosen)
        said = "".join(process.communicate(timeout=120))
        assert process.returncode != 0
        assert "Write 2022-01-01|bobby...2022-03-01|bobby." in said
