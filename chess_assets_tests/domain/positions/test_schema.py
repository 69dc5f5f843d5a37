"""The declared schema of `positions`."""

import pyarrow as pa

from chess_assets.domain.positions import GAMES_COLUMNS
from chess_assets.domain.positions.board_schema import BOARD
from chess_assets.domain.schemas.columns import description_of
from chess_assets.domain.schemas.games import GAMES
from chess_assets.domain.schemas.positions import POSITIONS


def test_columns() -> None:
    """The columns are the published ones, in their order."""
    assert " ".join(POSITIONS.names) == (
        "game_id ply is_white san uci fen position_key piece captured is_check is_castle "
        "promotion material_balance clock_ms spent_ms"
    )


def test_types() -> None:
    """Numbers and flags have the published types; everything else is text."""
    types = {field.name: field.type for field in POSITIONS if field.type != pa.string()}
    assert types == {
        **dict.fromkeys(("ply", "material_balance", "clock_ms", "spent_ms"), pa.int32()),
        **dict.fromkeys(("is_white", "is_check", "is_castle"), pa.bool_()),
        "position_key": pa.int64(),
    }


def test_descriptions() -> None:
    """Every column has a sentence of its own."""
    assert all(description_of(field).endswith(".") for field in POSITIONS)


def test_sources() -> None:
    """What is read are columns of games, and what a board tells are columns of positions."""
    assert set(GAMES_COLUMNS) <= set(GAMES.names)
    assert set(BOARD.names) < set(POSITIONS.names)
