"""`keep_positions`: what it asks for when somebody has started it, and what its runs make."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from chess_assets.domain.months import Month
from chess_assets.partitions import RANGE_END, RANGE_START, partition_key
from chess_assets.sample import FixedHistories
from chess_assets_tests.asset_keys import POSITIONS_KEY
from chess_assets_tests.automaton import Automaton, open_automaton
from chess_assets_tests.made_games import histories_of, made_game

MONTHS = [Month(2024, 1), Month(2024, 2), Month(2024, 3)]
NOW = datetime(2024, 3, 10, tzinfo=UTC)


@pytest.fixture
def automaton(tmp_path: Path) -> Iterator[Automaton]:
    """A deployment whose player's months are made."""
    with open_automaton(tmp_path, histories_of(MONTHS, user="alice"), NOW) as automaton:
        automaton.follow("alice", since=MONTHS[0])
        assert all(result.success for result in automaton.work())
        yield automaton


def asked(automaton: Automaton) -> list[dg.RunRequest]:
    """Let the sensor tick, and return the runs it asks for."""
    result: Any = automaton.evaluate("keep_positions")
    return list(result.run_requests)


def run(automaton: Automaton, request: dg.RunRequest) -> None:
    """Make the run that was asked for."""
    job = automaton.repository.get_job("make_positions")
    assert job.execute_in_process(instance=automaton.instance, tags=request.tags).success


def test_what_is_due(automaton: Automaton) -> None:
    """It asks for all months, then for nothing, then for the one with a new game."""
    (request,) = asked(automaton)
    first, last = (partition_key("alice", month) for month in (MONTHS[0], MONTHS[-1]))
    assert (request.tags[RANGE_START], request.tags[RANGE_END]) == (first, last)
    run(automaton, request)
    assert len(automaton.green(POSITIONS_KEY)) == 3
    assert asked(automaton) == []

    histories = automaton.chess_com.histories
    assert isinstance(histories, FixedHistories)
    histories.by_player["alice"][MONTHS[-1]].append(made_game(7, NOW, white="alice"))
    automaton.clock.at += timedelta(hours=7)
    automaton.work()
    (again,) = asked(automaton)
    assert again.tags[RANGE_START] == again.tags[RANGE_END] == last
    assert again.run_key != request.run_key


def test_asked_for_once(automaton: Automaton) -> None:
    """As long as the games are the same it gives a run the same key, so that there is one."""
    assert [each.run_key for each in asked(automaton)] == [
        each.run_key for each in asked(automaton)
    ]


def test_it_is_off(automaton: Automaton) -> None:
    """Until somebody starts it, nothing is asked for."""
    sensor = automaton.repository.get_sensor_def("keep_positions")
    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED
