"""How columns are written in Parquet: what the writer's own choice (zstd, dictionaries) costs more.

By column name, since the same thing has the same name in every table. Each entry was measured on
ten real months; only encodings that DuckDB, Spark, Trino, polars and pandas read are in it.
"""

from typing import Any

import pyarrow as pa

_ENCODINGS = {
    # A dictionary of what never repeats is the column a second time.
    **dict.fromkeys(("game_id", "url", "final_fen", "position_key"), "PLAIN"),
    **dict.fromkeys(("payload", "pgn", "fen"), "DELTA_LENGTH_BYTE_ARRAY"),
    # Rows are in order of time, so that each value is near the one before.
    **dict.fromkeys(("start_time", "end_time"), "DELTA_BINARY_PACKED"),
    **dict.fromkeys(("white_rating", "black_rating", "plies"), "DELTA_BINARY_PACKED"),
}
_NEVER_SKIPPED = frozenset({"payload", "pgn", "url", "eco_url", "initial_fen", "final_fen", "fen"})
"""The least and the greatest of these let no reader skip rows, and hold whole values."""


def write_options(columns: pa.Schema) -> dict[str, Any]:
    """Return what pyarrow's Parquet writer takes for a table of these columns."""
    encodings = {name: _ENCODINGS[name] for name in columns.names if name in _ENCODINGS}
    flat = [field.name for field in columns if not pa.types.is_nested(field.type)]
    lists = [f"{field.name}.list.element" for field in columns if pa.types.is_list(field.type)]
    return {
        "compression": "zstd",
        "compression_level": 3,  # 18 % smaller than snappy for 1.6 ms a month; more gains nothing
        "write_page_checksum": True,
        "use_dictionary": [name for name in (*flat, *lists) if name not in encodings],
        "column_encoding": encodings,
        "write_statistics": [name for name in flat if name not in _NEVER_SKIPPED],
    }


def without_descriptions(columns: pa.Schema) -> pa.Schema:
    """Return the columns as they are written: their descriptions would be half of a small file."""
    return pa.schema([field.remove_metadata() for field in columns], columns.metadata)
