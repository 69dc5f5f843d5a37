"""SQL over a lake: the same answers from a folder and a bucket, and nothing but answers."""

from pathlib import Path
from typing import Any

import pytest

from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.reading.ddl import athena_ddl, trino_ddl
from chess_assets.domain.reading.errors import QueryFailed
from chess_assets.domain.reading.sql import answer
from chess_assets.domain.reading.stored_tables import stored_tables
from chess_assets.domain.schemas.tables import TABLES
from chess_assets.domain.store import FolderStore, S3Store, S3Uri, Store
from chess_assets_tests.made_games import USER
from chess_assets_tests.s3_server import S3Server
from chess_assets_tests.small_lake import FEBRUARY, JANUARY, OTHER, fill, games_of, small_lake

WRITES = [
    "insert into games values (1)",
    "create table mine as select 1",
    "drop view games",
    "update games set white = 'me'",
    "copy games to 'games.csv'",
    "copy (select getenv('HOME')) to 'x.csv'",
    "attach 'x.db'",
    "attach ':memory:' as other",
    "export database 'copy'",
    "install httpfs",
    "load httpfs",
    "set enable_external_access = true",
    "reset lock_configuration",
    "pragma enable_profiling",
    "create secret (type s3)",
    "prepare p as select 1",
    "call pragma_version()",
    "vacuum",
    "begin",
]
REACHES = [
    "from read_csv('/etc/passwd')",
    "from '/etc/passwd'",
    "from read_text('/etc/passwd')",
    "from read_blob('/proc/self/environ')",
    "from glob('/etc/*')",
    "import database 'copy'",
    "from read_parquet('lake/games/**/*.parquet')",
    "from read_parquet('https://127.0.0.1/x.parquet')",
    "from read_parquet('s3://bucket/x.parquet')",
    "select getenv('HOME')",
    "from duckdb_extensions()",
    "from sqlite_scan('x', 'y')",
    "from hidden_variable",
]


def rows(lake: Store, sql: str) -> list[dict[str, Any]]:
    """Return the whole answer."""
    return [row for batch in answer(lake, sql).batches for row in batch.to_pylist()]


def refusal(lake: Store, sql: str) -> str:
    """Return the sentence with which a query fails."""
    with pytest.raises(QueryFailed) as failed:
        rows(lake, sql)
    sentence = str(failed.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_user_and_month(lake: Store) -> None:
    """Each game has its player and month, from the path."""
    found = rows(lake, "select user, month, count(*) as games from games group by all order by all")
    assert found == [
        {"user": OTHER, "month": "2023-01", "games": 1},
        {"user": USER, "month": "2023-01", "games": 2},
        {"user": USER, "month": "2023-02", "games": 3},
    ]


def test_names_that_are_numbers(folder: FolderStore) -> None:
    """Players named 00700 and 12345 stay text, also where nobody has another name."""
    for name in ("12345", "00700"):
        fill(folder, games_of(name), name)
    asked = "select user, count(*) as games from games where user = '00700' group by all"
    assert rows(folder, asked) == [{"user": "00700", "games": 5}]
    assert {row["user"] for row in rows(folder, "select user from games")} == {"00700", "12345"}
    schema = stored_tables(folder, [TABLES["games"]])["games"].dataset.schema
    for ddl, text in (
        (athena_ddl("games", schema, "s3://b/l", ["00700"]), "`user` string"),
        (trino_ddl("games", schema, "s3://b/l"), '"user" varchar'),
    ):
        assert text in ddl


def test_views(lake: Store) -> None:
    """The views are the tables that are stored, with the declared columns and those of the path."""
    assert [row["name"] for row in rows(lake, "show tables")] == [
        "games",
        "rating_history",
        "raw_pgn_archives",
    ]
    for name, path in [("games", ["user", "month"]), ("rating_history", ["user"])]:
        described = [row["column_name"] for row in rows(lake, f"describe {name}")]
        assert described == [*TABLES[name].columns.names, *path]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from games order by end_time",
        "from raw_pgn_archives select * exclude (first_seen_at) order by game_id",
        "with g as (from games) select rules, sum(plies), max(url) from g group by 1 order by 1",
        "select s, count(*) from (select unnest(moves_san) s from games) group by 1 order by all",
        "from games join raw_pgn_archives using (user, month, game_id) select pgn order by game_id",
        "summarize games",
    ],
)
def test_folder_and_bucket(
    sql: str, s3_server: S3Server, s3_bucket: str, folder_lake: FolderStore
) -> None:
    """A query has the same answer over a folder and over S3."""
    place = S3Uri(s3_bucket, "some/lake")
    bucket = small_lake(S3Store(s3_server.client(), place, s3_server.credentials))
    found = rows(folder_lake, sql)
    assert found
    assert rows(bucket, sql) == found


@pytest.mark.parametrize(
    "how", ["month = '{}'", "month in ('{}')", "month between '{0}' and '{0}'"]
)
def test_only_what_is_asked_for(s3_server: S3Server, s3_bucket: str, how: str) -> None:
    """A query about a player's month reads that month's file and no other."""
    place = S3Uri(s3_bucket, "lake")
    lake = small_lake(S3Store(s3_server.client(), place, s3_server.credentials))
    s3_server.forget()
    condition = f"user = '{USER}' and {how.format(FEBRUARY)}"
    found = rows(lake, f"select white from games where {condition}")  # noqa: S608 - our own words
    assert len(found) == 3
    read = {request.path for request in s3_server.requests if request.operation != "LIST"}
    assert read == {f"/{s3_bucket}/lake/{partition_path('games', USER, FEBRUARY)}"}
    assert s3_server.count("LIST") == 1


@pytest.mark.parametrize("sql", WRITES)
def test_asks_only(folder_lake: FolderStore, sql: str) -> None:
    """A statement that would change something is refused by its kind."""
    assert "is not a question" in refusal(folder_lake, sql)


@pytest.mark.parametrize("sql", REACHES)
def test_sees_the_lake_only(
    folder_lake: FolderStore, sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query reaches no file, no network, no environment and no variable of the program's."""
    hidden_variable = [{"a": 1}]
    assert hidden_variable
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    refusal(folder_lake, sql)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("sql", "statements"), [("", 0), ("-- ?", 0), ("select 1; select 2", 2)])
def test_one_statement(folder_lake: FolderStore, sql: str, statements: int) -> None:
    """Exactly one statement is answered."""
    assert f"this is {statements} statements" in refusal(folder_lake, sql)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("selec 1", "syntax error"),
        ("select * from gamez", "The lake has: raw_pgn_archives, games, rating_history."),
        ("select nothing from games", '"nothing" not found'),
        ("select white::int from games", "Could not convert"),
        ("select case when plies = 7 then error('at last') end from games", "at last"),
        ("select * from opening_repertoire", "holds no opening_repertoire yet"),
    ],
)
def test_bad_query(lake: Store, sql: str, words: str) -> None:
    """A bad query fails with a sentence that names what is wrong."""
    assert words in refusal(lake, sql)


def test_empty_lake(store: Store) -> None:
    """A lake without tables says so, and how to fill it, whatever is asked."""
    assert refusal(store, "select 1").startswith(f"{store.uri} holds no tables yet: ")
    assert refusal(store, "from games").startswith(f"{store.uri} holds no games yet: ")


def test_unreadable_file(lake: Store) -> None:
    """A file that is no Parquet fails the query instead of going missing from its answer."""
    key = partition_path("games", USER, JANUARY)
    stored = lake.get(key)
    assert stored is not None
    lake.put(key, b"PAR1 no more", if_match=stored.etag)
    refusal(lake, "select white from games")


def test_strangers_files(folder: FolderStore) -> None:
    """Files that this program doesn't write are no part of a table."""
    small_lake(folder)
    for key in ("games/_SUCCESS", "games/user=x/month=2023-01/part-0.parquet", "games/a.parquet"):
        folder.put(key, b"not ours", if_match=None)
    assert rows(folder, "select count(*) as games from games") == [{"games": 6}]


def test_repeated_names(folder_lake: FolderStore) -> None:
    """Columns of the same name are told apart."""
    found = answer(folder_lake, "select 1 as a, 2 as a, 3 as a_1")
    assert found.schema.names == ["a", "a_1", "a_1_"]
    assert [batch.to_pylist() for batch in found.batches] == [[{"a": 1, "a_1": 2, "a_1_": 3}]]


def test_utc(folder_lake: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours and days are UTC's, wherever the machine is."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    (found,) = rows(folder_lake, "select hour(min(end_time)) as hour from games")
    assert found == {"hour": 12}
