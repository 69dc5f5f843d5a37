"""`opening_repertoire`: what a player plays with each colour, and how it goes."""

from chess_assets.assets.player_files import player_summary
from chess_assets.domain.player_tables.opening_repertoire import OPENING_REPERTOIRE_FROM_GAMES
from chess_assets.domain.schemas.tables import OPENING_REPERTOIRE

opening_repertoire = player_summary(
    OPENING_REPERTOIRE,
    OPENING_REPERTOIRE_FROM_GAMES,
    description=(
        "One row a colour, opening family and ECO code of the player's games of standard chess: "
        "games, wins, draws, losses, score, performance rating (Elo's formula solved for the "
        "rating). Key: `is_white, opening_family, eco`."
    ),
)
