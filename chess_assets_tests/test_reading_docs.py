"""`docs/reading.md` is true: its examples are run, and all of them give the same answer."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sqlglot

from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.schemas.tables import GAMES
from chess_assets.domain.store import FolderStore, S3Store, S3Uri
from chess_assets_tests.command_line import PROJECT, CommandLine, months_of, open_command_line
from chess_assets_tests.made_games import histories_of
from chess_assets_tests.s3_server import ACCESS_KEY, REGION, SECRET_KEY, S3Server
from chess_assets_tests.small_lake import (
    GAMES_OF_OTHER,
    JANUARY,
    MARCH,
    OTHER,
    fill,
    games_of,
)

DOCUMENT = (PROJECT / "docs" / "reading.md").read_text()
PLAYER = "hikaru"
TRUTH = {"blitz": 4, "rapid": 1}
BUCKET = "my-bucket"


def blocks(language: str, *, on_s3: bool = False) -> list[str]:
    """Return the document's examples in a language."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
    assert found, language
    return [block for block in found if (BUCKET in block) is on_s3]


def counts(answer: Any) -> dict[str, int]:
    """Return an answer's games by time class, whatever reader it comes from."""
    readers: dict[type, Callable[[Any], Any]] = {
        duckdb.DuckDBPyRelation: lambda found: found.fetchall(),
        pd.Series: lambda found: found.items(),
        pl.DataFrame: lambda found: found.rows(),
        pa.Table: lambda found: (row.values() for row in found.to_pylist()),
    }
    return {str(name): int(number) for name, number in readers[type(answer)](answer)}


@pytest.fixture
def in_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a lake as runs leave it, one of them in the middle of a write."""
    lake = FolderStore(tmp_path / "lake")
    fill(lake, games_of(PLAYER), PLAYER)
    fill(lake, GAMES_OF_OTHER, OTHER)
    assert {path.name for path in (tmp_path / "lake").iterdir()} >= {"_index", "_players"}
    month = tmp_path / "lake" / "games" / f"user={PLAYER}" / "month=2023-01"
    (month / f".{'0' * 32}.tmp").write_bytes(b"half a file")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("example", blocks("python"))
def test_python(in_lake: Path, example: str) -> None:
    """An example in Python counts a player's games by time class."""
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - our own document
    assert counts(names["by_time_class"]) == TRUTH


def test_sql(in_lake: Path) -> None:
    """The example in SQL does too."""
    (example,) = blocks("sql")
    with duckdb.connect() as connection:
        view, question = filter(str.strip, example.split(";"))
        connection.execute(view)
        assert dict(connection.execute(question).fetchall()) == TRUTH


def test_each_game_once(in_lake: Path) -> None:
    """The example that leaves copies out counts a game once that two months have."""
    games = PlayerTable(FolderStore(in_lake / "lake"), GAMES, PLAYER)
    moved = games.read(JANUARY)
    assert moved is not None
    games.write(MARCH, moved[0], {}, replacing=games.state(MARCH))
    (view_and_question,) = blocks("sql")
    (example,) = blocks("sql-each-once")
    with duckdb.connect() as connection:
        connection.execute(view_and_question.partition(";")[0])
        assert dict(connection.execute(example).fetchall()) == TRUTH


@pytest.mark.parametrize("example", blocks("python", on_s3=True))
def test_s3(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch, example: str) -> None:
    """The example for S3 does too, and its readers agree on the rows."""
    s3_server.make_bucket(BUCKET)
    lake = S3Store(s3_server.client(), S3Uri(BUCKET, "chess"))
    fill(lake, games_of(PLAYER), PLAYER)
    fill(lake, GAMES_OF_OTHER, OTHER)
    for name, value in {
        "AWS_ENDPOINT_URL_S3": s3_server.url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - our own document
    assert counts(names["by_time_class"]) == TRUTH
    ids = sorted(names["in_polars"]["game_id"])
    assert len(ids) == sum(TRUTH.values())
    assert sorted(names["in_pandas"]["game_id"]) == ids


@pytest.mark.parametrize("line", "".join(blocks("console")).splitlines())
def test_commands(in_lake: Path, line: str) -> None:
    """A command that the document shows does what it says."""
    with open_command_line(in_lake, histories_of(months_of("2023-01", "2023-01"))) as cli:
        program, *arguments = shlex.split(line)
        assert program == "chess-assets"
        done = cli(*(each.replace("2022", "2023") for each in arguments))
    assert (done.exit_code, "Error" in done.stderr) == (0, False)


def test_athena_ddl(in_lake: Path) -> None:
    """The lines of DDL that the document shows are those that are printed, in their order."""
    with open_command_line(in_lake, histories_of(months_of("2023-01", "2023-01"))) as cli:
        printed = _ddl_of(cli)
    (shown,) = blocks("athena", on_s3=True)
    rest = iter(printed.splitlines())
    assert [line for line in shown.splitlines() if line not in rest] == []


@pytest.mark.parametrize("language", ["sql-athena", "trino"])
def test_other_engines(language: str) -> None:
    """What the document asks Athena and Trino is SQL of theirs."""
    (example,) = blocks(language)
    questions = [part for part in example.split(";") if "SELECT" in part]
    assert questions
    for question in questions:
        assert sqlglot.parse_one(question, dialect="trino").find(sqlglot.exp.Where)


def _ddl_of(cli: CommandLine) -> str:
    done = cli("ddl", "games", "--lake", f"s3://{BUCKET}/chess")
    assert done.exit_code == 0
    return done.stdout
