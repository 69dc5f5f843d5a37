"""Tables of one player's chess, one file a player: their games from their side, and what sums up.

`player_games` follows from the months of `games`; `rating_history` and `opening_repertoire` follow
from `player_games`. Which file is current, and how it is replaced, belongs in `domain/lake`.
"""
