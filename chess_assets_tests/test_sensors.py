"""The sensors' ticks: who is followed after them, what they say, what a failed run is called."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from chess_assets.domain.months import Month
from chess_assets.domain.registry import FollowedPlayer, UnreadableRegistry
from chess_assets.domain.store import StoreError
from chess_assets.partitions import USERS, partition_key
from chess_assets.resources.notices import Notices
from chess_assets.sample import Fault
from chess_assets.sensors import failed_runs, failure_line
from chess_assets_tests.asset_keys import RAW_KEY
from chess_assets_tests.automaton import Automaton, open_automaton
from chess_assets_tests.made_games import histories_of

NOW = datetime(2024, 3, 10, tzinfo=UTC)
FIRST = Month(2024, 2)


@pytest.fixture
def automaton(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Automaton]:
    """A deployment that follows nobody, and a chess.com with two players."""
    monkeypatch.delenv("CHESS_PLAYERS", raising=False)
    histories = histories_of([FIRST], user="alice")
    histories.by_player |= histories_of([FIRST], user="bobby").by_player
    with open_automaton(tmp_path, histories, NOW) as automaton:
        yield automaton


def test_nobody_named(automaton: Automaton) -> None:
    """Without names a tick follows nobody and asks nothing of chess.com."""
    assert automaton.look_for_players() == "players followed: 0."
    assert automaton.users() == []
    assert automaton.chess_com.requests == []


def test_players_of_the_environment(automaton: Automaton, monkeypatch: pytest.MonkeyPatch) -> None:
    """The names in CHESS_PLAYERS are checked once, registered in the lake, and made partitions."""
    monkeypatch.setenv("CHESS_PLAYERS", " Alice,bobby,, ")
    assert "new: alice, bobby" in automaton.look_for_players()
    assert automaton.users() == list(automaton.registry.players()) == ["alice", "bobby"]
    assert automaton.look_for_players() == "players followed: 2."
    assert len(automaton.chess_com.requests) == 2


def test_players_of_the_registry(automaton: Automaton) -> None:
    """A player whom somebody added to the lake's registry becomes a partition, unasked."""
    automaton.registry.add(FollowedPlayer("alice", 1, FIRST.start, NOW))
    automaton.look_for_players()
    assert automaton.users() == ["alice"]
    assert automaton.chess_com.requests == []


def test_bad_names_stop_nobody(automaton: Automaton, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bad and an unknown name are told by name, once each in a tick, and the others followed."""
    monkeypatch.setenv("CHESS_PLAYERS", "a b,nosuch,alice,a b")
    for _ in range(2):
        said = automaton.look_for_players()
        assert said.count("a b") == 1
        assert said.count("Not followed") == 2
        assert "nosuch" in said
    assert automaton.users() == ["alice"]


def test_many_bad_names_are_told_shortly(
    automaton: Automaton, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand bad names make a sentence of bounded length."""
    monkeypatch.setenv("CHESS_PLAYERS", ",".join(f"no name {n}" for n in range(1000)))
    assert len(automaton.look_for_players()) < 2000


def test_a_player_removed_from_the_registry(automaton: Automaton) -> None:
    """A player taken out of the registry loses the partition, and none of the data."""
    automaton.registry.add(FollowedPlayer("alice", 1, FIRST.start, NOW))
    automaton.registry.add(FollowedPlayer("bobby", 2, FIRST.start, NOW))
    automaton.look_for_players()
    automaton.work()
    files = {info.key for info in automaton.lake.list("games/user=alice/")}
    automaton.registry.remove("alice")
    assert "no longer followed: alice" in automaton.look_for_players()
    assert automaton.users() == ["bobby"]
    assert {info.key for info in automaton.lake.list("games/user=alice/")} == files != set()


def test_a_partition_added_by_hand_stays(automaton: Automaton) -> None:
    """A partition of nobody who was ever followed is left alone, and told."""
    automaton.follow("alice", since=FIRST)
    automaton.instance.add_dynamic_partitions(USERS, ["by_hand"])
    for _ in range(2):
        assert "left alone: by_hand" in automaton.look_for_players()
    assert automaton.users() == ["alice", "by_hand"]


def test_an_empty_registry_removes_nobody(automaton: Automaton) -> None:
    """Where the registry is gone, as in a wrong lake, everybody's partition stays."""
    automaton.follow("alice", since=FIRST)
    automaton.look_for_players()
    Path(automaton.lake.uri, "_players/players.json").unlink()
    assert "left alone: alice" in automaton.look_for_players()
    assert automaton.users() == ["alice"]


def test_a_named_player_stays(automaton: Automaton, monkeypatch: pytest.MonkeyPatch) -> None:
    """A player in CHESS_PLAYERS keeps the partition while chess.com cannot confirm the name."""
    automaton.follow("alice", "bobby", since=FIRST)
    automaton.look_for_players()
    automaton.registry.remove("alice")
    monkeypatch.setenv("CHESS_PLAYERS", "alice")
    automaton.chess_com.faults.add(Fault("player/", status=503, times=None))
    automaton.look_for_players()
    assert automaton.users() == ["alice", "bobby"]


def test_an_unreadable_registry_removes_nobody(automaton: Automaton) -> None:
    """A registry that cannot be read fails the tick with a sentence, and changes nothing."""
    automaton.follow("alice", since=FIRST)
    automaton.look_for_players()
    Path(automaton.lake.uri, "_players/players.json").write_text("[]")
    with pytest.raises(UnreadableRegistry, match="is not a registry of players"):
        automaton.look_for_players()
    assert automaton.users() == ["alice"]


def test_a_store_that_refuses_removes_nobody(automaton: Automaton) -> None:
    """A lake that does not answer fails the tick, and changes nothing."""
    automaton.follow("alice", since=FIRST)
    automaton.look_for_players()
    registry = Path(automaton.lake.uri, "_players/players.json")
    registry.rename(registry.with_name("elsewhere"))
    registry.symlink_to("elsewhere")
    with pytest.raises(StoreError):
        automaton.look_for_players()
    assert automaton.users() == ["alice"]


class Told(Notices):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def tell(self, line: str) -> None:
        """Keep a line."""
        self.lines.append(line)


def test_a_failed_run_is_one_line(automaton: Automaton) -> None:
    """A failed run's line has the partitions and the run's own sentence, and reaches the hook."""
    automaton.follow("alice", since=FIRST)
    automaton.chess_com.faults.add(Fault(r"/2024/02$", status=410, times=None))
    (result,) = automaton.work()
    told = Told()
    context = dg.build_run_status_sensor_context(
        sensor_name="failed_runs",
        dagster_instance=automaton.instance,
        dagster_run=result.dagster_run,
        dagster_event=result.get_run_failure_event(),
        resources={"notices": told},
    ).for_run_failure()
    failed_runs(context)
    (line,) = told.lines
    assert "\n" not in line
    assert f"{partition_key('alice', FIRST)} to {partition_key('alice', FIRST.next())}" in line
    assert "1 of 2 months failed: alice 2024-02" in line


def test_a_line_is_short() -> None:
    """However long a cause is, the line is bounded, and a run without a cause says so."""
    run = dg.DagsterRun(job_name="sync_players")
    assert len(failure_line(run, "x\n" * 10_000)) < 1100
    assert "no reason given" in failure_line(run, None)


def test_the_cursor_is_json(automaton: Automaton, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a tick remembers is who was followed and who was refused until when."""
    monkeypatch.setenv("CHESS_PLAYERS", "alice,nosuch")
    automaton.look_for_players()
    stored = json.loads(automaton.cursors["followed_players"] or "")
    assert stored["followed"] == ["alice"]
    assert stored["refused"]["nosuch"][2] == (NOW + timedelta(hours=1)).isoformat()


def test_nothing_green_without_a_run(automaton: Automaton) -> None:
    """Following a player materializes nothing by itself."""
    automaton.follow("alice", since=FIRST)
    automaton.look_for_players()
    assert automaton.green(RAW_KEY) == set()
