"""Asset checks through Dagster: judged by the step, whatever way in, over all that is stored."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from chess_assets.definitions import build_defs, defs
from chess_assets.domain.checks.every_check import CHECKS
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.registry import FollowedPlayer, PlayerRegistry
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.io_managers.lake import LakeIOManager
from chess_assets.partitions import USERS
from chess_assets.sample import Fault, FixedHistories
from chess_assets_tests.asset_keys import GAMES_KEY, RAW_KEY
from chess_assets_tests.made_games import USER, histories_of, made_game
from chess_assets_tests.workbench import Workbench, open_workbench

FIRST, MIDDLE, LAST = YEAR = list(months_between(Month(2023, 1), Month(2023, 3)))
LATER = datetime(2024, 3, 1, tzinfo=UTC)
ONE_BY_ONE = "most_games_are_typed_by_columns"
PLAYER_ASSETS = [
    dg.AssetKey(name)
    for name in ("player_games", "rating_history", "opening_repertoire", "player_report")
]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A deployment long after three months in which the player played two games each."""
    with open_workbench(tmp_path, histories_of(YEAR), LATER) as bench:
        yield bench


def evaluations(
    bench: Workbench, result: dg.ExecuteInProcessResult
) -> dict[str, dg.AssetCheckEvaluation]:
    """Return what a run's checks said, by name."""
    logged = bench.instance.all_logs(
        result.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    )
    said = [
        entry.dagster_event.asset_check_evaluation_data for entry in logged if entry.dagster_event
    ]
    return {each.check_name: each for each in said}


def failing(said: dict[str, dg.AssetCheckEvaluation]) -> set[str]:
    """Return the checks that failed, but for the one about made games: those are typed slowly."""
    return {name for name, each in said.items() if not each.passed} - {ONE_BY_ONE}


def facts(evaluation: dg.AssetCheckEvaluation) -> dict[str, Any]:
    """Return what the UI shows of an evaluation."""
    return {name: value.value for name, value in evaluation.metadata.items()}


def names(*assets: str) -> set[str]:
    """Return the names of the checks of assets."""
    return {check.name for asset in assets for check in CHECKS[asset]}


def test_all_pass(bench: Workbench) -> None:
    """After a good run every check of the two assets has passed, over every month."""
    said = evaluations(bench, bench.materialize(FIRST, LAST))
    assert set(said) == names(RAW_PGN_ARCHIVES.name, GAMES.name)
    assert failing(said) == set()
    assert not any(each.blocking for each in said.values())
    assert facts(said["one_row_a_raw_game"]) == {
        "partitions": 3,
        "partitions_failing": 0,
        "partitions_not_judged": 0,
        "games": 6,
        "raw_games": 6,
        "games_unpaired": 0,
    }
    assert said["one_row_a_raw_game"].target_materialization_data is not None


def test_a_month_judges_all_months(bench: Workbench) -> None:
    """A run over one kept month judges all that is stored of the player."""
    bench.materialize(FIRST, LAST)
    said = evaluations(bench, bench.materialize(LAST))
    assert facts(said["every_listed_game_is_stored"])["partitions"] == 3


def test_a_failing_month(bench: Workbench) -> None:
    """After a run in which a month failed, the next reports the checks over all that landed.

    Dagster runs no checks of an asset whose step failed.
    """
    bench.chess_com.faults.add(Fault(r"/2023/02$", status=410, times=None))
    result = bench.materialize(FIRST, LAST)
    assert not result.success
    assert evaluations(bench, result) == {}
    assert bench.materialize(FIRST).success
    said = evaluations(bench, bench.materialize(LAST))
    assert set(said) == names(RAW_PGN_ARCHIVES.name, GAMES.name)
    assert failing(said) == set()
    assert facts(said["replay_agrees"])["partitions"] == 2


def test_a_failing_check(bench: Workbench) -> None:
    """A check that fails names the month and what to do; the run and the other months succeed."""
    histories = bench.chess_com.histories
    assert isinstance(histories, FixedHistories)
    stranger = made_game(7, LAST.start.replace(day=5))
    stranger["pgn"] = stranger["pgn"].replace('[WhiteElo "1500"]', '[WhiteElo "2500"]')
    histories.by_player[USER][MIDDLE].append(stranger)
    result = bench.materialize(FIRST, LAST)
    assert result.success
    said = evaluations(bench, result)
    assert failing(said) == {"games_end_in_their_month", "games_agree_with_their_pgn"}
    found = said["games_agree_with_their_pgn"]
    assert found.severity is dg.AssetCheckSeverity.ERROR
    assert facts(found)["failing"] == f"{USER} 2023-02"
    assert (found.description or "").startswith(f"Fails in 1 of 3: {USER} 2023-02. Comp")
    assert bench.materialize(LAST).success
    assert len(bench.green(GAMES_KEY)) == 3


def test_unlisted_games_are_a_warning(bench: Workbench) -> None:
    """Games that vanish from chess.com's answers make a warning, and nothing else."""
    bench.materialize(FIRST, LAST)
    histories = bench.chess_com.histories
    assert isinstance(histories, FixedHistories)
    histories.by_player[USER][FIRST] = histories.by_player[USER][FIRST][:1]
    said = evaluations(bench, bench.materialize(FIRST, refresh=True))
    assert failing(said) == {"stored_games_are_listed"}
    found = said["stored_games_are_listed"]
    assert found.severity is dg.AssetCheckSeverity.WARN
    assert facts(found)["games_unlisted"] == 1


@pytest.mark.parametrize(("key", "name"), [(RAW_KEY, RAW_PGN_ARCHIVES.name), (GAMES_KEY, "games")])
def test_one_asset_alone(bench: Workbench, key: dg.AssetKey, name: str) -> None:
    """A run of one of the two assets reports its checks and no others."""
    bench.materialize(FIRST, LAST)
    assert set(evaluations(bench, bench.materialize(FIRST, assets=[key]))) == names(name)


def test_another_players_good_run(bench: Workbench) -> None:
    """A player's failing check is not hidden by another's good run, but mended by their own."""
    histories = bench.chess_com.histories
    assert isinstance(histories, FixedHistories)
    good = histories.by_player[USER]
    histories.by_player[USER] = good | {FIRST: [made_game(1, LAST.start.replace(day=5))]}
    histories.by_player["another"] = {
        MIDDLE: [made_game(2, MIDDLE.start.replace(day=5), white="another")]
    }
    bench.instance.add_dynamic_partitions(USERS, ["another"])
    name = "games_end_in_their_month"
    assert failing(evaluations(bench, bench.materialize(FIRST, LAST))) == {name}
    for _ in range(2):
        said = evaluations(bench, bench.materialize(FIRST, LAST, user="another"))
        assert failing(said) == {name}
        assert facts(said[name])["players_failing"] == USER
        assert f"Failed when last looked at: {USER}." in (said[name].description or "")
    for table in (RAW_PGN_ARCHIVES, GAMES):
        Path(bench.lake.uri, partition_path(table.name, USER, FIRST)).unlink()
    histories.by_player[USER] = good
    assert failing(evaluations(bench, bench.materialize(FIRST))) == set()
    assert failing(evaluations(bench, bench.materialize(FIRST, user="another"))) == set()


def test_checks_alone(bench: Workbench) -> None:
    """Checks can be run by themselves: over all followed players, asking nothing of chess.com."""
    bench.materialize(FIRST, LAST)
    PlayerRegistry(bench.lake).add(FollowedPlayer(USER, 1, FIRST.start, LATER))
    asked = len(bench.chess_com.requests)
    checks = [dg.AssetCheckKey(RAW_KEY, "stored_games_are_listed")]
    loaded = build_defs({"lake": LakeIOManager(uri=bench.lake.uri)})
    job = loaded.resolve_implicit_global_asset_job_def().get_subset(
        asset_selection=set(), asset_check_selection=set(checks)
    )
    result = job.execute_in_process(instance=bench.instance)
    said = evaluations(bench, result)
    assert set(said) == {"stored_games_are_listed"}
    assert facts(said["stored_games_are_listed"])["partitions"] == 3
    assert len(bench.chess_com.requests) == asked


def test_player_assets(bench: Workbench) -> None:
    """The tables and the page of a player report their checks, made or kept."""
    bench.materialize(FIRST, LAST)
    job = build_defs(
        {"lake": LakeIOManager(uri=bench.lake.uri), "clock": bench.clock}
    ).resolve_implicit_global_asset_job_def()
    for _ in range(2):
        result = job.execute_in_process(
            instance=bench.instance, asset_selection=PLAYER_ASSETS, partition_key=USER
        )
        said = evaluations(bench, result)
        assert set(said) == names(*(key.to_user_string() for key in PLAYER_ASSETS))
        assert all(each.passed for each in said.values())
        assert {facts(each)["partitions_not_judged"] for each in said.values()} == {0}
        assert facts(said["report_counts_every_game"])["games_in_report"] == 6


def test_descriptions() -> None:
    """Every check says in the UI what it promises and what to do when it fails; none blocks."""
    graph = defs.resolve_asset_graph()
    for key in graph.asset_check_keys:
        spec = graph.get_check_spec(key)
        assert "\n\nWhen it fails: " in (spec.description or "")
        assert not spec.blocking
