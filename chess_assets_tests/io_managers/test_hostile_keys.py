"""Dagster takes any text as a dynamic partition: what is no player is refused at every door."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pytest

from chess_assets.definitions import build_defs
from chess_assets.domain.months import Month
from chess_assets.io_managers.lake import LakeIOManager
from chess_assets.partitions import USERS, months_by_user, users
from chess_assets.resources.chess_com import ChessComResource
from chess_assets_tests.asset_keys import GAMES_KEY, RAW_KEY
from chess_assets_tests.io_managers.lake_runs import TOTALS, LakeRuns, moves, moves_of
from chess_assets_tests.made_games import histories_of
from chess_assets_tests.workbench import Workbench, failure_of, open_workbench

HOSTILE = ["../x", "", "a/b", "anna\n", "a" * 26, "\u0430nna", "Anna"]
"""The look-alike's first letter is Cyrillic."""
REFUSED = r"is not a chess.com player name|is not in lower case"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A deployment, with a player who has games in May 2022."""
    later = datetime(2024, 3, 1, tzinfo=UTC)
    with open_workbench(tmp_path, histories_of([Month(2022, 5)]), later) as bench:
        yield bench


def everything_below(folder: Path) -> set[str]:
    """Return every file and folder that is no part of Dagster's own."""
    found = {str(path.relative_to(folder)) for path in folder.rglob("*")}
    return {path for path in found if not path.startswith("dagster")}


@dg.asset(name="moves", partitions_def=months_by_user)
def moves_made() -> pa.Table:
    """Return rows for whatever partition."""
    return moves_of("a")


@dg.asset(partitions_def=months_by_user)
def reader(moves: pa.Table) -> None:
    """Take the rows of whatever partition."""


@dg.asset(name="totals", partitions_def=users)
def totals_made() -> pa.Table:
    """Return the row of whatever player."""
    return pa.table({"games": [1]})


def test_stored_nowhere(lake: LakeRuns, tmp_path: Path) -> None:
    """The IO manager refuses to store under a hostile key, and nothing is written anywhere."""
    lake.register(*HOSTILE)
    for name in HOSTILE:
        failed = failure_of(lake.run(moves_made, key=f"2022-05-01|{name}"))
        assert re.search(REFUSED, failed), name
    assert lake.keys() == []
    assert everything_below(tmp_path) == set()


def test_stored_nowhere_for_players(lake: LakeRuns, tmp_path: Path) -> None:
    """Nor does it where a player is the whole key, which may even look like one of a month."""
    names = ["../x", "anna\n", "Anna", "a|b", "2022-05-01|anna"]
    lake.register(*names)
    for name in names:
        assert re.search(REFUSED, failure_of(lake.run(totals_made, key=name))), name
    assert lake.keys() == []
    assert everything_below(tmp_path) == set()


def test_one_among_many(lake: LakeRuns) -> None:
    """A range with one hostile key in it fails by its name, and stores the others."""
    lake.register("../x", "carl")
    rows = pa.table({"games": [1, 2], "user": ["anna", "carl"]})

    @dg.asset(name="totals", partitions_def=users)
    def made() -> pa.Table:
        return rows

    failed = failure_of(lake.run(made, span=("anna", "carl")))
    assert "1 of 4 players failed" in failed
    assert "'../x' is not a chess.com player name" in failed
    assert lake.keys() == [f"totals/user={user}/part-0.parquet" for user in ("anna", "bob", "carl")]
    assert lake.stored(TOTALS, "carl")["games"].to_pylist() == [2]


@pytest.mark.parametrize("store", ["folder"], indirect=True)
def test_loaded_from_nowhere(lake: LakeRuns, tmp_path: Path) -> None:
    """The IO manager refuses to load a hostile key, whatever lies where it points."""
    (tmp_path / "escaped").mkdir()
    lake.register(*HOSTILE)
    for name in HOSTILE:
        failed = failure_of(lake.run(moves, reader, key=f"2022-05-01|{name}"))
        assert re.search(REFUSED, failed), name


@pytest.mark.parametrize("store", ["folder"], indirect=True)
def test_a_bar_is_no_month(lake: LakeRuns) -> None:
    """Dagster itself finds no partition of months × users for a name with a bar in it."""
    lake.register("a|b")
    with pytest.raises(dg.DagsterUnknownPartitionError):
        lake.run(moves_made, key="2022-05-01|a|b")


def test_fetched_for_nobody(bench: Workbench, tmp_path: Path) -> None:
    """The assets refuse hostile users before anything is asked of chess.com or written."""
    names = ["../x", "", "TestPlayer"]
    bench.instance.add_dynamic_partitions(USERS, names)
    defs = build_defs(
        {
            "lake": LakeIOManager(uri=bench.lake.uri),
            "chess_com": ChessComResource(api_url=bench.chess_com.url, contact="tests"),
            "clock": bench.clock,
        }
    )
    job = defs.resolve_implicit_global_asset_job_def()
    for name in names:
        result = job.execute_in_process(
            instance=bench.instance,
            asset_selection=[RAW_KEY, GAMES_KEY],
            partition_key=f"2022-05-01|{name}",
            raise_on_error=False,
        )
        assert re.search(REFUSED, failure_of(result)), name
    assert bench.chess_com.requests == []
    assert everything_below(tmp_path) == set()
    assert bench.green() == set()
