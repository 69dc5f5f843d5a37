"""Which columns of `positions` a board tells; the others are the game's own lists."""

import pyarrow as pa

from chess_assets.domain.schemas.positions import POSITIONS

_FROM_BOARD = (
    "is_white",
    "fen",
    "position_key",
    "piece",
    "captured",
    "is_check",
    "is_castle",
    "promotion",
    "material_balance",
)

BOARD = pa.schema([POSITIONS.field(name) for name in _FROM_BOARD])
