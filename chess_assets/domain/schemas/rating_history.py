"""`rating_history`: one row a day on which the player played rated games of a kind."""

import pyarrow as pa

from chess_assets.domain.schemas.columns import column

RATING_HISTORY = pa.schema(
    [
        column("rules", pa.string(), "The rules of the day's games: chess, chess960, …."),
        column("time_class", pa.string(), "daily, rapid, blitz or bullet, as chess.com files it."),
        column("day", pa.date32(), "The day in UTC on which the games ended.", is_nullable=False),
        column("games", pa.int32(), "Rated games that ended that day.", is_nullable=False),
        column(
            "score",
            pa.float64(),
            "The player's points in them: 1 a win, 0.5 a draw, 0 a loss.",
            is_nullable=False,
        ),
        column("first_rating", pa.int32(), "The rating after the day's first game, in points."),
        column("last_rating", pa.int32(), "The rating after the day's last game, in points."),
        column("highest_rating", pa.int32(), "The highest rating after any game of the day."),
        column("lowest_rating", pa.int32(), "The lowest rating after any game of the day."),
    ]
)
