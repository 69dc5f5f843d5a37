"""The games of a month played out, and those left out that break a rule on the way.

Where a game has to end, and what else it is held against, belongs in `proven_moves`.
"""

from collections.abc import Sequence

from chess_assets.domain.games.columnar.agreed_moves import Moves
from chess_assets.domain.games.columnar.arrays import Bools, Ints
from chess_assets.domain.games.columnar.legality import illegal_plies
from chess_assets.domain.games.columnar.played_positions import Played, played_positions
from chess_assets.domain.games.columnar.start_positions import StartPositions
from chess_assets.domain.games.columnar.variant_rules import games_after_hill


def play_legally(
    moves: Moves, starts: StartPositions, offsets: Ints, rules: Sequence[str], is_fit: Bools
) -> Played:
    """Return what each ply captures and where it leads; games with an illegal one become unfit.

    Args:
        moves: the plies.
        starts: where the games start.
        offsets: where each game's plies start.
        rules: each game's variant.
        is_fit: which games are legal; it is changed.
    """
    played = played_positions(moves, starts.pieces, offsets)
    is_fit[moves.game[illegal_plies(moves, played, offsets)]] = False
    if "kingofthehill" in rules:
        is_fit[games_after_hill(moves, played.after, starts.pieces, offsets, rules)] = False
    return played
