"""The report through Dagster: what lands in the lake, and what the UI shows of it."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from chess_assets.definitions import build_defs
from chess_assets.domain.lake.paths import report_path
from chess_assets.domain.months import Month
from chess_assets.io_managers.lake import LakeIOManager
from chess_assets.partitions import USERS
from chess_assets.sample import FixedHistories
from chess_assets_tests.asset_keys import PLAYER_GAMES_KEY, PLAYER_REPORT_KEY
from chess_assets_tests.made_games import made_game
from chess_assets_tests.workbench import Workbench, failure_of, open_workbench

MONTH = Month(2023, 1)
LATER = datetime(2024, 3, 1, tzinfo=UTC)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A deployment with two players, one of whom has two stored games."""
    games = [
        made_game(number, MONTH.start.replace(day=2 + number), white="anna") for number in (1, 2)
    ]
    histories = FixedHistories({"anna": {MONTH: games}, "bert": {}})
    with open_workbench(tmp_path, histories, LATER) as bench:
        assert bench.materialize(MONTH, user="anna").success
        yield bench


def run(bench: Workbench, last_user: str = "anna") -> dg.ExecuteInProcessResult:
    """Run a range of players from anna on as a backfill with one run does."""
    defs = build_defs({"lake": LakeIOManager(uri=bench.lake.uri), "clock": bench.clock})
    return defs.resolve_implicit_global_asset_job_def().execute_in_process(
        instance=bench.instance,
        asset_selection=[PLAYER_GAMES_KEY, PLAYER_REPORT_KEY],
        tags={
            "dagster/asset_partition_range_start": "anna",
            "dagster/asset_partition_range_end": last_user,
        },
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )


def metadata(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    """Return what the UI shows of the one report that a run reported."""
    (event,) = result.asset_materializations_for_node("player_report")
    assert event.partition == "anna"
    return {name: value.value for name, value in event.metadata.items()}


def test_made_and_kept(bench: Workbench) -> None:
    """A run makes the page and shows numbers and pictures; the next keeps it and shows the same."""
    made, kept = metadata(run(bench)), metadata(run(bench))
    assert (made.pop("action"), kept.pop("action")) == ("computed", "kept")
    assert made == kept
    assert made["report"] == f"{bench.lake.uri}/{report_path('anna')}"
    assert (made["games"], made["blitz_rating"], made["best_win_rating"]) == (2, 1500, 1490)
    page = bench.lake.get(report_path("anna"))
    assert page is not None
    assert b"Made 1 Mar 2024" in page.body
    for name in ("rating_over_time", "score_against_rating_difference", "games_a_day"):
        title, _, image = made[name].partition("](data:image/png;base64,")
        assert title.startswith("![")
        assert b64decode(image.removesuffix(")")).startswith(b"\x89PNG")


def test_one_player_of_two_fails(bench: Workbench) -> None:
    """A player without games to report on fails by name; the other's report lands and is green."""
    result = run(bench)
    assert result.success
    bench.instance.add_dynamic_partitions(USERS, ["../etc"])
    defs = build_defs({"lake": LakeIOManager(uri=bench.lake.uri), "clock": bench.clock})
    failed = defs.resolve_implicit_global_asset_job_def().execute_in_process(
        instance=bench.instance,
        asset_selection=[PLAYER_REPORT_KEY],
        tags={
            "dagster/asset_partition_range_start": "anna",
            "dagster/asset_partition_range_end": "../etc",
        },
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )
    assert not failed.success
    sentence = failure_of(failed)
    assert "2 of 3 players failed" in sentence
    assert "bert" in sentence
    assert "../etc" in sentence
    assert bench.green(PLAYER_REPORT_KEY) == {"anna"}
