"""`chess-assets players`: whom the lake follows, and Dagster with it."""

import pytest

from chess_assets.domain.registry import PlayerRegistry
from chess_assets_tests.command_line import CommandLine
from chess_assets_tests.made_games import USER

HOSTILE = ["../x", "", "a|b", "hikaru\n", "a" * 26, "h\u0456karu"]


def registry(cli: CommandLine) -> set[str]:
    """Return who is in the lake's registry."""
    return set(PlayerRegistry(cli.lake).players())


def test_add(cli: CommandLine) -> None:
    """An added player is in the lake's registry and a partition of Dagster's, in lower case."""
    done = cli("players", "add", "TestPlayer")
    assert done.exit_code == 0
    assert done.stdout == f"{USER}: followed; on chess.com since 2023-01-01\n"
    assert registry(cli) == cli.users() == {USER}


def test_add_again(cli: CommandLine) -> None:
    """Adding a player who is followed asks for the profile alone, and mends a lost partition."""
    cli("players", "add", USER)
    with cli.instance() as instance:
        instance.delete_dynamic_partition("users", USER)
    asked = len(cli.chess_com.requests)
    assert cli("players", "add", USER).exit_code == 0
    assert len(cli.chess_com.requests) == asked + 1
    assert cli.users() == {USER}


def test_add_unknown(cli: CommandLine) -> None:
    """A player whom chess.com doesn't know is refused in a sentence and registered nowhere."""
    done = cli("players", "add", "nobody-there")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: nobody-there profile: ")
    assert "Check the spelling" in done.stderr
    assert registry(cli) == cli.users() == set()


@pytest.mark.parametrize(
    ("command", "exit_code"),
    [(("players", "add"), 1), (("players", "remove"), 1), (("sync",), 1), (("status",), 3)],
)
def test_hostile_names(cli: CommandLine, command: tuple[str, ...], exit_code: int) -> None:
    """A hostile name is refused in a sentence; nothing is asked, registered or written."""
    for name in HOSTILE:
        done = cli(*command, name)
        assert done.exit_code == exit_code
        assert done.stderr.startswith("Error: ")
        assert "is not a chess.com player name" in done.stderr
        assert done.stderr.count("\n") == 1
    assert cli.chess_com.requests == []
    assert cli.files() == set()
    assert cli.users() == set()


def test_list(cli: CommandLine) -> None:
    """The list has a line for each player followed."""
    cli("players", "add", USER)
    assert cli("players", "list").stdout == f"{USER}  (on chess.com since 2023-01-01)\n"


def test_list_of_nobody(cli: CommandLine) -> None:
    """An empty list says how to add somebody, where a script does not read it as a name."""
    done = cli("players", "list")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "players add" in done.stderr


def test_remove(cli: CommandLine) -> None:
    """A removed player is followed nowhere any more, and every file stays."""
    cli("sync", USER, "--to", "2023-01")
    files = cli.files()
    assert cli("players", "remove", USER.upper()).exit_code == 0
    assert registry(cli) == cli.users() == set()
    assert cli.files() == files
    assert len(files) > 2


def test_remove_unfollowed(cli: CommandLine) -> None:
    """Removing somebody who isn't followed fails, after removing the others."""
    cli("players", "add", USER)
    done = cli("players", "remove", "stranger", USER)
    assert (done.exit_code, done.stderr) == (1, "Error: Not followed: stranger.\n")
    assert registry(cli) == set()
