"""Which columns of the table upstream each column is made of.

Named is what changes a column's values; what only decides which rows are summed up together is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chess_assets.domain.schemas.tables import (
    GAMES,
    OPENING_REPERTOIRE,
    PLAYER_GAMES,
    POSITIONS,
    RATING_HISTORY,
    RAW_PGN_ARCHIVES,
)

Sources = tuple[str, ...]
_SIDES = ("white", "black", "white_uuid", "black_uuid")


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a table follows from.

    Attributes:
        source: The name of the table upstream.
        columns: The source's columns, by the column that they make.
    """

    source: str
    columns: Mapping[str, Sources]


def _same(*columns: str) -> dict[str, Sources]:
    """Return columns that are the source's of the same name."""
    return {column: (column,) for column in columns}


def _of(sources: Sources, *columns: str) -> dict[str, Sources]:
    """Return columns that are all made of these."""
    return dict.fromkeys(columns, sources)


_GAMES = {
    **_same("game_id", "url", "is_listed"),
    "end_time": ("end_time", "payload"),
    **_of(("payload",), "rules", "time_class", "time_control", "base_s", "increment_s", "is_rated"),
    **_of(("payload",), "white", "black", "white_uuid", "black_uuid"),
    **_of(("payload",), "white_rating", "black_rating", "white_result", "black_result", "result"),
    **_of(("payload",), "white_accuracy", "black_accuracy", "tournament", "match"),
    **_of(("pgn",), "termination", "eco"),
    **_of(("payload", "pgn"), "start_time", "eco_url", "opening", "initial_fen", "final_fen"),
    **_of(("payload", "pgn"), "plies", "moves_san", "moves_uci", "clocks_ms", "parse_error"),
}
_POSITIONS = {
    **_same("game_id"),
    "ply": ("moves_uci",),
    "is_white": ("initial_fen", "moves_uci"),
    "san": ("moves_san", "moves_uci"),
    "uci": ("moves_uci",),
    **_of(("rules", "initial_fen", "moves_uci"), "fen", "position_key", "piece", "captured"),
    **_of(("rules", "initial_fen", "moves_uci"), "is_check", "is_castle", "material_balance"),
    "promotion": ("moves_uci",),
    "clock_ms": ("clocks_ms", "moves_uci"),
    "spent_ms": ("clocks_ms", "moves_uci", "base_s", "increment_s", "time_class"),
}
_PLAYER_GAMES = {
    **_same("game_id", "end_time", "rules", "time_class", "base_s", "increment_s", "is_rated"),
    **_same("eco", "opening", "plies", "moves_uci", "url"),
    **_of(_SIDES, "is_white", "opponent", "opponent_uuid"),
    **_of((*_SIDES, "white_rating", "black_rating"), "rating", "opponent_rating"),
    **_of((*_SIDES, "white_accuracy", "black_accuracy"), "accuracy", "opponent_accuracy"),
    **_of((*_SIDES, "result"), "outcome", "score"),
    "how": ("result", "white_result", "black_result"),
    "opening_family": ("opening",),
    "clock_left_ms": (*_SIDES, "clocks_ms", "initial_fen"),
}
_RATING_HISTORY = {
    **_same("rules", "time_class", "score"),
    "day": ("end_time",),
    "games": ("is_rated", "score", "end_time"),
    **_of(("rating", "end_time"), "first_rating", "last_rating"),
    **_of(("rating",), "highest_rating", "lowest_rating"),
}
_OPENING_REPERTOIRE = {
    **_same("is_white", "opening_family", "eco", "score"),
    "games": ("rules", "score"),
    **_of(("outcome",), "wins", "draws", "losses"),
    "mean_opponent_rating": ("opponent_rating",),
    "performance_rating": ("opponent_rating", "score"),
    "last_played": ("end_time",),
}

LINEAGES: Mapping[str, Lineage] = {
    GAMES.name: Lineage(RAW_PGN_ARCHIVES.name, _GAMES),
    POSITIONS.name: Lineage(GAMES.name, _POSITIONS),
    PLAYER_GAMES.name: Lineage(GAMES.name, _PLAYER_GAMES),
    RATING_HISTORY.name: Lineage(PLAYER_GAMES.name, _RATING_HISTORY),
    OPENING_REPERTOIRE.name: Lineage(PLAYER_GAMES.name, _OPENING_REPERTOIRE),
}
"""By table; `raw_pgn_archives` follows from no table."""
