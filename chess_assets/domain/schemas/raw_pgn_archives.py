"""`raw_pgn_archives`: one row a game, as chess.com sent it."""

import pyarrow as pa

from chess_assets.domain.schemas.columns import TIMESTAMP, column

RAW_PGN_ARCHIVES = pa.schema(
    [
        column(
            "game_id",
            pa.string(),
            "The uuid that the game was first seen with; in old payloads that have none, the "
            "number in its link, with daily/ before it in daily games.",
            is_nullable=False,
        ),
        column("url", pa.string(), "The game's page on chess.com, as sent; not a stable key."),
        column("end_time", TIMESTAMP, "When the game ended; it decides the month."),
        column(
            "payload",
            pa.string(),
            "The game's JSON object as sent, without its pgn.",
            is_nullable=False,
        ),
        column("pgn", pa.string(), "The game's PGN as sent; null where the API sends none."),
        column("first_seen_at", TIMESTAMP, "When we first fetched the game.", is_nullable=False),
        column(
            "last_seen_at",
            TIMESTAMP,
            "When the game was last in chess.com's answer, as of the last rewrite.",
            is_nullable=False,
        ),
        column(
            "is_listed",
            pa.bool_(),
            "Whether chess.com's newest answer still lists the game.",
            is_nullable=False,
        ),
    ]
)
