"""The moves of a month, and the proof that each is legal and leads where chess.com says.

Here the parts come together; each says for itself what it holds a game against.
"""

from collections.abc import Sequence

import numpy as np

from chess_assets.domain.games.columnar.agreed_moves import Moves, agreed_moves
from chess_assets.domain.games.columnar.arrays import Bools
from chess_assets.domain.games.columnar.final_positions import FinalPositions
from chess_assets.domain.games.columnar.legal_play import play_legally
from chess_assets.domain.games.columnar.movetext_lines import Plies
from chess_assets.domain.games.columnar.played_positions import planes_of
from chess_assets.domain.games.columnar.start_positions import StartPositions
from chess_assets.domain.games.columnar.tcn import read_tcn
from chess_assets.domain.games.columnar.variant_rules import (
    games_after_three_checks,
    games_without_piece_to_drop,
)


def proven_moves(
    plies: Plies,
    tcn: Sequence[str],
    starts: StartPositions,
    finals: FinalPositions,
    rules: Sequence[str],
    is_fit: Bools,
) -> Moves:
    """Return the moves of all games; those of games that are not proven mean nothing.

    Args:
        plies: what the PGNs say.
        tcn: the tcn of the games that have plies.
        starts: where the games start.
        finals: where they must end.
        rules: each game's variant.
        is_fit: which games are proven; it is changed.
    """
    moves = agreed_moves(plies, read_tcn(tcn), starts, is_fit)
    played = play_legally(moves, starts, plies.offsets, rules, is_fit)
    is_fit &= finals.is_known & (played.ends == planes_of(finals.pieces)).all(axis=0)
    half_moves = starts.half_moves_before + np.diff(plies.offsets)
    is_fit &= finals.is_black_to_move == half_moves & 1
    is_fit[games_without_piece_to_drop(moves, played.captured, plies.offsets)] = False
    if "threecheck" in rules:
        is_fit[games_after_three_checks(moves, played.after, plies.offsets, rules)] = False
    return moves
