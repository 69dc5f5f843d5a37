"""A command line, and a player who played in the first three months of 2023."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chess_assets.sample import FixedHistories
from chess_assets_tests.command_line import CommandLine, months_of, open_command_line
from chess_assets_tests.made_games import USER, histories_of
from chess_assets_tests.small_lake import small_lake


@pytest.fixture
def new_cli(tmp_path: Path) -> Iterator[CommandLine]:
    """Commands in an empty project, and chess.com with the games of `testplayer`."""
    with _command_line(tmp_path) as cli:
        yield cli


@pytest.fixture
def cli(tmp_path: Path, instance_folder: Path) -> Iterator[CommandLine]:
    """The same in a project where Dagster has made its databases, and nothing else was done."""
    shutil.copytree(instance_folder, tmp_path, dirs_exist_ok=True)
    with _command_line(tmp_path) as cli:
        yield cli


@pytest.fixture
def reading(new_cli: CommandLine) -> CommandLine:
    """A command line with the games of two players in its lake, and no Dagster instance."""
    (new_cli.folder / "dagster.yaml").unlink()
    small_lake(new_cli.lake)
    return new_cli


@pytest.fixture(scope="session")
def instance_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with empty databases, which take half a second to make, to be copied."""
    folder = tmp_path_factory.mktemp("instance")
    with open_command_line(folder, FixedHistories({})) as cli, cli.instance():
        return folder


@pytest.fixture
def full(tmp_path: Path, full_folder: Path) -> Iterator[CommandLine]:
    """Commands in a project where all months of `testplayer` are fresh and have their report."""
    shutil.copytree(full_folder, tmp_path, dirs_exist_ok=True)
    with _command_line(tmp_path) as cli:
        yield cli


@pytest.fixture(scope="session")
def full_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a whole history, its positions and the player's own tables, to be copied."""
    folder = tmp_path_factory.mktemp("full")
    with _command_line(folder) as cli:
        assert cli("sync", USER, "--positions").exit_code == 0
        assert cli("report", USER).exit_code == 0
        assert cli("status").exit_code == 0
    return folder


@contextmanager
def _command_line(folder: Path) -> Iterator[CommandLine]:
    histories = histories_of(months_of("2023-01", "2023-03"))
    with open_command_line(folder, histories) as cli:
        yield cli
