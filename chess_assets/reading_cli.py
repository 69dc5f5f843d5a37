"""The commands of `chess-assets` that only read the lake: `query`, `export` and `ddl`.

They need no Dagster instance and no chess.com, so they run from any folder and start at once. What
a command does belongs in `commands/`.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from chess_assets.commands.lake import open_lake
from chess_assets.commands.options import MonthType
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.players import InvalidPlayerName
from chess_assets.domain.reading.errors import ReadingFailed
from chess_assets.domain.registry import UnreadableRegistry
from chess_assets.domain.schemas.tables import TABLES
from chess_assets.domain.store import Store, StoreError

_SAID_IN_ONE_SENTENCE = (
    InvalidPlayerName,
    ReadingFailed,
    StoreError,
    UnreadableFile,
    UnreadableRegistry,
)
_FILE = click.Path(dir_okay=False, path_type=Path)


@contextmanager
def _lake() -> Generator[Store]:
    """Open the lake; what goes wrong with it becomes one sentence and exit code 1."""
    try:
        yield open_lake()
    except _SAID_IN_ONE_SENTENCE as error:
        raise click.ClickException(str(error)) from error


@click.group()
def reading() -> None:
    """What only reads."""


@reading.command("query")
@click.argument("sql", metavar="SELECT…")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    help="How to answer; else by the name of --output, else a table.",
)
@click.option("--output", type=_FILE, help="A file for all the rows, written whole or not at all.")
def query_lake(sql: str, file_format: str | None, output: Path | None) -> None:
    """Ask the lake in SQL (DuckDB's), each of its tables a view with its name.

    \b
    chess-assets query "select time_class, count(*) from games where user = 'hikaru' group by 1"
    chess-assets query "show tables"
    chess-assets query "describe games"

    Only what a condition on user and month leaves is read. Times and days are UTC.
    """  # noqa: D301 - click's own mark
    from chess_assets.commands.query import query  # noqa: PLC0415 - DuckDB loads only here

    chosen = file_format or (output.suffix[1:].lower() if output else "table")
    if output is not None and chosen not in {"csv", "json", "parquet"}:
        raise click.UsageError("A file is csv, json or parquet: say which with --format.")
    if output is None and chosen == "parquet":
        raise click.UsageError("Parquet needs a file: --output FILE.")
    with _lake() as lake:
        query(lake, sql, None if chosen == "table" else chosen, output)


@reading.command("export")
@click.argument("player")
@click.option("--pgn", metavar="FILE", required=True, help="The file to write; - for the screen.")
@click.option("--from", "first", type=MonthType(), help="First month.")
@click.option("--to", "last", type=MonthType(), help="Last month.")
@click.option("--rules", multiple=True, metavar="RULES", help="chess, chess960, crazyhouse…")
@click.option(
    "--time-class",
    "time_classes",
    multiple=True,
    metavar="CLASS",
    help="daily, rapid, blitz or bullet.",
)
@click.option("--color", type=click.Choice(["white", "black"]), help="The player's side.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many games, the newest.")
def export_games(player: str, pgn: str, **wanted: Any) -> None:
    """Write a player's stored games as one PGN file, newest first.

    --rules and --time-class may be given more than once.
    """
    from chess_assets.commands.export import export  # noqa: PLC0415 - loads only here
    from chess_assets.domain.reading.pgn_export import Wanted  # noqa: PLC0415 - loads only here

    with _lake() as lake:
        export(lake, player, pgn, Wanted(**wanted))


@reading.command("ddl")
@click.argument("table", type=click.Choice(list(TABLES)))
@click.option("--engine", type=click.Choice(["athena", "trino"]), default="athena")
@click.option("--lake", "location", metavar="s3://…", help="The lake, if not CHESS_LAKE_URI.")
@click.option("--player", "players", multiple=True, help="For Athena: players to list one by one.")
def show_ddl(table: str, engine: str, location: str | None, players: tuple[str, ...]) -> None:
    """Print the CREATE TABLE with which another engine reads a stored table."""
    from chess_assets.commands.ddl import ddl  # noqa: PLC0415 - loads only here

    with _lake() as lake:
        click.echo(ddl(lake, table, engine, location, players), nl=False)
