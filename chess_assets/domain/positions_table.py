"""How `positions` follows from `games`, in whatever process: the rows, and who made them."""

import pyarrow as pa

from chess_assets.domain.lake.derived_table import COMPUTATION_VERSION, Computation
from chess_assets.domain.positions import GAMES_COLUMNS, POSITIONS_VERSION, positions_from_games


def _positions(games: pa.Table) -> pa.Table:
    """Return the positions of games; their metadata has the version of this very program."""
    rows = positions_from_games(games)
    said = rows.schema.metadata or {}
    return rows.replace_schema_metadata({**said, COMPUTATION_VERSION: POSITIONS_VERSION})


POSITIONS_FROM_GAMES = Computation(POSITIONS_VERSION, _positions, GAMES_COLUMNS)
