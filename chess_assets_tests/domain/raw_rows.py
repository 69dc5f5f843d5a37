"""Rows of `raw_pgn_archives`: a plain one to vary, and tables of any rows at all."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES

SEEN_AT = datetime(2024, 1, 20, 12, 0, 0, 123_000, tzinfo=UTC)

_MS = st.integers(0, 999).map(lambda ms: 1000 * ms)
_INSTANTS = st.builds(
    lambda at, us: at.replace(microsecond=us),
    st.datetimes(datetime(1970, 1, 1), datetime(2262, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    _MS,
)
_TEXTS = st.text() | st.sampled_from(
    [
        "",
        "\x00",
        "a\x00b",
        "\u202e1-0\u202c",
        "\u200f\u061c",
        "\U0001f469\u200d\U0001f680",
        "e\u0301",
    ]
)


def raw_row(game_id: str = "g1", **members: Any) -> dict[str, Any]:
    """Return one row, with some members replaced."""
    return {
        "game_id": game_id,
        "url": f"https://www.chess.com/game/live/{game_id}",
        "end_time": SEEN_AT,
        "payload": f'{{"uuid":"{game_id}"}}',
        "pgn": None,
        "first_seen_at": SEEN_AT,
        "last_seen_at": SEEN_AT,
        "is_listed": True,
    } | members


def raw_table(*rows: dict[str, Any]) -> pa.Table:
    """Return a table of these rows."""
    return pa.Table.from_pylist(list(rows), schema=RAW_PGN_ARCHIVES.columns)


def raw_tables() -> st.SearchStrategy[pa.Table]:
    """Return tables of up to six rows with any texts and times."""
    row = st.fixed_dictionaries(
        {
            "game_id": _TEXTS,
            "url": st.none() | _TEXTS,
            "end_time": st.none() | _INSTANTS,
            "payload": _TEXTS,
            "pgn": st.none() | _TEXTS,
            "first_seen_at": _INSTANTS,
            "last_seen_at": _INSTANTS,
            "is_listed": st.booleans(),
        }
    )
    return st.lists(row, max_size=6).map(lambda rows: raw_table(*rows))
