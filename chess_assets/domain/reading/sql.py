"""One SQL question, answered by an in-process DuckDB that sees the lake's tables and nothing else.

The tables are lazy datasets whose files are fetched and verified by the lake's own store: DuckDB
needs no extension for S3, and is shut off from files, the network, the environment and Python's
variables. What an answer looks like on a screen or in a file belongs to whoever asks.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from chess_assets.domain.reading.errors import QueryFailed
from chess_assets.domain.reading.stored_tables import StoredTable, stored_tables
from chess_assets.domain.schemas.tables import TABLES
from chess_assets.domain.store import Store

_SETTINGS = {  # in this order: what comes after external access is off can't touch files any more
    "TimeZone": "UTC",  # days and hours are the same on every machine
    "temp_directory": "",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "enable_external_access": "false",
    "lock_configuration": "true",
}
_QUESTIONS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
_BATCH_ROWS = 10_000
_SHOWN_LENGTH = 400
_UNANSWERED = (duckdb.Error, pa.ArrowException, OSError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Answer:
    """A query's rows, read as they are asked for.

    Attributes:
        schema: The columns; no two have the same name.
        batches: The rows. Asking for the next may raise QueryFailed.
    """

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def answer(store: Store, sql: str) -> Answer:
    """Run one SELECT over the tables of the lake, each a view with its name.

    Args:
        store: Where the lake is.
        sql: One statement that asks and changes nothing (`SELECT`, `FROM`, `WITH`, `DESCRIBE`,
            `SUMMARIZE`, `SHOW TABLES`, `EXPLAIN`), in DuckDB's SQL.

    Raises:
        QueryFailed: when it is not one such statement, when the lake holds none of the tables it
            names, and for whatever DuckDB finds wrong with it.
        StoreError: when the lake cannot be listed.
    """
    connection = duckdb.connect(":memory:")
    for name, value in _SETTINGS.items():
        connection.execute(f"SET {name} = '{value}'")
    _check_asks(connection, sql)
    tables = _open_tables(connection, store, sql)
    try:
        reader = connection.sql(sql).to_arrow_reader(_BATCH_ROWS)
    except duckdb.CatalogException as error:
        raise QueryFailed(f"{_sentence(error)} The lake has: {', '.join(tables)}.") from error
    except _UNANSWERED as error:
        raise _failure(tables, error) from error
    schema = _distinct(reader.schema)
    return Answer(schema, _batches(connection, reader, schema, tables))


def _check_asks(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryFailed(_sentence(error)) from error
    if len(statements) != 1:
        raise QueryFailed(f"Give one SELECT; this is {len(statements)} statements.")
    if statements[0].type not in _QUESTIONS:
        raise QueryFailed(
            f"{statements[0].type.name} is not a question: the lake is only read here, "
            "so give a SELECT."
        )


def _open_tables(
    connection: duckdb.DuckDBPyConnection, store: Store, sql: str
) -> dict[str, StoredTable]:
    """Make the views, and return the tables; only what the text can mean is listed."""
    words = set(re.findall(r"\w+", sql.lower()))
    named = [name for name in TABLES if name in words]
    tables = stored_tables(store, [TABLES[name] for name in named or TABLES])
    if not tables:
        raise QueryFailed(
            f"{store.uri} holds no {' or '.join(named) or 'tables'} yet: "
            "run chess-assets sync PLAYER, or materialize it in the UI."
        )
    for name, table in tables.items():
        connection.register(name, table.dataset)
    return tables


def _batches(
    connection: duckdb.DuckDBPyConnection,
    reader: pa.RecordBatchReader,
    schema: pa.Schema,
    tables: Mapping[str, StoredTable],
) -> Iterator[pa.RecordBatch]:
    try:
        for batch in reader:
            yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)
    except _UNANSWERED as error:
        raise _failure(tables, error) from error
    finally:
        reader.close()
        connection.close()


def _failure(tables: Mapping[str, StoredTable], error: Exception) -> QueryFailed:
    """Return what a file could not be read for, in its own words, else DuckDB's words."""
    causes = [failure for table in tables.values() for failure in table.failures]
    return QueryFailed(str(causes[0]) if causes else _sentence(error))


def _distinct(schema: pa.Schema) -> pa.Schema:
    """Return the schema with `a, a` told apart as `a, a_1`: a join repeats names."""
    names: list[str] = []
    for name in schema.names:
        count = sum(name == other for other in schema.names[: len(names)])
        fresh = f"{name}_{count}" if count else name
        while fresh in names:
            fresh += "_"
        names.append(fresh)
    return pa.schema([field.with_name(name) for field, name in zip(schema, names, strict=True)])


def _sentence(error: Exception) -> str:
    """Return DuckDB's words on one line, without the excerpt of the query that follows them."""
    words = " ".join(str(error).partition("\n\nLINE ")[0].split())[:_SHOWN_LENGTH]
    return words if words.endswith((".", "!", "?")) else f"{words}."
