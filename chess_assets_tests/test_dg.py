"""Dagster's newer command, `dg`: what it lists, checks and launches of this project."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from chess_assets.components import ChessAssetsComponent
from chess_assets.partitions import USERS
from chess_assets_tests.command_line import (
    PROJECT,
    CommandLine,
    months_of,
    open_command_line,
)
from chess_assets_tests.made_games import USER, histories_of

DG = Path(sys.executable).with_name("dg")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[CommandLine]:
    """A copy of the project, its instance, and a player in it."""
    for each in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / each, tmp_path)
    shutil.copytree(PROJECT / "chess_assets", tmp_path / "chess_assets")
    with open_command_line(tmp_path, histories_of(months_of("2022-01", "2022-03"))) as cli:
        cli.variables |= {"DAGSTER_HOME": str(tmp_path), "PYTHONPATH": str(tmp_path)}
        with cli.instance() as instance:
            instance.add_dynamic_partitions(USERS, [USER])
        yield cli


def ask(project: CommandLine, *arguments: str) -> str:
    """Let `dg` do something in the project's folder, and return what it says."""
    done = subprocess.run(
        [DG, *arguments],
        cwd=project.folder,
        env=project.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_it_lists(project: CommandLine) -> None:
    """It finds the definitions without a fault, every asset and check, and the component."""
    ask(project, "check", "defs")
    listed = json.loads(ask(project, "list", "defs", "--json"))
    assets = {each["asset_key"] for each in listed["assets"]}
    assert {"chess_com", "raw_pgn_archives", "games", "player_report"} <= assets
    name = f"{ChessAssetsComponent.__module__}.{ChessAssetsComponent.__name__}"
    assert name in ask(project, "list", "components", "--json")


def test_a_partition_and_a_range(project: CommandLine) -> None:
    """It launches one partition, and a range of them in one run."""
    launch = ("launch", "--assets", "raw_pgn_archives,games")
    ask(project, *launch, "--partition", f"2022-01-01|{USER}")
    assert project.green(dg.AssetKey("games")) == {f"2022-01-01|{USER}"}
    ask(project, *launch, "--partition-range", f"2022-01-01|{USER}...2022-03-01|{USER}")
    assert project.green(dg.AssetKey("games")) == {f"2022-0{n}-01|{USER}" for n in (1, 2, 3)}
    assert project.month_paths == ["2022/01", "2022/02", "2022/03"]
