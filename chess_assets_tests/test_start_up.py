"""What a command or the definitions load when they start: only what they need."""

from pathlib import Path

import pytest

from chess_assets.domain.lake.parquet_file import encode
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.tables import GAMES
from chess_assets.domain.store import FolderStore
from chess_assets_tests.own_process import run_python

LOADED = """
import sys
{what}
modules = {{name.partition(".")[0] for name in sys.modules}}
print(*sorted(modules & set("{names}".split())))
"""
COMMAND = "from chess_assets.cli import main; main({arguments!r}, standalone_mode=False)"
RARELY_NEEDED = "chess dagster_dask dask distributed duckdb matplotlib pandas"
READING = {
    "query": ["query", "select count(*) from games"],
    "ddl": ["ddl", "games", "--engine", "trino", "--lake", "s3://lake/chess"],
    "export": ["export", "--help"],
}


def loaded(what: str, names: str, folder: Path) -> str:
    """Return those of the modules that a process has loaded after doing something."""
    program = LOADED.format(what=what, names=names)
    done = run_python("-c", program, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("what", ["dagster_cli", "definitions"])
def test_rarely_needed(what: str, tmp_path: Path) -> None:
    """The commands through Dagster, and the definitions, load late what few of them need."""
    assert loaded(f"import chess_assets.{what}", RARELY_NEEDED, tmp_path) == ""


@pytest.mark.parametrize("arguments", READING.values(), ids=READING)
def test_reading(arguments: list[str], tmp_path: Path) -> None:
    """Commands that only read don't load Dagster, or boto3 where the lake is a folder."""
    month = partition_path(GAMES.name, "hikaru", Month(2024, 1))
    FolderStore(tmp_path / "lake").put(month, encode(GAMES.empty(), {}), if_match=None)
    command = COMMAND.format(arguments=arguments)
    assert loaded(command, "boto3 dagster dagster_aws", tmp_path) == ""
