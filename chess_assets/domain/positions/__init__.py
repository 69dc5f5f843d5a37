"""Every position of every game, out of typed games: what only the rules of chess can tell.

`positions_from_games` is the entrance. Nothing is imported here but names, so that a run with
nothing to compute loads no board.
"""

import pyarrow as pa

from chess_assets.domain.games import REPLAYED_SHARE
from chess_assets.domain.lake.computing import COMPUTATION_VERSION

__all__ = [
    "FIRST_FAULTS",
    "GAMES_COLUMNS",
    "GAMES_WITHOUT_POSITIONS",
    "GAMES_WITH_POSITIONS",
    "POSITIONS_VERSION",
    "positions_from_games",
]

POSITIONS_VERSION = "1"
"""Raised whenever the same games would give other rows: what is stored is then made anew."""

GAMES_COLUMNS = (
    "game_id",
    "rules",
    "time_class",
    "base_s",
    "increment_s",
    "moves_san",
    "moves_uci",
    "clocks_ms",
    "initial_fen",
)
"""The columns of `games` that are read."""

GAMES_WITH_POSITIONS = "games_with_positions"
"""Fact: how many games have rows."""

GAMES_WITHOUT_POSITIONS = "games_without_positions"
"""Fact: a JSON object of how many games have none, by `Reason`."""

FIRST_FAULTS = "first_faults"
"""Fact: a JSON list of sentences that name the first games that should have had rows."""


def positions_from_games(games: pa.Table, replayed_share: float = REPLAYED_SHARE) -> pa.Table:
    """Return every position of every game.

    Args:
        games: a table with at least the columns GAMES_COLUMNS of `games`.
        replayed_share: how many of the games whose positions are computed by columns are replayed
            with python-chess too, from 0 to 1.

    Returns:
        A table of exactly POSITIONS: of each game, in the order given, the start and the position
        after each ply. A game that can't be replayed to its end has no rows and leaves the others
        alone. The metadata of the table's schema have the facts above, and, as for `games`, how
        many games went which way and whether the replayed ones agreed.
    """
    from chess_assets.domain.positions.played_games import played_games  # noqa: PLC0415 - see above

    rows = played_games(games.select(GAMES_COLUMNS), replayed_share=replayed_share)
    # Workers elsewhere may have another version of this program installed: the rows say which.
    said = {**(rows.schema.metadata or {}), COMPUTATION_VERSION: POSITIONS_VERSION}
    return rows.replace_schema_metadata(said)
