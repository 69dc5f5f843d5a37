"""What somebody cancelled is left alone until it is due again or asked for by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph_subset import AssetGraphSubset
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill

from chess_assets.domain.months import Month, months_between
from chess_assets.partitions import RANGE_END, RANGE_START, partition_key
from chess_assets.sample import Fault, FixedHistories
from chess_assets_tests.asset_keys import GAMES_KEY, PLAYER_GAMES_KEY, RAW_KEY
from chess_assets_tests.automaton import Automaton, Requested, months_requested, open_automaton
from chess_assets_tests.made_games import histories_of, made_game

FIRST, OPEN = Month(2023, 9), Month(2024, 3)
MONTHS = list(months_between(FIRST, OPEN))
NOW = datetime(2024, 3, 10, tzinfo=UTC)
HOUR, TICK = timedelta(hours=1), timedelta(seconds=30)
BOTH = [RAW_KEY, GAMES_KEY]


@pytest.fixture
def automaton(tmp_path: Path) -> Iterator[Automaton]:
    """A deployment with two players to follow, of whom nothing is stored."""
    histories = histories_of(MONTHS, user="alice").by_player
    histories |= histories_of(MONTHS, user="bobby").by_player
    with open_automaton(tmp_path, FixedHistories(histories), NOW) as automaton:
        automaton.follow("alice", "bobby", since=FIRST)
        yield automaton


def key_of(month: Month, user: str = "alice") -> str:
    """Return a partition's key."""
    return str(partition_key(user, month))


def launch(automaton: Automaton, assets: list[dg.AssetKey], tags: dict[str, str]) -> dg.DagsterRun:
    """Put a run into the queue, as a launch does: what it is to make is planned."""
    return automaton.instance.create_run_for_job(
        automaton.defs.resolve_implicit_global_asset_job_def(),
        asset_selection=frozenset(assets),
        tags=tags,
    )


def range_of(first: Month, last: Month, user: str = "alice") -> dict[str, str]:
    """Return the tags of a run over a range."""
    return {RANGE_START: key_of(first, user), RANGE_END: key_of(last, user)}


def cancel(automaton: Automaton, run: dg.DagsterRun) -> None:
    """Cancel a run, as the UI does with one that is in the queue."""
    automaton.instance.report_run_canceling(run)
    automaton.instance.report_run_canceled(run)


def backfill_of(automaton: Automaton, requested: Requested) -> PartitionBackfill:
    """Start a backfill of what was asked for, as the daemon does; none of its runs has begun."""
    graph = automaton.repository.asset_graph
    with dg.partition_loading_context(dynamic_partitions_store=automaton.instance):
        subsets = {}
        for asset, partitions in requested.items():
            definition = graph.get(asset).partitions_def
            assert definition is not None
            subsets[asset] = definition.subset_with_partition_keys(partitions)
        backfill = PartitionBackfill.from_asset_graph_subset(
            backfill_id="the-backfill",
            backfill_timestamp=datetime.now(UTC).timestamp(),
            tags={},
            dynamic_partitions_store=automaton.instance,
            asset_graph_subset=AssetGraphSubset(partitions_subsets_by_asset_key=subsets),
            title=None,
            description=None,
            run_config=None,
        )
    automaton.instance.add_backfill(backfill)
    return backfill


def end(automaton: Automaton, backfill: PartitionBackfill, status: BulkActionStatus) -> None:
    """Let a backfill end, or begin to."""
    ended = backfill.with_status(status).with_end_timestamp(datetime.now(UTC).timestamp())
    automaton.instance.update_backfill(ended)


def later(automaton: Automaton, hours: float) -> Requested:
    """Let time pass, and return what is asked for then."""
    automaton.clock.at += hours * HOUR + TICK
    return automaton.tick()


def asked_since(automaton: Automaton, hours: int) -> set[str]:
    """Return the months of Alice's raw archives asked for in so many hours of ticks."""
    asked: set[str] = set()
    for _ in range(hours):
        asked |= set(months_requested(later(automaton, 1), "alice"))
    return asked


def nodes(automaton: Automaton, asset: dg.AssetKey = RAW_KEY) -> dict[str, int]:
    """Return what the UI shows of the last tick: how many partitions each node is true for."""
    automaton.clock.at += TICK
    found: dict[str, int] = {}

    def walk(evaluation: Any) -> None:
        found[str(evaluation.condition_snapshot.name)] = evaluation.true_subset.size
        for child in evaluation.child_evaluations:
            walk(child)

    for evaluation in automaton.evaluate("automation").automation_condition_evaluations:
        if evaluation.key == asset:
            walk(evaluation)
    return found


@pytest.mark.parametrize("how", ["queued", "at work", "single"])
def test_a_cancelled_run(automaton: Automaton, how: str) -> None:
    """The months of a cancelled run are not asked for; those it stored, and others, are as ever."""
    automaton.tick()
    if how == "single":
        runs = [launch(automaton, BOTH, {"dagster/partition": key_of(each)}) for each in MONTHS]
    else:
        runs = [launch(automaton, BOTH, range_of(FIRST, OPEN))]
    if how == "at work":
        automaton.run({RAW_KEY: {key_of(each) for each in MONTHS[:3]}})
    for run in runs:
        cancel(automaton, run)
    requested = later(automaton, 2)
    assert months_requested(requested, "alice") == []
    assert months_requested(requested, "bobby") == [str(month) for month in MONTHS]


def test_the_open_month_comes_back_when_it_is_due(automaton: Automaton) -> None:
    """Six hours after it was cancelled the open month is asked for, the settled ones never are."""
    automaton.tick()
    cancel(automaton, launch(automaton, BOTH, range_of(FIRST, OPEN)))
    assert asked_since(automaton, 5) == set()
    assert asked_since(automaton, 50) == {str(OPEN)}


def test_the_evaluation_says_so(automaton: Automaton) -> None:
    """The UI's evaluation has a node for what was cancelled, and until when that is left alone."""
    automaton.tick()
    cancel(automaton, launch(automaton, BOTH, range_of(FIRST, OPEN)))
    shown = nodes(automaton)
    assert shown["cancelled, left alone until 2024-03-10 06:00 UTC or asked for by hand"] == 7


@pytest.mark.parametrize("status", [BulkActionStatus.CANCELING, BulkActionStatus.CANCELED])
def test_a_cancelled_backfill(automaton: Automaton, status: BulkActionStatus) -> None:
    """So it is with a backfill none of whose runs had begun, while it is ended and afterwards."""
    backfill = backfill_of(automaton, automaton.tick())
    end(automaton, backfill, status)
    assert later(automaton, 2) == {}
    end(automaton, backfill, BulkActionStatus.CANCELED)
    assert later(automaton, 2) == {}


def test_somebody_else_s_backfill(automaton: Automaton) -> None:
    """It does not matter who asked for what was cancelled."""
    months = {key_of(each) for each in MONTHS[:3]}
    backfill = backfill_of(automaton, {RAW_KEY: months, GAMES_KEY: months})
    end(automaton, backfill, BulkActionStatus.CANCELED)
    assert months_requested(automaton.tick(), "alice") == [str(month) for month in MONTHS[3:]]


def test_a_backfill_that_failed(automaton: Automaton) -> None:
    """A backfill that ended in any other way is none that somebody cancelled."""
    end(automaton, backfill_of(automaton, automaton.tick()), BulkActionStatus.COMPLETED_FAILED)
    assert len(months_requested(later(automaton, 1), "alice")) == len(MONTHS)


def test_after_a_restart(automaton: Automaton) -> None:
    """A new process, also one whose cursors were reset, knows what was cancelled."""
    automaton.tick()
    cancel(automaton, launch(automaton, BOTH, range_of(FIRST, OPEN)))
    automaton.tick()
    automaton.cursors.clear()
    automaton.__post_init__()
    assert months_requested(later(automaton, 2), "alice") == []


def test_asked_for_by_hand(automaton: Automaton) -> None:
    """A month asked for by hand since is like any other: made, or retried when that failed."""
    automaton.tick()
    cancel(automaton, launch(automaton, BOTH, range_of(FIRST, OPEN)))
    automaton.tick()
    automaton.chess_com.faults.add(Fault("alice/games/2023/11$", status=410, times=1))
    by_hand = {key_of(each) for each in MONTHS[:4]}
    (result,) = automaton.run({RAW_KEY: by_hand, GAMES_KEY: by_hand})
    assert not result.success
    assert months_requested(later(automaton, 0), "alice") == []
    assert months_requested(later(automaton, 1), "alice") == ["2023-11"]


def test_launched_by_hand_and_killed(automaton: Automaton) -> None:
    """So is one whose run by hand was killed before it did anything."""
    automaton.tick()
    cancel(automaton, launch(automaton, BOTH, range_of(FIRST, OPEN)))
    automaton.tick()
    automaton.instance.report_run_failed(launch(automaton, BOTH, range_of(FIRST, FIRST.next())))
    asked = months_requested(later(automaton, 2), "alice")
    assert asked == [str(FIRST), str(FIRST.next())]


def test_made_since_and_deleted(automaton: Automaton) -> None:
    """An object deleted after its month was made by hand is asked for, as any is."""
    automaton.tick()
    cancel(automaton, launch(automaton, BOTH, range_of(FIRST, OPEN)))
    made = {key_of(each) for each in MONTHS}
    automaton.run({RAW_KEY: made, GAMES_KEY: made})
    Path(automaton.lake.uri, f"raw_pgn_archives/user=alice/month={FIRST}/part-0.parquet").unlink()
    assert str(FIRST) in months_requested(later(automaton, 2), "alice")


def test_games_follow_raw_that_was_made_by_hand(automaton: Automaton) -> None:
    """Raw made by hand after both were cancelled brings its games; the other months stay alone."""
    automaton.tick()
    cancel(automaton, launch(automaton, BOTH, range_of(FIRST, OPEN)))
    automaton.run({RAW_KEY: {key_of(FIRST)}})
    requested = later(automaton, 2)
    assert months_requested(requested, "alice", RAW_KEY) == []
    assert months_requested(requested, "alice", GAMES_KEY) == [str(FIRST)]


def test_a_player_s_tables(automaton: Automaton) -> None:
    """A cancelled table of a player is not asked for again before there are other games."""
    automaton.work()
    automaton.clock.at += TICK
    assert automaton.tick()[PLAYER_GAMES_KEY] == {"alice", "bobby"}
    cancel(automaton, launch(automaton, [PLAYER_GAMES_KEY], {"dagster/partition": "alice"}))
    automaton.clock.at += 2 * HOUR
    assert automaton.tick()[PLAYER_GAMES_KEY] == {"bobby"}
    histories = automaton.chess_com.histories
    assert isinstance(histories, FixedHistories)
    histories.by_player["alice"][OPEN].append(made_game(7, automaton.clock.at, white="alice"))
    automaton.clock.at += 6 * HOUR
    requested = automaton.tick()
    automaton.run({key: keys for key, keys in requested.items() if key in BOTH})
    automaton.clock.at += TICK
    assert "alice" in automaton.tick()[PLAYER_GAMES_KEY]
