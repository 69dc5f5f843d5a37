"""What automation asks for, tick by tick, and that what it asks for is made."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from chess_assets.assets.games import games
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.registry import UnreadableRegistry
from chess_assets.partitions import USERS, partition_key
from chess_assets.sample import Fault, FixedHistories
from chess_assets_tests.asset_keys import GAMES_KEY, PLAYER_GAMES_KEY, RAW_KEY
from chess_assets_tests.automaton import Automaton, months_requested, open_automaton
from chess_assets_tests.made_games import histories_of, made_game

FIRST, OPEN = Month(2023, 9), Month(2024, 3)
MONTHS = list(months_between(FIRST, OPEN))
NOW = datetime(2024, 3, 10, tzinfo=UTC)
HOUR, TICK = timedelta(hours=1), timedelta(seconds=30)


@pytest.fixture
def automaton(tmp_path: Path) -> Iterator[Automaton]:
    """A deployment with two players to follow, who joined two months apart."""
    histories = histories_of(MONTHS, user="alice")
    histories.by_player |= histories_of(MONTHS[2:], user="bobby").by_player
    with open_automaton(tmp_path, histories, NOW) as automaton:
        automaton.follow("alice", since=FIRST)
        automaton.follow("bobby", since=MONTHS[2])
        yield automaton


def make_months(automaton: Automaton) -> None:
    """Let the first tick pass and what it asks for be made; players' tables are left behind."""
    assert all(result.success for result in automaton.work())
    automaton.clock.at += TICK
    automaton.tick()


def install_newer_parser(automaton: Automaton, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the definitions again, with a parser of another version."""
    (newer,) = dg.map_asset_specs(
        lambda spec: spec.replace_attributes(code_version="newer"), [games]
    )
    monkeypatch.setattr("chess_assets.assets.games.games", newer)
    monkeypatch.setattr("chess_assets.conditions.lake_view.PARSER_VERSION", "newer")
    automaton.__post_init__()


def texts(months: list[Month]) -> list[str]:
    """Return months as YYYY-MM."""
    return [str(month) for month in months]


def test_one_run_a_player(automaton: Automaton) -> None:
    """All months since joining are asked for, raw and games together, and make a run a player."""
    requested = automaton.tick()
    assert set(requested) == {RAW_KEY, GAMES_KEY}
    assert requested[RAW_KEY] == requested[GAMES_KEY]
    assert months_requested(requested, "alice") == texts(MONTHS)
    assert months_requested(requested, "bobby") == texts(MONTHS[2:])
    results = automaton.run(requested)
    assert [result.success for result in results] == [True, True]
    assert automaton.green(RAW_KEY) == automaton.green(GAMES_KEY) == requested[RAW_KEY]


def test_the_open_month_after_six_hours(automaton: Automaton) -> None:
    """Six hours later the open months are asked for, and nothing else."""
    make_months(automaton)
    automaton.clock.at = NOW + 6 * HOUR - TICK
    assert not {RAW_KEY, GAMES_KEY} & automaton.tick().keys()
    automaton.clock.at = NOW + 6 * HOUR
    keys = {str(partition_key(user, OPEN)) for user in ("alice", "bobby")}
    assert automaton.tick() == {RAW_KEY: keys, GAMES_KEY: keys}


def test_strangers_are_not_fetched(automaton: Automaton) -> None:
    """A partition that was added by hand and belongs to nobody followed is never asked for."""
    automaton.instance.add_dynamic_partitions(USERS, ["by_hand", "../../etc"])
    users = {key.split("|")[1] for key in automaton.tick()[RAW_KEY]}
    assert users == {"alice", "bobby"}


def test_downstream_follows_content(automaton: Automaton) -> None:
    """The players' tables are made after the months, and again only when there is a new game."""
    make_months(automaton)
    automaton.cursors["automation"] = None
    requested = automaton.tick()
    assert requested[PLAYER_GAMES_KEY] == {"alice", "bobby"}
    assert len(set(map(frozenset, requested.values()))) == 1
    assert all(result.success for result in automaton.run(requested))
    automaton.clock.at = NOW + 6 * HOUR
    automaton.work()
    automaton.clock.at += TICK
    assert automaton.tick() == {}
    histories = automaton.chess_com.histories
    assert isinstance(histories, FixedHistories)
    histories.by_player["alice"][OPEN].append(made_game(7, automaton.clock.at, white="alice"))
    automaton.clock.at += 6 * HOUR
    automaton.work()
    automaton.clock.at += TICK
    assert automaton.tick()[PLAYER_GAMES_KEY] == {"alice"}


def test_a_month_that_always_fails(automaton: Automaton) -> None:
    """It is asked for an hour later, then after twice as long, and holds up no other month."""
    automaton.chess_com.faults.add(Fault("alice/games/2023/11$", status=410, times=None))
    asked, refreshed = [], []
    for quarter in range(4 * 33):
        automaton.clock.at = NOW + quarter * HOUR / 4
        requested = automaton.tick()
        months = {key: requested[key] for key in (RAW_KEY, GAMES_KEY) if key in requested}
        automaton.run(months)
        asked += [quarter / 4 for each in months_requested(requested, "alice") if each == "2023-11"]
        refreshed += [
            quarter / 4 for each in months_requested(requested, "bobby") if each == "2024-03"
        ]
        if months:
            automaton.clock.at += TICK
            assert RAW_KEY not in automaton.tick()
    assert asked == [0, 1.25, 3.5, 7.75, 16, 32.25]
    assert refreshed == [0, 6, 12, 18, 24, 30]
    broken = str(partition_key("alice", Month(2023, 11)))
    assert broken not in automaton.green(RAW_KEY)
    assert len(automaton.green(RAW_KEY)) == len(MONTHS) + len(MONTHS[2:]) - 1


def test_games_of_what_landed(automaton: Automaton) -> None:
    """Where a month failed, games of those that landed are asked for at the next tick, and once."""
    automaton.chess_com.faults.add(Fault("alice/games/2023/11$", status=410, times=None))
    automaton.work()
    landed = [month for month in texts(MONTHS) if month != "2023-11"]
    automaton.clock.at += TICK
    requested = automaton.tick()
    assert RAW_KEY not in requested
    assert months_requested(requested, "alice", GAMES_KEY) == landed
    automaton.clock.at += TICK
    assert GAMES_KEY not in automaton.tick()
    assert all(result.success for result in automaton.run(requested))
    assert automaton.green(GAMES_KEY) == automaton.green(RAW_KEY)


def test_the_wait_survives_a_restart(automaton: Automaton) -> None:
    """A new process with the old cursors knows what was asked for in vain, and waits as well."""
    automaton.tick()  # and none of it is run
    restarted = Automaton(
        automaton.chess_com,
        automaton.instance,
        automaton.lake,
        automaton.clock,
        {},
        automaton.cursors,
    )
    automaton.clock.at += HOUR - TICK
    assert restarted.tick() == {}
    automaton.clock.at += TICK
    assert months_requested(restarted.tick(), "alice") == texts(MONTHS)


def test_an_interrupted_run_goes_on_at_once(automaton: Automaton) -> None:
    """Of a run that was killed halfway, what is missing is asked for in the next tick."""
    requested = automaton.tick()
    landed = {key for key in requested[RAW_KEY] if key < "2023-12"}
    automaton.run({RAW_KEY: landed, GAMES_KEY: landed})
    automaton.clock.at += TICK
    assert months_requested(automaton.tick(), "alice") == texts(MONTHS[3:])


def test_what_no_run_reported_is_reported(automaton: Automaton) -> None:
    """Months that are stored and in no history are reported in one run, and nothing is fetched."""
    make_months(automaton)
    users = automaton.users()
    with dg.DagsterInstance.ephemeral() as empty_history:
        shown, automaton.instance = automaton.green(RAW_KEY), empty_history
        empty_history.add_dynamic_partitions(USERS, users)
        automaton.cursors.clear()
        automaton.__post_init__()
        automaton.chess_com.recording.clear()
        automaton.work()
        assert automaton.green(RAW_KEY) == automaton.green(GAMES_KEY) == shown
        assert automaton.chess_com.requests == []
        automaton.clock.at += TICK
        assert RAW_KEY not in automaton.tick()


def test_a_reset_cursor_ends_the_waiting(automaton: Automaton) -> None:
    """Resetting the sensor's cursor, as the UI can, lets everything due be asked for at once."""
    automaton.tick()
    automaton.clock.at += TICK
    assert automaton.tick() == {}
    automaton.cursors["automation"] = None
    assert months_requested(automaton.tick(), "alice") == texts(MONTHS)


def test_a_deleted_object_is_asked_for(automaton: Automaton) -> None:
    """A month whose object was deleted is asked for as one range with the open month."""
    make_months(automaton)
    path = f"raw_pgn_archives/user=alice/month={MONTHS[3]}/part-0.parquet"
    Path(automaton.lake.uri, path).unlink()
    automaton.clock.at = NOW + 6 * HOUR
    assert months_requested(automaton.tick(), "alice") == texts(MONTHS[3:])


def test_a_new_parser_asks_chess_com_nothing(
    automaton: Automaton, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a new version of the parser `games` alone is asked for, in a run a player."""
    make_months(automaton)
    install_newer_parser(automaton, monkeypatch)
    automaton.chess_com.recording.clear()
    automaton.clock.at += TICK
    requested = automaton.tick()
    assert set(requested) == {GAMES_KEY}
    assert months_requested(requested, "alice", GAMES_KEY) == texts(MONTHS)
    assert len(automaton.run(requested)) == 2
    assert automaton.chess_com.requests == []


def test_an_unreadable_registry_fails_the_tick(automaton: Automaton) -> None:
    """A registry that cannot be read is no reason to ask for nothing in silence."""
    Path(automaton.lake.uri, "_players/players.json").write_text("[]")
    with pytest.raises(Exception, match="Error while evaluating") as failure:
        automaton.tick()
    assert isinstance(failure.value.__cause__, UnreadableRegistry)


def test_no_games_of_months_without_raw(
    automaton: Automaton, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Games are asked for neither where raw is missing or unreadable, nor in a range over it."""
    automaton.chess_com.faults.add(Fault("alice/games/2023/11$", status=410, times=None))
    automaton.run(automaton.tick())
    unreadable = Path(automaton.lake.uri, "raw_pgn_archives/user=alice/month=2024-01")
    (unreadable / "part-0.parquet").write_bytes(b"no Parquet file")
    install_newer_parser(automaton, monkeypatch)
    automaton.cursors.clear()
    automaton.clock.at += TICK
    requested = automaton.tick()
    assert months_requested(requested, "alice") == ["2024-01"]
    with_raw = [month for month in texts(MONTHS) if month not in {"2023-11", "2024-01"}]
    by_itself = {GAMES_KEY: requested[GAMES_KEY] - requested.get(RAW_KEY, set())}
    assert months_requested(by_itself, "alice", GAMES_KEY) == with_raw
    assert all(result.success for result in automaton.run(by_itself))


def test_games_whose_raw_is_gone(automaton: Automaton) -> None:
    """Games that no run reported and whose raw is gone are not asked for without their raw."""
    make_months(automaton)
    Path(automaton.lake.uri, "raw_pgn_archives/user=alice/month=2023-11/part-0.parquet").unlink()
    users = automaton.users()
    with dg.DagsterInstance.ephemeral() as empty_history:
        automaton.instance = empty_history
        empty_history.add_dynamic_partitions(USERS, users)
        automaton.cursors.clear()
        automaton.__post_init__()
        automaton.chess_com.faults.add(Fault("alice/games/2023/11$", status=410, times=None))
        for _ in range(3):
            automaton.work()
            automaton.clock.at += TICK
        asked = [r for r in automaton.instance.get_runs() if GAMES_KEY in (r.asset_selection or ())]
        alone = [run for run in asked if RAW_KEY not in (run.asset_selection or ())]
        assert [run for run in alone if not run.is_success] == []


def test_a_month_somebody_else_failed_to_make(automaton: Automaton) -> None:
    """A month that failed in a run by hand waits an hour, too; the others are asked for at once."""
    automaton.chess_com.faults.add(Fault("alice/games/2023/11$", status=410, times=None))
    by_hand = {str(partition_key("alice", month)) for month in MONTHS[:4]}
    automaton.run({RAW_KEY: by_hand, GAMES_KEY: by_hand})
    assert "2023-11" not in months_requested(automaton.tick(), "alice")
    automaton.clock.at += HOUR
    assert "2023-11" in months_requested(automaton.tick(), "alice")


def test_what_a_run_gave_up_waits_too(automaton: Automaton) -> None:
    """Where chess.com is down, nothing is asked again before the hour is over."""
    automaton.chess_com.faults.add(Fault("games/2023/1[0-2]$", status=403, times=None))
    automaton.run(automaton.tick())
    automaton.clock.at += TICK
    assert RAW_KEY not in automaton.tick()
    automaton.clock.at += HOUR
    assert months_requested(automaton.tick(), "alice") == texts(MONTHS[1:])


def test_a_lake_path_that_cannot_be_used(automaton: Automaton) -> None:
    """A player whose folder cannot be read is left out, and the others are asked for."""
    folder = Path(automaton.lake.uri, "raw_pgn_archives")
    folder.mkdir(parents=True)
    (folder / "user=alice").symlink_to("/nowhere/at/all")
    requested = automaton.tick()
    assert months_requested(requested, "alice") == []
    assert months_requested(requested, "bobby") == texts(MONTHS[2:])
