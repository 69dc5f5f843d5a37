"""`ddl`: how another engine is told of a table that the lake holds."""

from collections.abc import Sequence

from chess_assets.domain.players import parse_player
from chess_assets.domain.reading.ddl import athena_ddl, trino_ddl
from chess_assets.domain.reading.errors import ReadingFailed
from chess_assets.domain.reading.stored_tables import stored_tables
from chess_assets.domain.schemas.tables import TABLES
from chess_assets.domain.store import Store


def ddl(lake: Store, table: str, engine: str, location: str | None, players: Sequence[str]) -> str:
    """Return the statement for a stored table, with the columns and folders that it really has.

    Args:
        lake: Where the table is.
        table: Its name.
        engine: `athena` or `trino`.
        location: `s3://bucket/prefix`, where the engine finds the lake; None: where it is.
        players: For Athena, the players that a query covers when it names none.

    Raises:
        ReadingFailed: when the table is not stored, or the lake is not on S3.
        InvalidPlayerName: for a player that cannot be one.
    """
    stored = stored_tables(lake, [TABLES[table]]).get(table)
    if stored is None:
        raise ReadingFailed(f"{lake.uri} holds no {table} yet: run chess-assets sync PLAYER first.")
    place = location or lake.uri
    if engine == "trino":
        return trino_ddl(table, stored.dataset.schema, place)
    return athena_ddl(table, stored.dataset.schema, place, [parse_player(name) for name in players])
