"""The declared schema of `games`."""

import pyarrow as pa

from chess_assets.domain.schemas.columns import TIMESTAMP, description_of
from chess_assets.domain.schemas.games import GAMES


def test_columns() -> None:
    """The columns are the published ones, in their order."""
    assert " ".join(GAMES.names) == (
        "game_id url rules time_class time_control base_s increment_s is_rated start_time end_time "
        "white black white_uuid black_uuid white_rating black_rating white_result black_result "
        "result termination eco opening eco_url white_accuracy black_accuracy plies moves_san "
        "moves_uci clocks_ms initial_fen final_fen tournament match is_listed parse_error"
    )


def test_types() -> None:
    """Numbers, times and lists have the published types; everything else is text."""
    types = {field.name: field.type for field in GAMES if field.type != pa.string()}
    assert types == {
        **dict.fromkeys(("base_s", "increment_s", "white_rating", "black_rating"), pa.int32()),
        **dict.fromkeys(("is_rated", "is_listed"), pa.bool_()),
        **dict.fromkeys(("start_time", "end_time"), TIMESTAMP),
        **dict.fromkeys(("white_accuracy", "black_accuracy"), pa.float64()),
        **dict.fromkeys(("moves_san", "moves_uci"), pa.list_(pa.string())),
        "plies": pa.int32(),
        "clocks_ms": pa.list_(pa.int32()),
    }
    assert str(TIMESTAMP) == "timestamp[ms, tz=UTC]"


def test_descriptions() -> None:
    """Every column has a sentence of its own."""
    assert all(description_of(field).endswith(".") for field in GAMES)
