"""A command line, and a player who played in the first three months of 2023."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chess_assets_tests.command_line import CommandLine, months_of, open_command_line
from chess_assets_tests.made_games import histories_of


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[CommandLine]:
    """Commands in an empty project, and chess.com with the games of `testplayer`."""
    histories = histories_of(months_of("2023-01", "2023-03"))
    with open_command_line(tmp_path, histories) as cli:
        yield cli
