"""`opening_repertoire`: one row a colour and opening of the player's games of standard chess."""

import pyarrow as pa

from chess_assets.domain.schemas.columns import TIMESTAMP, column

OPENING_REPERTOIRE = pa.schema(
    [
        column("is_white", pa.bool_(), "Whether the player had White.", is_nullable=False),
        column(
            "opening_family",
            pa.string(),
            "The opening's name without its variation; null where chess.com names none.",
        ),
        column("eco", pa.string(), "The opening's ECO code, A00 to E99; null where there is none."),
        column("games", pa.int32(), "Games with this colour and opening.", is_nullable=False),
        column("wins", pa.int32(), "Games of them that the player won.", is_nullable=False),
        column("draws", pa.int32(), "Games of them that were drawn.", is_nullable=False),
        column("losses", pa.int32(), "Games of them that the player lost.", is_nullable=False),
        column(
            "score",
            pa.float64(),
            "The player's points in them: 1 a win, 0.5 a draw, 0 a loss.",
            is_nullable=False,
        ),
        column(
            "mean_opponent_rating",
            pa.float64(),
            "The mean of the opponents' ratings after the games, in points.",
        ),
        column(
            "performance_rating",
            pa.float64(),
            "The rating whose expected score against the mean opponent is the score achieved.",
        ),
        column("last_played", TIMESTAMP, "When the last of the games ended."),
    ]
)
