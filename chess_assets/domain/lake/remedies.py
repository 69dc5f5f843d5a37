"""What to do about a file of the lake that cannot be used, so that no game is lost by it.

Raw files hold what chess.com may no longer send, so nobody is told to put one away without what it
costs; whatever is computed can be computed again.
"""

from collections.abc import Mapping

from chess_assets.domain.schemas.tables import (
    GAMES,
    OPENING_REPERTOIRE,
    PLAYER_GAMES,
    POSITIONS,
    RATING_HISTORY,
    RAW_PGN_ARCHIVES,
)

_MADE_FROM: Mapping[str, str] = {
    GAMES.name: RAW_PGN_ARCHIVES.name,
    POSITIONS.name: GAMES.name,
    PLAYER_GAMES.name: GAMES.name,
    RATING_HISTORY.name: PLAYER_GAMES.name,
    OPENING_REPERTOIRE.name: PLAYER_GAMES.name,
}
RESTORE = "put back an earlier version of it (a bucket's versioning keeps them) or a backup"
RESTORE_RAW = (
    f"Do not delete it: {RESTORE}, then run again. Only where there is neither: keep a copy "
    "elsewhere and take the file out of the lake. The month is then fetched again, without the "
    "games that chess.com no longer lists: those are lost."
)
"""What to do about a raw file, and what it costs where there is no version of it."""


def remedy(table: str) -> str:
    """Return what to do about a damaged file of a table, in whole sentences."""
    if table == RAW_PGN_ARCHIVES.name:
        return RESTORE_RAW
    if source := _MADE_FROM.get(table):
        return (
            f"All it holds is made from {source}, so nothing is lost with it: move it away and "
            f"materialize {table} again."
        )
    return f"{RESTORE.capitalize()}, or materialize {table} again."
