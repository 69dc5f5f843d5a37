"""`rating_history`: a player's rating day by day, for each kind of game."""

from chess_assets.assets.player_files import player_summary
from chess_assets.domain.player_tables.rating_history import RATING_HISTORY_FROM_GAMES
from chess_assets.domain.schemas.tables import RATING_HISTORY

rating_history = player_summary(
    RATING_HISTORY,
    RATING_HISTORY_FROM_GAMES,
    description=(
        "One row a day on which the player finished rated games, for each rules and time class: "
        "first, last, highest and lowest rating, games, score. Key: `rules, time_class, day`; "
        "days are UTC's."
    ),
)
