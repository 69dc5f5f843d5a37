"""An answer as a file: CSV for spreadsheets, JSON for programs, Parquet for the next reader.

Each writer takes the rows as they come, so that an answer of any length fits in memory. What a
value looks like in text belongs in `plain_values`.
"""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import BinaryIO

import pyarrow.parquet as pq

from chess_assets.domain.reading.plain_values import plain_rows, text_of
from chess_assets.domain.reading.sql import Answer

_FORMULA = re.compile(r"[=+\-@\t\r\n]")


def write_csv(answer: Answer, file: BinaryIO) -> int:
    """Write CSV (RFC 4180, UTF-8) with a heading, and return the number of rows.

    Text that a spreadsheet would take for a formula (it starts with `=`, `+`, `-`, `@`, a tab or a
    line's end) gets a `'` in front; numbers stay numbers. Lists are JSON; null is nothing.
    """
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow(map(_cell, answer.schema.names))
    rows = 0
    for batch in answer.batches:
        lines = [map(_cell, row.values()) for row in plain_rows(batch)]
        writer.writerows(lines)
        rows += len(lines)
    text.detach()
    return rows


def write_json(answer: Answer, file: BinaryIO) -> int:
    """Write a JSON array with an object a row and a line each, and return the number of rows.

    Times are ISO 8601, binary is hexadecimal, and numbers that JSON does not have are null.
    """
    rows = 0
    for batch in answer.batches:
        for row in plain_rows(batch):
            line = json.dumps(row, ensure_ascii=False, allow_nan=False)
            file.write(f"{',' if rows else '['}\n{line}".encode())
            rows += 1
    file.write(b"\n]\n" if rows else b"[]\n")
    return rows


def write_parquet(answer: Answer, file: BinaryIO) -> int:
    """Write a zstd Parquet file, and return the number of rows."""
    rows = 0
    with pq.ParquetWriter(file, answer.schema, compression="zstd") as writer:
        for batch in answer.batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


WRITERS: dict[str, Callable[[Answer, BinaryIO], int]] = {
    "csv": write_csv,
    "json": write_json,
    "parquet": write_parquet,
}


def _cell(value: object) -> object:
    if isinstance(value, (bool, type(None))) or not isinstance(value, (int, float)):
        text = text_of(value)
        return f"'{text}" if _FORMULA.match(text) else text
    return value
