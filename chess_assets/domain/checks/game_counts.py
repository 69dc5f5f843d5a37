"""What is counted of a month of `games` as it is made, with the raw rows at hand."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

UNPAIRED = "games_unpaired"
"""Raw games without exactly one row, and rows without a raw game."""
FIRST_END = "first_end_time"
LAST_END = "last_end_time"
WITHOUT_END = "games_without_end_time"
PARSE_ERRORS = "games_with_parse_error"
WITH_PGN = "games_with_pgn"
WITHOUT_TCN = "games_without_tcn"
"""Games with moves in the PGN only, as in chess.com's oldest payloads: one witness is too few to
type them by columns."""
UNLIKE_PGN = "games_unlike_their_pgn"
"""Games whose sides, ratings or result are not those of the PGN's tags."""

_TAGS = {
    "White": "white",
    "Black": "black",
    "Result": "result",
    "WhiteElo": "white_rating",
    "BlackElo": "black_rating",
}


def count_games(raw: pa.Table, games: pa.Table) -> Mapping[str, object]:
    """Return what the checks of `games` need to know of a month.

    Args:
        raw: `RAW_PGN_ARCHIVES` rows.
        games: The `GAMES` made of them, in any order.
    """
    ends = pc.min_max(games["end_time"]).as_py()
    return {
        UNPAIRED: _unpaired(raw["game_id"], games["game_id"]),
        FIRST_END: ends["min"].isoformat() if ends["min"] else "",
        LAST_END: ends["max"].isoformat() if ends["max"] else "",
        WITHOUT_END: games["end_time"].null_count,
        PARSE_ERRORS: games.num_rows - games["parse_error"].null_count,
        WITH_PGN: raw.num_rows - raw["pgn"].null_count,
        WITHOUT_TCN: _without_tcn(raw),
        UNLIKE_PGN: _unlike_pgn(raw, games),
    }


def _unpaired(raw_ids: pa.ChunkedArray, game_ids: pa.ChunkedArray) -> int:
    raw, games = set(raw_ids.to_pylist()), set(game_ids.to_pylist())
    repeated = len(raw_ids) - len(raw) + len(game_ids) - len(games)
    return len(raw ^ games) + repeated


def _without_tcn(raw: pa.Table) -> int:
    has_tcn = pc.match_substring(raw["payload"], '"tcn":')
    return pc.sum(pc.and_not(raw["pgn"].is_valid(), has_tcn)).as_py() or 0


def _unlike_pgn(raw: pa.Table, games: pa.Table) -> int:
    """Count the games that a tag contradicts; what PGN or game don't say contradicts nothing."""
    pgns = raw["pgn"].take(pc.index_in(games["game_id"], raw["game_id"]))
    is_unlike = pa.array([False] * games.num_rows, pa.bool_())
    for tag, column in _TAGS.items():
        said = pc.utf8_lower(_tag(pgns, tag))
        typed = pc.utf8_lower(games[column].cast(pa.string()))
        is_unlike = pc.or_(is_unlike, pc.fill_null(pc.not_equal(said, typed), False))  # noqa: FBT003 - pyarrow's signature
    return pc.sum(is_unlike).as_py() or 0


def _tag(pgns: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """Return the values of a tag as the PGNs' lines have it; null where there is none."""
    found = pc.extract_regex(pgns, rf'(?m)^\[{name} "(?P<value>[^"\n]*)"\]')
    return pc.struct_field(found, "value")
