"""The jobs: what they select, and that their run config does what it says."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from chess_assets.domain.months import Month
from chess_assets.jobs import JOBS
from chess_assets.partitions import partition_key
from chess_assets_tests.automaton import Automaton, open_automaton
from chess_assets_tests.made_games import histories_of

OPEN = Month(2024, 3)
NOW = datetime(2024, 3, 10, tzinfo=UTC)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def automaton(tmp_path: Path) -> Iterator[Automaton]:
    """A deployment with a player who joined this month."""
    with open_automaton(tmp_path, histories_of([OPEN], user="alice"), NOW) as automaton:
        automaton.follow("alice", since=OPEN)
        yield automaton


def run(automaton: Automaton, name: str, partition: str) -> dg.ExecuteInProcessResult:
    """Run a job for a partition with the config it has by itself."""
    job = automaton.repository.get_job(name)
    return job.execute_in_process(instance=automaton.instance, partition_key=partition)


def test_what_the_jobs_make(automaton: Automaton) -> None:
    """Months are made by two of the jobs, and the tables with a file a player by the third."""
    made = {
        job.name: {
            key.to_user_string()
            for key in automaton.repository.get_job(job.name).asset_layer.executable_asset_keys
        }
        for job in JOBS
    }
    months = {"raw_pgn_archives", "games"}
    assert made["sync_players"] >= months
    assert made["refresh_open_month"] >= months
    assert made["make_player_tables"] >= {"player_games", "rating_history"}
    assert not made["make_player_tables"] & months
    assert [name for name, keys in made.items() if "positions" in keys] == ["make_positions"]


def test_sync_leaves_what_is_fresh(automaton: Automaton) -> None:
    """`sync_players` asks for a month that is missing, and not for one that is fresh."""
    key = partition_key("alice", OPEN)
    assert run(automaton, "sync_players", key).success
    assert len(automaton.chess_com.month_requests()) == 1
    assert run(automaton, "sync_players", key).success
    assert len(automaton.chess_com.month_requests()) == 1


def test_refresh_asks_again(automaton: Automaton) -> None:
    """`refresh_open_month` asks for a month that is fresh, with its ETag."""
    key = partition_key("alice", OPEN)
    run(automaton, "sync_players", key)
    assert run(automaton, "refresh_open_month", key).success
    assert [request.status for request in automaton.chess_com.month_requests()] == [200, 304]


def test_every_job_says_what_it_does() -> None:
    """Every job has a description that speaks of its run config."""
    assert all("run config" in (job.description or "").lower() for job in JOBS)
