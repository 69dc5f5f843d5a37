"""`chess-assets` itself: its commands, and that what goes wrong is a sentence."""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from chess_assets.sample import FixedHistories
from chess_assets_tests.command_line import CommandLine, open_command_line

COMMANDS = [(), ("players",), ("players", "add"), ("sync",), ("status",), ("demo",)]


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[CommandLine]:
    """Commands in an empty project, and a chess.com that knows nobody."""
    with open_command_line(tmp_path, FixedHistories({})) as cli:
        yield cli


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help(cli: CommandLine, command: tuple[str, ...]) -> None:
    """Every command has its help, in both spellings, and asking for it opens nothing."""
    for option in ("--help", "-h"):
        done = cli(*command, option)
        assert done.exit_code == 0
        assert done.stdout.startswith("Usage: ")
    assert {path.name for path in cli.folder.iterdir()} == {"dagster.yaml"}


def test_version(cli: CommandLine) -> None:
    """`--version` is the package's."""
    assert cli("--version").stdout.strip().endswith(version("chess_assets"))


@pytest.mark.parametrize("command", [("sync",), ("players", "add"), ("players", "remove")])
def test_names_are_needed(cli: CommandLine, command: tuple[str, ...]) -> None:
    """Commands about players refuse to be called without one, as a matter of usage."""
    done = cli(*command)
    assert done.exit_code == 2
    assert "Missing argument 'PLAYER" in done.stderr
