"""`chess-assets sync`: months fetched through Dagster, with a line for each."""

import re
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chess_assets.domain.months import Month
from chess_assets.domain.registry import PlayerRegistry
from chess_assets.sample import Fault
from chess_assets_tests.asset_keys import GAMES_KEY, POSITIONS_KEY, RAW_KEY
from chess_assets_tests.command_line import (
    CHESS_ASSETS,
    CommandLine,
    months_of,
    open_command_line,
)
from chess_assets_tests.made_games import USER, histories_of

FINALIZED = """
import signal, sys
from chess_assets.cli import main

class Interrupting:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def write_and_interrupt(text, write=sys.stdout.write):
    written = write(text)
    if " 2023-02 " in text:
        Interrupting()
    return written

sys.stdout.write = write_and_interrupt
main()
"""


def green_keys(*months: str) -> set[str]:
    """Return the partitions of these months."""
    return {f"{month}-01|{USER}" for month in months}


def words(line: str) -> list[str]:
    """Return a month's line without the size of its files."""
    return line.split()[:5]


def test_twice(cli: CommandLine) -> None:
    """A new player is added and every month gets its line; a second time nothing is fetched."""
    done = cli("sync", "TestPlayer", "--from", "2022-12", "--to", "2023-03")
    assert (done.exit_code, done.stderr) == (0, "")
    first, *lines, last = done.stdout.splitlines()
    assert first == f"{USER}: 2022-12 to 2023-03, into {cli.folder / 'lake'}"
    assert [words(line) for line in lines] == [
        [USER, "2022-12", "empty", "0", "games"],
        [USER, "2023-01", "fetched", "2", "games"],
        [USER, "2023-02", "fetched", "2", "games"],
        [USER, "2023-03", "fetched", "2", "games"],
    ]
    assert last.startswith(f"{USER}: 4 months: 1 empty, 3 fetched; 6 games, ")
    assert set(PlayerRegistry(cli.lake).players()) == cli.users() == {USER}
    keys = green_keys("2022-12", "2023-01", "2023-02", "2023-03")
    assert cli.green(RAW_KEY) == cli.green(GAMES_KEY) == keys

    asked, files = len(cli.chess_com.requests), cli.files()
    done = cli("sync", USER, "--from", "2022-12", "--to", "2023-03")
    assert (done.exit_code, done.stderr) == (0, "")
    assert [line.split()[2] for line in done.stdout.splitlines()[1:-1]] == ["sealed"] * 4
    assert f"{USER}: 4 months: 4 sealed; 6 games, " in done.stdout
    assert len(cli.chess_com.requests) == asked
    assert cli.files() == files


def test_open_month(cli: CommandLine) -> None:
    """By default the range ends with the open month, which is fresh after it was fetched."""
    today = Month.of(datetime.now(UTC) - timedelta(minutes=10))
    for word in ("empty|fetched", "fresh"):
        done = cli("sync", USER, "--from", str(today))
        assert done.exit_code == 0
        assert re.fullmatch(word, done.stdout.splitlines()[-2].split()[2])


def test_refresh(cli: CommandLine) -> None:
    """`--refresh` asks for sealed months again, conditionally, and says that nothing changed."""
    cli("sync", USER, "--to", "2023-02")
    cli.chess_com.recording.clear()
    done = cli("sync", USER, "--to", "2023-02", "--refresh")
    assert done.exit_code == 0
    assert [request.status for request in cli.chess_com.month_requests()] == [304, 304]
    assert "2 months: 2 unchanged" in done.stdout


def test_several_players(tmp_path: Path) -> None:
    """Several players are brought up to date one after the other, each named once."""
    histories = histories_of(months_of("2023-01", "2023-01"))
    histories.by_player |= histories_of(months_of("2023-01", "2023-01"), user="another").by_player
    with open_command_line(tmp_path, histories) as cli:
        done = cli("sync", USER, "another", USER.upper(), "--to", "2023-01")
        assert done.exit_code == 0
        assert re.findall(r"^(\w+): 1 months", done.stdout, re.MULTILINE) == [USER, "another"]
        assert cli.green() == {f"2023-01-01|{USER}", "2023-01-01|another"}


def test_failing_month(cli: CommandLine) -> None:
    """A month that fails has its line and the exit code 1; the next run asks only for it."""
    cli.chess_com.faults.add(Fault(r"/2023/02$", status=410, times=None))
    done = cli("sync", USER, "--to", "2023-03")
    assert done.exit_code == 1
    failed, advice = done.stderr.splitlines()
    assert failed.startswith(f"{USER} 2023-02  failed   {USER} 2023-02: ")
    assert "410" in failed
    assert advice.startswith("Error: Some months failed, see above; the others are stored.")
    assert "3 months: 1 failed, 2 fetched; 4 games" in done.stdout
    assert cli.green() == green_keys("2023-01", "2023-03")

    cli.chess_com.faults.clear()
    cli.chess_com.recording.clear()
    done = cli("sync", USER, "--to", "2023-03")
    assert done.exit_code == 0
    assert cli.month_paths == ["2023/02"]
    assert "3 months: 1 fetched, 2 sealed; 6 games" in done.stdout
    assert cli.green(GAMES_KEY) == green_keys("2023-01", "2023-02", "2023-03")


def test_failing_player_among_others(tmp_path: Path) -> None:
    """One player's failing month doesn't keep the next player from being brought up to date."""
    histories = histories_of(months_of("2023-01", "2023-01"))
    histories.by_player |= histories_of(months_of("2023-01", "2023-01"), user="another").by_player
    with open_command_line(tmp_path, histories) as cli:
        cli.chess_com.faults.add(Fault(rf"/{USER}/games/2023/01$", status=410, times=None))
        assert cli("sync", USER, "another", "--to", "2023-01").exit_code == 1
        assert cli.green() == {"2023-01-01|another"}


def test_unknown_player(cli: CommandLine) -> None:
    """A player whom chess.com doesn't know ends it in one sentence; nothing is registered."""
    done = cli("sync", "nobody-there")
    assert done.exit_code == 1
    assert re.fullmatch(r"Error: nobody-there profile: .*Check the spelling.*\n", done.stderr)
    assert cli.users() == set()
    assert cli.files() == {"lake/.lock", "lake/_leases/chess_com_api.json"}


@pytest.mark.parametrize("path", ["/player/testplayer$", "/archives$"])
def test_forbidden(cli: CommandLine, path: str) -> None:
    """A refusal names the contact that chess.com wants, and no month is asked for."""
    cli.chess_com.faults.add(Fault(path, status=403, times=None))
    done = cli("sync", USER, "--to", "2023-02")
    assert done.exit_code == 1
    assert "CHESS_COM_CONTACT" in done.stderr
    assert "Traceback" not in done.output
    assert cli.month_paths == []


def test_chess_com_is_down(cli: CommandLine) -> None:
    """When chess.com is down for hours it is said in one sentence, at once."""
    headers = {"Retry-After": "86400"}
    cli.chess_com.faults.add(Fault("/player/", 503, b"", headers, times=None))
    done = cli("sync", USER)
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "503" in done.stderr
    assert "Run again later" in done.stderr
    assert len(cli.chess_com.requests) == 1


def test_wrong_ranges(cli: CommandLine) -> None:
    """A range without months is refused in a sentence, and no month is asked for."""
    for options, exit_code, reason in (
        (("--from", "2023-03", "--to", "2023-01"), 1, "no month from 2023-03 to 2023-01"),
        (("--to", "2022-01"), 1, "no month from 2023-01 to 2022-01"),
        (("--to", "2999-01"), 1, "ends by the open month"),
        (("--from", "2999-01"), 1, "ends by the open month"),
        (("--from", "2023-13"), 2, "'2023-13' is not a month: write YYYY-MM"),
        (("--to", "2007-04"), 2, "2007-05 or later"),
        (("--to", "yesterday"), 2, "write YYYY-MM"),
    ):
        done = cli("sync", USER, *options)
        assert done.exit_code == exit_code, options
        assert reason in done.stderr, options
    assert cli.month_paths == []
    assert cli.green() == set()


def test_one_history_with_dagster(cli: CommandLine) -> None:
    """`dagster asset materialize` knows whom `players add` added, and `sync` what it fetched."""
    cli("sync", USER, "--to", "2023-01")
    arguments = ("--select", "raw_pgn_archives,games", "--partition", f"2023-02-01|{USER}")
    command = ("-m", "dagster", "asset", "materialize", "-m", "chess_assets.definitions")
    process = cli.start(*command, *arguments)
    _, log = process.communicate()
    assert process.returncode == 0, log
    assert cli.month_paths == ["2023/01", "2023/02"]
    assert cli.green(RAW_KEY) == cli.green(GAMES_KEY) == green_keys("2023-01", "2023-02")
    done = cli("sync", USER, "--to", "2023-02")
    assert "2 months: 2 sealed" in done.stdout
    assert cli.month_paths == ["2023/01", "2023/02"]


def test_interrupt_in_a_finalizer(tmp_path: Path) -> None:
    """Ctrl-C that comes while an object is finalized, where Python swallows it, is not lost."""
    with open_command_line(tmp_path, histories_of(months_of("2023-01", "2023-06"))) as cli:
        cli.chess_com.faults.add(Fault("/2023/05$", delay_s=600))
        process = cli.start("-c", FINALIZED, "sync", USER, "--to", "2023-06")
        said, errors = process.communicate()
    assert (process.returncode, errors) == (130, "")
    assert said.splitlines()[-1].startswith("Interrupted: ")
    assert "2023-06" not in said.partition("\n")[2]


def test_interrupt(tmp_path: Path) -> None:
    """Ctrl-C ends it with one sentence and 130; whole months stay, and the next run goes on."""
    with open_command_line(tmp_path, histories_of(months_of("2023-01", "2023-06"))) as cli:
        cli.chess_com.faults.add(Fault("/2023/05$", delay_s=600))
        process = cli.start(*CHESS_ASSETS, "sync", USER, "--to", "2023-06")
        assert process.stdout is not None
        printed = [process.stdout.readline().split()[1:3] for _ in range(3)][1:]
        assert printed == [["2023-01", "fetched"], ["2023-02", "fetched"]]
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate()
        assert (process.returncode, errors) == (130, "")
        assert rest.splitlines()[-1] == (
            "Interrupted: the months printed above are stored; run it again to go on."
        )
        assert green_keys("2023-01", "2023-02") <= cli.green(RAW_KEY)
        assert "2023/06" not in cli.month_paths
        with cli.instance() as instance:
            (run,) = instance.get_runs()
            assert run.is_finished

        cli.chess_com.faults.clear()
        done = cli("sync", USER, "--to", "2023-06")
        assert done.exit_code == 0
        assert "6 months: " in done.stdout
        assert "12 games" in done.stdout
        assert set(cli.month_paths) == {f"2023/0{month}" for month in range(1, 7)}
        assert [cli.month_paths.count(month) for month in ("2023/01", "2023/02")] == [1, 1]
        assert cli.green(RAW_KEY) == cli.green(GAMES_KEY)
        assert len(cli.green(GAMES_KEY)) == 6


def test_positions(cli: CommandLine) -> None:
    """`--positions` makes them of the games in the range; a second time there is nothing to do."""
    asked = ("sync", USER, "--from", "2023-01", "--to", "2023-02", "--positions")
    done = cli(*asked)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = [line for line in done.stdout.splitlines() if " positions" in line]
    assert [words(line) for line in lines[:-1]] == [
        [USER, month, "computed", "16", "positions"] for month in ("2023-01", "2023-02")
    ]
    assert lines[-1].startswith(f"{USER}: 2 months: 2 computed; 32 positions, ")
    assert cli.green(POSITIONS_KEY) == green_keys("2023-01", "2023-02")

    again = cli(*asked).stdout.splitlines()[4:]
    assert [line.partition(",")[0] for line in again] == [f"{USER}: 2 months: 2 kept; 32 positions"]


def test_positions_without_a_scheduler(cli: CommandLine) -> None:
    """A scheduler that is not there is one sentence; the games are stored."""
    cli.variables["DASK_SCHEDULER_ADDRESS"] = "no-such-protocol://127.0.0.1:9"
    done = cli("sync", USER, "--from", "2023-01", "--to", "2023-01", "--positions")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith("Error: ")
    assert "There is no Dask scheduler at no-such-protocol://127.0.0.1:9" in done.stderr
    assert cli.green(GAMES_KEY) == green_keys("2023-01")
