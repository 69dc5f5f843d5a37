"""Players with new names, and names with new owners, as the command line meets them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.months import Month
from chess_assets.domain.registry import PlayerRegistry
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets_tests.command_line import CommandLine, months_of, open_command_line
from chess_assets_tests.renamed_chess_com import (
    OTHER_ACCOUNT,
    OWNER,
    Accounts,
    games_of,
    rename,
    take_over,
)

OLD, NEW = "oldname", "newname"
MONTHS = months_of("2023-01", "2023-03")
RANGE = ("--from", "2023-01", "--to", "2023-03")
COUNT = "select user, count(*) as games from games group by 1 order by 1"


@pytest.fixture
def cli(tmp_path: Path, instance_folder: Path) -> Iterator[CommandLine]:
    """Commands in a project, and a player with two games in each of three months."""
    shutil.copytree(instance_folder, tmp_path, dirs_exist_ok=True)
    by_month = {m: games_of(OWNER, OLD, m, first=10 * n) for n, m in enumerate(MONTHS, 1)}
    accounts = Accounts({OLD: by_month}, {OLD: OWNER.player_id})
    with open_command_line(tmp_path, accounts) as opened:
        yield opened


def followed(cli: CommandLine) -> set[str]:
    """Return who is in the lake's registry."""
    return set(PlayerRegistry(cli.lake).players())


def counts(cli: CommandLine) -> list[str]:
    """Return each user's games as `query` counts them."""
    return [" ".join(line.split()) for line in cli("query", COUNT).stdout.splitlines()[1:]]


def test_renamed(cli: CommandLine) -> None:
    """`sync` names the command, the command moves everything, and nothing is fetched again."""
    assert cli("sync", OLD, *RANGE).exit_code == 0
    rename(cli.chess_com, OLD, NEW)

    failed = cli("sync", OLD, *RANGE, "--refresh")
    assert failed.exit_code == 1
    assert f"`chess-assets players rename {OLD} {NEW}`" in failed.stderr

    done = cli("players", "rename", OLD.upper(), NEW)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"{OLD}: 6 files are {NEW}'s now (12 rows).",
        f"Go on with: chess-assets sync {NEW}; chess-assets report {NEW}",
    ]
    assert followed(cli) == cli.users() == {NEW}
    assert counts(cli) == [f"{NEW} 6"]

    cli.chess_com.recording.clear()
    assert cli("sync", NEW, *RANGE).exit_code == 0
    assert cli.chess_com.requests == []
    assert counts(cli) == [f"{NEW} 6"]
    assert cli.green() >= {f"{month}-01|{NEW}" for month in MONTHS}


@pytest.mark.parametrize("command", [("players", "add"), ("sync",)])
def test_new_name_of_a_followed_player(cli: CommandLine, command: tuple[str, ...]) -> None:
    """Whoever names the new name of a followed player is told so: it is not a second player."""
    cli("players", "add", OLD)
    rename(cli.chess_com, OLD, NEW)
    done = cli(*command, NEW)
    assert done.exit_code == 1
    assert f"`chess-assets players rename {OLD} {NEW}`" in done.stderr
    assert followed(cli) == {OLD}


@pytest.mark.parametrize("command", [("players", "add"), ("sync",)])
def test_former_name(cli: CommandLine, command: tuple[str, ...]) -> None:
    """A former name is not followed under the new one in silence, nor under itself."""
    rename(cli.chess_com, OLD, NEW)
    done = cli(*command, OLD)
    assert (done.exit_code, followed(cli)) == (1, set())
    assert f"{OLD} is called {NEW} on chess.com now" in done.stderr


def test_add_a_name_that_was_taken_over(cli: CommandLine) -> None:
    """`players add` of a followed name that is another account's now says so."""
    cli("players", "add", OLD)
    take_over(cli.chess_com, OLD, OTHER_ACCOUNT, {})
    done = cli("players", "add", OLD)
    assert done.exit_code == 1
    assert f"player {OTHER_ACCOUNT.player_id}" in done.stderr
    assert PlayerRegistry(cli.lake).players()[OLD].player_id == OWNER.player_id


def test_taken_over(cli: CommandLine) -> None:
    """`sync` of a name that is another account's now stores none of its games."""
    cli("sync", OLD, *RANGE)
    games = {MONTHS[0]: games_of(OTHER_ACCOUNT, OLD, MONTHS[0], first=70)}
    take_over(cli.chess_com, OLD, OTHER_ACCOUNT, games)
    done = cli("sync", OLD, *RANGE, "--refresh")
    assert done.exit_code == 1
    assert str(OTHER_ACCOUNT.uuid) in done.stderr
    assert "Traceback" not in done.output
    assert counts(cli) == [f"{OLD} 6"]


def test_interrupted_and_again(cli: CommandLine) -> None:
    """A partition that an interrupted rename left is removed by the next."""
    cli("sync", OLD, *RANGE)
    rename(cli.chess_com, OLD, NEW)
    cli("players", "rename", OLD, NEW)
    with cli.instance() as instance:
        instance.add_dynamic_partitions("users", [OLD])
        instance.delete_dynamic_partition("users", NEW)
    assert cli("players", "rename", OLD, NEW).exit_code == 0
    assert cli.users() == {NEW}


def test_refused(cli: CommandLine) -> None:
    """A rename of two accounts, of unknown names and of names that are none is one sentence."""
    cli("players", "add", OLD)
    take_over(cli.chess_com, NEW, OTHER_ACCOUNT, {})
    for old, new in ((OLD, NEW), (OLD, "nobody"), (OLD, "../x"), (OLD, OLD)):
        done = cli("players", "rename", old, new)
        assert done.exit_code == 1
        assert done.stderr.startswith("Error: ")
        assert done.stderr.count("\n") == 1
    assert followed(cli) == cli.users() == {OLD}


def test_misplaced_file(cli: CommandLine) -> None:
    """Another player's raw file in a month's place fails that month and names what it is."""
    other = {Month(2023, 2): games_of(OTHER_ACCOUNT, "somebody", Month(2023, 2), first=70)}
    take_over(cli.chess_com, "somebody", OTHER_ACCOUNT, other)
    cli("sync", OLD, *RANGE)
    cli("sync", "somebody", *RANGE)
    paths = [partition_path(RAW_PGN_ARCHIVES.name, u, Month(2023, 2)) for u in ("somebody", OLD)]
    foreign, own = (cli.folder / "lake" / path for path in paths)
    shutil.copyfile(foreign, own)

    done = cli("sync", OLD, *RANGE)

    assert done.exit_code == 1
    assert f"{own} is in the wrong place: it is raw_pgn_archives of somebody 2023-02" in done.stderr
    assert own.read_bytes() == foreign.read_bytes()
    assert counts(cli) == [f"{OLD} 6", "somebody 2"]
    assert cli("status", OLD).exit_code != 0
