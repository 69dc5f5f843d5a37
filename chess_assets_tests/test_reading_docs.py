"""The README and `docs/reading.md` are true: their examples of reading are run, and all agree.

Each is run for players with usual names, and for players whose names are all numbers, or anything
else that a reader could take for something other than text.
"""

import ast
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
from chess_assets.domain.store import FolderStore, S3Store, S3Uri, Store
from chess_assets_tests.command_line import PROJECT, CommandLine, months_of, open_command_line
from chess_assets_tests.made_games import histories_of
from chess_assets_tests.s3_server import ACCESS_KEY, REGION, SECRET_KEY, S3Server
from chess_assets_tests.small_lake import (
    GAMES_OF_OTHER,
    JANUARY,
    MARCH,
    OTHER,
    at,
    fill,
    game,
    games_of,
)

DOCUMENT = (PROJECT / "docs" / "reading.md").read_text()
README = (PROJECT / "README.md").read_text()
PLAYER = "hikaru"
NAMES = [
    (PLAYER, OTHER), ("12345", "00700"), ("00700", "12345"), ("0_0", "1e5"), ("2022-05", "2023-01"),
    ("true", "null"), ("null", "nan"),
]  # fmt: skip
"""A player whose games the examples count, and another."""
TRUTH = {"blitz": 4, "rapid": 1}
BUCKET = "my-bucket"


def blocks(language: str, *, on_s3: bool = False, document: str = DOCUMENT) -> list[str]:
    """Return a document's examples in a language."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", document, re.DOTALL | re.MULTILINE)
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


def fill_for_two(lake: Store, player: str, other: str) -> None:
    """Store five games of a player and one of another."""
    fill(lake, games_of(player), player)
    fill(lake, {month: [game(6, at(month, 10), white=other)] for month in GAMES_OF_OTHER}, other)


@pytest.fixture(params=NAMES, ids="-".join)
def player(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """One of two players whose lake lies in the working folder, in the middle of a write."""
    name, other = request.param
    fill_for_two(FolderStore(tmp_path / "lake"), name, other)
    assert {path.name for path in (tmp_path / "lake").iterdir()} >= {"_index", "_players"}
    month = tmp_path / "lake" / "games" / f"user={name}" / "month=2023-01"
    (month / f".{'0' * 32}.tmp").write_bytes(b"half a file")
    monkeypatch.chdir(tmp_path)
    return str(name)


@pytest.mark.parametrize("example", blocks("python"))
def test_python(player: str, example: str) -> None:
    """An example in Python counts a player's games by time class."""
    names: dict[str, Any] = {}
    exec(example.replace(PLAYER, player), names)  # noqa: S102 - our own document
    assert counts(names["by_time_class"]) == TRUTH


def test_readme_python(player: str) -> None:
    """The README's lines for DuckDB, pandas and polars give the games that they say."""
    example, _ = blocks("python", document=README)
    for shown, there in {"2022-05": "2023-01", "B12": "C20", PLAYER: player}.items():
        example = example.replace(f"'{shown}'", f"'{there}'").replace(f'"{shown}"', f'"{there}"')
    names: dict[str, Any] = {}
    values = []
    for line in ast.parse(example).body:
        code = ast.unparse(line)
        if isinstance(line, ast.Expr):
            values.append(eval(code, names))  # noqa: S307 - our own document
        else:
            exec(code, names)  # noqa: S102 - our own document
    by_time_class, of_an_opening = values
    assert {row[0]: row[1] for row in by_time_class.fetchall()} == {"blitz": 2, "rapid": 1}
    assert set(names["games"]["user"]) == {player}
    assert set(names["games"]["month"]) == {"2023-01"}
    assert len(names["games"]) == 2
    assert of_an_opening.filter(pl.col("user") == player).height == 4
    assert of_an_opening.height == 5


def test_sql(player: str) -> None:
    """The example in SQL does too."""
    (example,) = blocks("sql")
    with duckdb.connect() as connection:
        view, question = filter(str.strip, example.replace(PLAYER, player).split(";"))
        connection.execute(view)
        assert dict(connection.execute(question).fetchall()) == TRUTH


def test_each_game_once(player: str) -> None:
    """The example that leaves copies out counts a game once that two months have."""
    games = PlayerTable(FolderStore(Path("lake")), GAMES, player)
    moved = games.read(JANUARY)
    assert moved is not None
    games.write(MARCH, moved[0], {}, replacing=games.state(MARCH))
    (view_and_question,) = blocks("sql")
    (example,) = blocks("sql-each-once")
    with duckdb.connect() as connection:
        connection.execute(view_and_question.partition(";")[0])
        assert dict(connection.execute(example.replace(PLAYER, player)).fetchall()) == TRUTH


@pytest.mark.parametrize("example", blocks("python", on_s3=True))
@pytest.mark.parametrize("names_there", NAMES[:3], ids="-".join)
def test_s3(
    s3_server: S3Server,
    s3_bucket: str,
    monkeypatch: pytest.MonkeyPatch,
    example: str,
    names_there: tuple[str, str],
) -> None:
    """The example for S3 does too, and its readers agree on the rows."""
    lake = S3Store(s3_server.client(), S3Uri(s3_bucket, "chess"))
    fill_for_two(lake, *names_there)
    for name, value in {
        "AWS_ENDPOINT_URL_S3": s3_server.url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    names: dict[str, Any] = {}
    example = example.replace(BUCKET, s3_bucket).replace(PLAYER, names_there[0])
    exec(example, names)  # noqa: S102 - our own document
    assert counts(names["by_time_class"]) == TRUTH
    ids = sorted(names["in_polars"]["game_id"])
    assert len(ids) == sum(TRUTH.values())
    assert sorted(names["in_pandas"]["game_id"]) == ids


@pytest.mark.parametrize("line", "".join(blocks("console")).splitlines())
def test_commands(player: str, tmp_path: Path, line: str) -> None:
    """A command that the document shows does what it says."""
    with open_command_line(tmp_path, histories_of(months_of("2023-01", "2023-01"))) as cli:
        program, *arguments = shlex.split(line)
        assert program == "chess-assets"
        there = (each.replace("2022", "2023").replace(PLAYER, player) for each in arguments)
        done = cli(*there)
    assert (done.exit_code, "Error" in done.stderr) == (0, False)


def test_athena_ddl(tmp_path: Path) -> None:
    """The lines of DDL that the document shows are those that are printed, in their order."""
    fill_for_two(FolderStore(tmp_path / "lake"), PLAYER, OTHER)
    with open_command_line(tmp_path, histories_of(months_of("2023-01", "2023-01"))) as cli:
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
