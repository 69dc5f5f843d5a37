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

_SMALL_ANYWAY = frozenset(
    {
        *("rules", "time_class", "time_control", "base_s", "increment_s", "is_rated", "match"),
        *("white_rating", "black_rating", "result", "plies", "parse_error"),
        *("first_seen_at", "last_seen_at"),
    }
)
"""Encoded they are so few bytes that zstd makes them no fewer, for 12 µs a page."""
_ITEM = ".list.element"
_ZSTD_LEVEL = 3  # 18 % smaller than snappy for 1.6 ms a month; more gains nothing


def write_options(columns: pa.Schema, *, is_declared: bool = True) -> dict[str, Any]:
    """Return what pyarrow's Parquet writer takes for a table of these columns.

    Args:
        columns: The columns.
        is_declared: Whether they are one of our tables'; others may have the names, of any type.
    """
    if not is_declared:
        options = {"compression": "zstd", "compression_level": _ZSTD_LEVEL}
        return {**options, "write_page_checksum": True}
    leaves = [
        f"{field.name}{_ITEM}" if pa.types.is_list(field.type) else field.name for field in columns
    ]
    compressed = [leaf for leaf in leaves if leaf not in _SMALL_ANYWAY]
    read_in_part = [leaf for leaf in leaves if leaf not in _NEVER_SKIPPED]
    return {
        "compression": dict.fromkeys(leaves, "none") | dict.fromkeys(compressed, "zstd"),
        "compression_level": dict.fromkeys(compressed, _ZSTD_LEVEL),
        "write_page_checksum": True,
        "use_dictionary": [leaf for leaf in leaves if leaf not in _ENCODINGS],
        "column_encoding": {leaf: _ENCODINGS[leaf] for leaf in leaves if leaf in _ENCODINGS},
        "write_statistics": [leaf for leaf in read_in_part if not leaf.endswith(_ITEM)],
        "store_schema": False,  # Arrow's own copy: with its descriptions half of a small file
    }
