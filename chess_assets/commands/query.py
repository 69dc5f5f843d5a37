"""`query`: an answer of the lake as a table on the screen, or as a file.

Loaded only when it is asked for, and DuckDB with it.
"""

import sys
from collections.abc import Mapping, Sequence
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from chess_assets.commands.screen import print_table, screen_width
from chess_assets.domain.reading.answer_files import WRITERS
from chess_assets.domain.reading.plain_values import plain_rows, text_of
from chess_assets.domain.reading.sql import Answer, answer
from chess_assets.domain.reading.whole_file import whole_file
from chess_assets.domain.store import Store

_MAX_ROWS = 50
_MAX_CELL_CHARS = 60
_GAP_CHARS = 2
_ANY_WIDTH = 100_000  # a pipe has no right edge


def query(lake: Store, sql: str, file_format: str | None, output: Path | None) -> None:
    """Answer a query: on the screen, or in a file of which only the number of rows is told.

    Args:
        lake: Where the tables are.
        sql: One SELECT.
        file_format: `csv`, `json` or `parquet`; None for a table.
        output: The file; None for standard output.

    Raises:
        ReadingFailed: when there is no answer, or the file cannot be written.
    """
    found = answer(lake, sql)
    if file_format is None:
        _print_table(found)
    elif output is None:
        WRITERS[file_format](found, sys.stdout.buffer)
    else:
        with whole_file(output) as file:
            rows = WRITERS[file_format](found, file)
        click.echo(f"{output}: {rows:,} rows", err=True)


def _print_table(found: Answer) -> None:
    """Print the first rows, and on a terminal as many columns as fit side by side."""
    rows = (row for batch in found.batches for row in plain_rows(batch))
    first = list(islice(rows, _MAX_ROWS + 1))
    columns = {name: [_cell(row[name]) for row in first[:_MAX_ROWS]] for name in found.schema.names}
    fitting = _fitting(columns, screen_width(_ANY_WIDTH))
    table = Table(box=None, pad_edge=False)
    for name in fitting:
        is_number = _is_number(found.schema.field(name).type)
        table.add_column(Text(_printable(name)), justify="right" if is_number else "left")
    for cells in zip(*(columns[name] for name in fitting), strict=True):
        table.add_row(*map(Text, cells))
    print_table(table, _ANY_WIDTH)
    if len(first) > _MAX_ROWS:
        click.echo(f"The first {_MAX_ROWS} rows; all of them: --format csv.", err=True)
    if hidden := len(columns) - len(fitting):
        click.echo(f"{hidden} more columns: name those you want, or --format csv.", err=True)


def _fitting(columns: Mapping[str, Sequence[str]], width: int) -> list[str]:
    """Return the first columns that fit into a width, at least one."""
    ends = accumulate(
        max(map(cell_len, (name, *cells))) + _GAP_CHARS for name, cells in columns.items()
    )
    fitting = [name for name, end in zip(columns, ends, strict=True) if end <= width + _GAP_CHARS]
    return fitting or list(columns)[:1]


def _is_number(kind: pa.DataType) -> bool:
    kinds = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    return any(is_kind(kind) for is_kind in kinds)


def _cell(value: Any) -> str:
    text = f"{value:.10g}" if isinstance(value, float) else _printable(text_of(value))
    return text if len(text) <= _MAX_CELL_CHARS else f"{text[: _MAX_CELL_CHARS - 1]}…"


def _printable(text: str) -> str:
    """Return the text without what would steer the terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
