"""The values of an answer in what JSON and text can hold.

Only values: cells of a table on the screen are cut where they are printed.
"""

import json
import math
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any

import pyarrow as pa

from chess_assets.domain.reading.errors import QueryFailed


def plain_rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Yield the rows as JSON has values: null, true, numbers, text, lists, objects.

    Raises:
        QueryFailed: for times outside the years 1 to 9999, such as infinity.
    """
    names = batch.schema.names
    columns = [_values(name, column) for name, column in zip(names, batch.columns, strict=True)]
    for values in zip(*columns, strict=True):
        yield dict(zip(names, map(_plain, values), strict=True))


def text_of(value: Any) -> str:
    """Return a plain value as text: null is nothing, lists and objects are JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _values(name: str, column: pa.Array) -> list[Any]:
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError) as error:
        raise QueryFailed(
            f"{name} holds times outside the years 1 to 9999: cast it to text."
        ) from error
    return values


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one line a kind of value
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date() | time():
            return value.isoformat().replace("+00:00", "Z")
        case bytes():
            return value.hex()
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return str(value)
