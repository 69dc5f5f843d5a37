"""`chess-assets query`: an answer on the screen or in a file, or a sentence."""

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chess_assets_tests.command_line import CommandLine
from chess_assets_tests.made_games import USER
from chess_assets_tests.s3_server import ACCESS_KEY, REGION, SECRET_KEY, S3Server
from chess_assets_tests.small_lake import OTHER, small_lake

GAMES_A_PLAYER = "select user, count(*) as games from games group by user order by user"
TABLE = f"""\
{"user":10}  games
{OTHER:10}      1
{USER:10}      5
"""


def test_table(reading: CommandLine) -> None:
    """A question is answered by a table, with numbers to the right; nothing else is printed."""
    done = reading("query", GAMES_A_PLAYER)
    assert (done.exit_code, done.stdout, done.stderr) == (0, TABLE, "")
    assert reading.chess_com.requests == []


def test_bucket(cli: CommandLine, s3_server: S3Server, s3_bucket: str) -> None:
    """The same lake in a bucket gives the same table."""
    cli.variables |= {
        "CHESS_LAKE_URI": f"s3://{s3_bucket}/lake",
        "AWS_ENDPOINT_URL_S3": s3_server.url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "NO_PROXY": "127.0.0.1",
    }
    small_lake(cli.lake)
    client = s3_server.client()
    for info in cli.lake.list(""):
        stored = cli.lake.get(info.key)
        assert stored is not None
        client.put_object(Bucket=s3_bucket, Key=f"lake/{info.key}", Body=stored.body)
    done = cli("query", GAMES_A_PLAYER)
    assert (done.exit_code, done.stdout, done.stderr) == (0, TABLE, "")


def test_long_table(reading: CommandLine) -> None:
    """A long table is cut, and a note says how to have all of it."""
    done = reading("query", "select * from range(51) t(n) order by n")
    assert done.stdout.splitlines()[-1].strip() == "49"
    assert done.stderr == "The first 50 rows; all of them: --format csv.\n"
    assert reading("query", "select * from range(50)").stderr == ""


def test_cells(reading: CommandLine) -> None:
    """A cell is one line of plain text: no colours of its own, no markup, and never long."""
    done = reading(
        "query", "select '[red]' || chr(27) || '[2J' || chr(10) as a, repeat('x', 99) as b"
    )
    assert done.stdout.splitlines()[1] == f"[red]\ufffd[2J\ufffd  {'x' * 59}…"


@pytest.mark.parametrize("explicit", [True, False])
def test_files(reading: CommandLine, *, explicit: bool) -> None:
    """A file has the format that its name or the option says, and the screen how many rows."""
    for kind in ("csv", "json", "parquet"):
        name = "answer" if explicit else f"answer.{kind.upper()}"
        chosen = ("--format", kind) if explicit else ()
        done = reading("query", GAMES_A_PLAYER, "--output", name, *chosen)
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr == f"{name}: 2 rows\n"
        assert rows_in(reading.folder / name, kind) == [(OTHER, 1), (USER, 5)]


def rows_in(path: Path, kind: str) -> list[tuple[str, int]]:
    """Return the rows of a file by its format's own reader."""
    if kind == "parquet":
        rows = pq.read_table(path).to_pylist()
    elif kind == "json":
        rows = json.loads(path.read_text())
    else:
        rows = list(csv.DictReader(io.StringIO(path.read_text())))
    return [(row["user"], int(row["games"])) for row in rows]


def test_standard_output(reading: CommandLine) -> None:
    """CSV and JSON go to standard output, and nothing but them."""
    assert reading("query", GAMES_A_PLAYER, "--format", "csv").stdout.split() == [
        "user,games",
        f"{OTHER},1",
        f"{USER},5",
    ]
    printed = reading("query", "select '=1' as a, 2 as b", "--format", "json").stdout
    assert json.loads(printed) == [{"a": "=1", "b": 2}]
    assert reading("query", "select '=1' as a", "--format", "csv").stdout.split() == ["a", "'=1"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--format", "parquet"), "needs a file"),
        (("--output", "answer.xlsx"), "--format"),
        (("--output", "answer.csv", "--format", "table"), "--format"),
    ],
)
def test_usage(reading: CommandLine, arguments: tuple[str, ...], words: str) -> None:
    """A format that cannot be is a matter of usage."""
    done = reading("query", GAMES_A_PLAYER, *arguments)
    assert done.exit_code == 2
    assert words in done.stderr


@pytest.mark.parametrize(
    "sql", ["selec 1", "from gamez", "copy games to 'a.csv'", "select error('x') from games"]
)
def test_bad_query(reading: CommandLine, sql: str) -> None:
    """A bad query is one sentence and exit code 1, and leaves an old file as it was."""
    (reading.folder / "old.csv").write_text("old")
    done = reading("query", sql, "--output", "old.csv")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
    assert (reading.folder / "old.csv").read_text() == "old"
    assert {path.name for path in reading.folder.iterdir()} == {"lake", "old.csv"}


def test_empty_lake(cli: CommandLine) -> None:
    """An empty lake says that it is, and what to do; it isn't made by reading."""
    done = cli("query", GAMES_A_PLAYER)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {cli.folder / 'lake'} holds no games yet: ")
    assert not (cli.folder / "lake").exists()
