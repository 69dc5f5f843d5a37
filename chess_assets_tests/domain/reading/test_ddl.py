"""The DDL: SQL of its engine, the declared columns and types, and the lake's paths."""

import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.months import Month
from chess_assets.domain.reading.ddl import athena_ddl, trino_ddl
from chess_assets.domain.reading.errors import NoLocation
from chess_assets.domain.reading.stored_tables import stored_tables
from chess_assets.domain.schemas.columns import description_of
from chess_assets.domain.schemas.tables import TABLES
from chess_assets.domain.store import FolderStore
from chess_assets_tests.made_games import USER

LAKE = "s3://my-bucket/chess"
IN_ATHENA = {
    "string": "STRING",
    "int32": "INT",
    "int64": "BIGINT",
    "double": "DOUBLE",
    "bool": "BOOLEAN",
    "date32[day]": "DATE",
    "timestamp[ms, tz=UTC]": "TIMESTAMP",
    "list<element: string>": "ARRAY<STRING>",
    "list<element: int32>": "ARRAY<INT>",
}
IN_TRINO = {
    "string": "VARCHAR",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "double": "DOUBLE",
    "bool": "BOOLEAN",
    "date32[day]": "DATE",
    "timestamp[ms, tz=UTC]": "TIMESTAMP(3)",
    "list<element: string>": "ARRAY(VARCHAR)",
    "list<element: int32>": "ARRAY(INTEGER)",
}
PATH_COLUMNS = [pa.field("user", pa.string()), pa.field("month", pa.string())]


def with_path(table: str) -> pa.Schema:
    """Return a table's declared columns with `user` and `month`."""
    return pa.schema([*TABLES[table].columns, *PATH_COLUMNS])


def type_in(types: dict[str, str], field: pa.Field) -> str:
    """Look up how an engine calls the type of a column."""
    return types[str(field.type).replace("item:", "element:").replace("l:", "element:")]


def parsed(ddl: str, engine: str) -> exp.Create:
    """Return the one statement that the text is in the engine's SQL."""
    (statement,) = sqlglot.parse(ddl, dialect="hive" if engine == "athena" else engine)
    assert isinstance(statement, exp.Create)
    return statement


def columns_of(statement: exp.Create, dialect: str) -> dict[str, str]:
    """Return the columns and their types, in order."""
    found = statement.find_all(exp.ColumnDef, bfs=False)
    return {column.name: column.args["kind"].sql(dialect) for column in found}


@pytest.mark.parametrize("table", TABLES)
def test_athena_columns(table: str) -> None:
    """Athena's columns are the declared ones and those of the path, typed alike."""
    columns = with_path(table)
    statement = parsed(athena_ddl(table, columns, LAKE), "athena")
    expected = {field.name: type_in(IN_ATHENA, field) for field in columns}
    assert columns_of(statement, "hive") == expected
    assert statement.find(exp.Table).name == table  # type: ignore[union-attr]


@pytest.mark.parametrize("table", TABLES)
def test_trino_columns(table: str) -> None:
    """Trino's columns are the declared ones, then those of the path, which partition the table."""
    columns = with_path(table)
    ddl = trino_ddl(table, columns, LAKE)
    expected = {field.name: type_in(IN_TRINO, field) for field in columns}
    found = columns_of(parsed(ddl, "trino"), "trino")
    assert found == expected
    assert list(found)[-2:] == ["user", "month"]
    assert "partitioned_by = ARRAY['user', 'month']" in ddl
    assert f"external_location = '{LAKE}/{table}/'" in ddl


@pytest.mark.parametrize("table", TABLES)
def test_comments(table: str) -> None:
    """Every column says what it is, within the 255 characters that Glue takes."""
    ddl = athena_ddl(table, with_path(table), LAKE)
    for field in TABLES[table].columns:
        comment = description_of(field).replace("'", "\u2019")
        assert len(comment.encode()) <= 255
        assert f"COMMENT '{comment}'" in ddl


def properties_of(ddl: str) -> dict[str, str]:
    """Return the table's properties as Athena reads them."""
    statement = parsed(ddl, "athena")
    return {
        each.this.name: each.args["value"].name
        for each in statement.args["properties"].expressions
        if type(each) is exp.Property
    }


def test_projection() -> None:
    """Athena works out the very paths that the lake has, from the first month to the present."""
    properties = properties_of(athena_ddl("games", with_path("games"), LAKE))
    template = properties["storage.location.template"]
    place = template.replace("${user}", USER).replace("${month}", "2023-01")
    assert f"{place}part-0.parquet" == f"{LAKE}/{partition_path('games', USER, Month(2023, 1))}"
    assert properties["projection.enabled"] == "true"
    assert properties["projection.user.type"] == "injected"
    assert properties["projection.month.type"] == "date"
    assert properties["projection.month.format"] == "yyyy-MM"
    assert properties["projection.month.range"] == "2007-05,NOW"
    assert properties["projection.month.interval.unit"] == "MONTHS"


def test_named_players() -> None:
    """With players named, a query that names none covers those."""
    properties = properties_of(athena_ddl("games", with_path("games"), LAKE, ["ada", "ben_2"]))
    assert properties["projection.user.type"] == "enum"
    assert properties["projection.user.values"] == "ada,ben_2"


def test_table_without_months(folder_lake: FolderStore) -> None:
    """A table with one file a player is partitioned by player alone."""
    columns = stored_tables(folder_lake, TABLES.values())["rating_history"].dataset.schema
    properties = properties_of(athena_ddl("rating_history", columns, LAKE))
    template = properties["storage.location.template"]
    assert template == f"{LAKE}/rating_history/user=${{user}}/"
    assert not [name for name in properties if "month" in name]
    assert "partitioned_by = ARRAY['user']" in trino_ddl("rating_history", columns, LAKE)


@pytest.mark.parametrize("lake", ["/data/lake", "./lake", "s3://", "s3://b/'; drop table x --"])
def test_not_on_s3(lake: str) -> None:
    """A lake that is not on S3, or not a place at all, is refused."""
    with pytest.raises(NoLocation):
        athena_ddl("games", with_path("games"), lake)
    with pytest.raises(NoLocation):
        trino_ddl("games", with_path("games"), lake)
