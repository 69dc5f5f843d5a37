"""The schedules: when they tick, what they ask for, and that it is made."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from chess_assets.domain.freshness import Freshness, FreshnessRule
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import CHESS_COM_TIMEZONE, Month, months_between
from chess_assets.domain.raw_archives.stored_fetches import fetched_at_of
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.partitions import RANGE_END, RANGE_START, USERS
from chess_assets.resources.freshness import FreshnessResource
from chess_assets.schedules import month_close, revalidate
from chess_assets_tests.automaton import Automaton, open_automaton
from chess_assets_tests.made_games import histories_of

CLOSED = Month(2024, 2)
MONTHS = list(months_between(Month(2023, 12), CLOSED.next()))
PLAYERS = ["alice", "bobby"]
CLOSING = datetime(2024, 3, 2, 15, tzinfo=UTC)  # 07:00 in Los Angeles


@pytest.fixture
def automaton(tmp_path: Path) -> Iterator[Automaton]:
    """A deployment with two players, at the moment of the month's schedule."""
    histories = histories_of(MONTHS, user=PLAYERS[0])
    histories.by_player |= histories_of(MONTHS, user=PLAYERS[1]).by_player
    with open_automaton(tmp_path, histories, CLOSING, is_stored=True) as automaton:
        automaton.follow(*PLAYERS, since=MONTHS[0])
        yield automaton


def evaluate(automaton: Automaton, name: str) -> Any:
    """Let a schedule tick, as the daemon does."""
    schedule = automaton.repository.get_schedule_def(name)
    resources = automaton.repository.get_top_level_resources()
    with dg.build_schedule_context(
        automaton.instance,
        automaton.clock.at,
        repository_def=automaton.repository,
        resources={key: resources[key] for key in schedule.required_resource_keys},
    ) as context:
        return schedule.evaluate_tick(context)


def execute(automaton: Automaton, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
    """Run what a schedule asks for."""
    return automaton.repository.get_job("sync_players").execute_in_process(
        instance=automaton.instance, tags=dict(request.tags), run_config=request.run_config
    )


def worth(automaton: Automaton, user: str) -> Freshness:
    """Say what the closed month of a player is worth."""
    state = PlayerTable(automaton.lake, RAW_PGN_ARCHIVES, user).states().get(CLOSED)
    return FreshnessRule().judge(CLOSED, fetched_at_of(state), automaton.clock.at)


def test_a_month_closes_for_everyone(automaton: Automaton) -> None:
    """On the 2nd one run fetches the closed month once more for every player, and seals it."""
    automaton.clock.at = CLOSED.end + timedelta(hours=23)
    automaton.run(
        {key: {k for k in keys if k < "2024-03"} for key, keys in automaton.tick().items()}
    )
    assert {worth(automaton, user) for user in PLAYERS} == {Freshness.FRESH}
    automaton.clock.at = CLOSING
    (request,) = evaluate(automaton, "month_close").run_requests
    assert execute(automaton, request).success
    assert {worth(automaton, user) for user in PLAYERS} == {Freshness.SEALED}


def test_closing_a_sealed_month_asks_nothing(automaton: Automaton) -> None:
    """Where automation was first, the schedule's run asks chess.com for no month."""
    automaton.work()
    automaton.chess_com.recording.clear()
    (request,) = evaluate(automaton, "month_close").run_requests
    assert execute(automaton, request).success
    assert automaton.chess_com.requests == []


def test_closing_passes_over_strangers(automaton: Automaton) -> None:
    """A partition that nobody follows is in no run, and splits the range it stands in."""
    automaton.instance.add_dynamic_partitions(USERS, ["by_hand", "carla"])
    automaton.follow("carla", since=MONTHS[0])
    requests = evaluate(automaton, "month_close").run_requests
    ranges = [(each.tags[RANGE_START], each.tags[RANGE_END]) for each in requests]
    assert ranges == [
        ("2024-02-01|alice", "2024-02-01|bobby"),
        ("2024-02-01|carla", "2024-02-01|carla"),
    ]
    assert len({each.run_key for each in requests}) == 2


def test_an_unsettled_month_is_not_closed(tmp_path: Path) -> None:
    """Where months settle later than the schedule ticks, it says so and asks for nothing."""
    overrides = {"freshness": FreshnessResource(settles_after_hours=72)}
    with open_automaton(tmp_path, histories_of(MONTHS), CLOSING, overrides) as automaton:
        result = evaluate(automaton, "month_close")
    assert not result.run_requests
    assert "2024-02 settles" in result.skip_message


def test_revalidation_is_conditional(automaton: Automaton) -> None:
    """Revalidating asks for every sealed month of a player again, with its ETag, in one run."""
    automaton.clock.at = datetime(2024, 3, 15, 16, tzinfo=UTC)
    automaton.work()
    automaton.chess_com.recording.clear()
    requests = evaluate(automaton, "revalidate").run_requests
    assert len(requests) == len(PLAYERS)
    assert execute(automaton, requests[0]).success
    asked = automaton.chess_com.month_requests()
    assert [request.path[-7:] for request in asked] == ["2023/12", "2024/01", "2024/02"]
    assert {request.status for request in asked} == {304}


def test_nobody_followed(tmp_path: Path) -> None:
    """Without players the schedules ask for nothing, and say why."""
    with open_automaton(tmp_path, histories_of([]), CLOSING, is_stored=True) as automaton:
        for name in ("month_close", "revalidate"):
            result = evaluate(automaton, name)
            assert (result.run_requests, result.skip_message) == ([], "Nobody is followed.")


def test_when_they_tick() -> None:
    """Both go by Los Angeles; closing months is on from the start, revalidating is not."""
    zones = {month_close.execution_timezone, revalidate.execution_timezone}
    assert zones == {CHESS_COM_TIMEZONE}
    assert month_close.default_status == dg.DefaultScheduleStatus.RUNNING
    assert revalidate.default_status == dg.DefaultScheduleStatus.STOPPED
