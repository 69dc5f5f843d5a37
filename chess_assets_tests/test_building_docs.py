"""`docs/building.md` is true: its code locations load, and their assets are materialized."""

import ast
import re
import runpy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from chess_assets.domain.store import FolderStore
from chess_assets.partitions import USERS, partition_key
from chess_assets_tests.command_line import PROJECT
from chess_assets_tests.made_games import USER
from chess_assets_tests.small_lake import FEBRUARY, JANUARY, MARCH, OTHER, small_lake

_FILE = re.compile(r"^```python\n((?s:# (\S+\.py)\n.*?))^```$", re.MULTILINE)
FILES = {name: text for text, name in _FILE.findall((PROJECT / "docs" / "building.md").read_text())}
_QUIETLY = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass
class Location:
    """A code location of the document, over a small lake in the current folder."""

    instance: dg.DagsterInstance
    defs: dg.Definitions

    def run(
        self, asset: str, *, key: str | None = None, span: tuple[str, str] | None = None
    ) -> None:
        """Materialize an asset for one partition, a span of them, or without partitions."""
        job = self.defs.resolve_implicit_job_def_def_for_assets([dg.AssetKey(asset)])
        assert job is not None
        ends = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
        result = job.execute_in_process(
            instance=self.instance,
            asset_selection=[dg.AssetKey(asset)],
            partition_key=key,
            tags=dict(zip(ends, span, strict=True)) if span else None,
            run_config=_QUIETLY,
        )
        assert result.success


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """An instance that knows the players of the small lake in the current folder."""
    monkeypatch.chdir(tmp_path)
    small_lake(FolderStore(tmp_path / "lake"))
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(USERS, [USER, OTHER])
        yield instance


def load(instance: dg.DagsterInstance, name: str, text: str | None = None) -> Location:
    """Load a code location, one of the document's or this text, as `dagster dev -f NAME` does."""
    Path(name).write_text(text or FILES[name])
    return Location(instance, runpy.run_path(name)["defs"])


def stored(table: str, path: str = "") -> list[dict[str, Any]]:
    """Read one stored file back, with another library than ours."""
    rows = pd.read_parquet(Path("lake", table, path, "part-0.parquet"), partitioning=None)
    found: list[dict[str, Any]] = rows.to_dict("records")
    return found


def test_one_partition(instance: dg.DagsterInstance) -> None:
    """An asset of one's own beside ours takes a player's month and stores its own."""
    mine = load(instance, "mine.py")
    mine.run("openings_of_month", key=partition_key(USER, JANUARY))
    openings = stored("openings_of_month", f"user={USER}/month=2023-01")
    assert sum(each["games"] for each in openings) == 2


def test_readme_example(instance: dg.DagsterInstance) -> None:
    """The README's own asset is stored where the README says."""
    readme = (PROJECT / "README.md").read_text()
    (example,) = re.findall(
        r"^```python\n((?:(?!```).)*?@asset.*?)^```$", readme, re.MULTILINE | re.DOTALL
    )
    load(instance, "readme.py", example).run("openings_of_month", key=partition_key(USER, JANUARY))
    openings = stored("openings_of_month", f"user={USER}/month=2023-01")
    assert sum(each["games"] for each in openings) == 2


def test_whole_history(instance: dg.DagsterInstance) -> None:
    """An asset of players takes all months of its player, which are a column."""
    load(instance, "mine.py").run("games_per_month", key=USER)
    months = stored("games_per_month", f"user={USER}")
    assert months == [{"month": "2023-01", "games": 2}, {"month": "2023-02", "games": 3}]


def test_last_months(instance: dg.DagsterInstance) -> None:
    """An asset takes the last three months through a partition mapping, and one column of them."""
    mine = load(instance, "mine.py")
    mine.run("recent_length", key=partition_key(USER, MARCH))
    (row,) = stored("recent_length", f"user={USER}/month=2023-03")
    assert row["mean_plies"] > 0


def test_everything_lazily(instance: dg.DagsterInstance) -> None:
    """An asset without partitions takes everything of everybody as a lazy frame."""
    load(instance, "mine.py").run("time_classes")
    rows = stored("time_classes")
    assert {(row["user"], row["time_class"], row["games"]) for row in rows} == {
        (USER, "blitz", 4),
        (USER, "rapid", 1),
        (OTHER, "blitz", 1),
    }


def test_location_of_its_own(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A code location that knows `games` as an external asset only reads it all the same."""
    monkeypatch.setenv("CHESS_LAKE_URI", str(tmp_path / "lake"))
    load(instance, "other_location.py").run("draws", key=partition_key(USER, FEBRUARY))
    assert stored("draws", f"user={USER}/month=2023-02") == []


def test_other_project(instance: dg.DagsterInstance) -> None:
    """A project with an executor of its own takes all of ours in, and runs with its executor."""
    project = load(instance, "definitions.py")
    project.run("something_else")
    job = project.defs.resolve_implicit_global_asset_job_def()
    assert job.executor_def is dg.multiprocess_executor
    assert {"games", "something_else"} <= {
        key.to_user_string() for key in project.defs.resolve_asset_graph().get_all_asset_keys()
    }


def test_own_partitions(instance: dg.DagsterInstance) -> None:
    """Daily and unpartitioned assets are stored and loaded, and a missing day is None."""
    own = load(instance, "own_partitions.py")
    for day in ("2023-01-05", "2023-01-07"):
        own.run("coffee", key=day)
    for day in ("2023-01-05", "2023-01-06"):
        own.run("coffee_so_far", key=day)
    own.run("coffee_in_all")
    assert stored("coffee", "day=2023-01-05") == [{"cups": 2}]
    assert stored("coffee_so_far", "day=2023-01-05") == [{"cups": 2}]
    assert stored("coffee_so_far", "day=2023-01-06") == [{"cups": 0}]
    assert [row["day"] for row in stored("coffee_in_all")] == ["2023-01-05", "2023-01-07"]


@pytest.mark.filterwarnings("ignore:Parameter `backfill_policy`")  # Dagster's, as for every user
def test_by_partition(instance: dg.DagsterInstance) -> None:
    """A `PartitionedTable` of one's own is stored month by month, in one run."""
    span = partition_key(USER, JANUARY), partition_key(USER, MARCH)
    load(instance, "by_partition.py").run("long_games", span=span)
    months = sorted(path.parent.name for path in Path("lake/long_games").rglob("*.parquet"))
    assert months == ["month=2023-01", "month=2023-02", "month=2023-03"]
    assert stored("long_games", f"user={USER}/month=2023-01") == []


def test_at_most_five_lines_beside_the_asset() -> None:
    """What a code location takes beside imports, assets and functions is at most five lines."""
    for name, text in FILES.items():
        rest = [
            node
            for node in ast.parse(text).body
            if not isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef)
        ]
        assert sum((node.end_lineno or 0) - node.lineno + 1 for node in rest) <= 5, name
