"""The moves of a month, and the proof that each is legal and leads where chess.com says.

Here the parts come together; each says for itself what it holds a game against.
"""

from collections.abc import Sequence

import numpy as np

from chess_assets.domain.games.columnar.agreed_moves import Moves, agreed_moves
from chess_assets.domain.games.columnar.arrays import Bools, Bytes, Ints
from chess_assets.domain.games.columnar.final_positions import FinalPositions
from chess_assets.domain.games.columnar.legality import illegal_plies
from chess_assets.domain.games.columnar.movetext_lines import Plies
from chess_assets.domain.games.columnar.played_positions import before_and_after
from chess_assets.domain.games.columnar.positions import Positions
from chess_assets.domain.games.columnar.start_positions import StartPositions
from chess_assets.domain.games.columnar.tcn import TcnMoves
from chess_assets.domain.games.columnar.timelines import follow
from chess_assets.domain.games.columnar.variant_rules import (
    drops_of_nothing,
    plies_after_three_checks,
    plies_on_the_hill,
)
from chess_assets.domain.games.columnar.written_moves import WrittenMoves


def proven_moves(
    plies: Plies,
    written: WrittenMoves,
    tcn: TcnMoves,
    starts: StartPositions,
    finals: FinalPositions,
    rules: Sequence[str | None],
    is_fit: Bools,
) -> Moves:
    """Return the moves of all games; those of games that are not proven mean nothing.

    Args:
        plies: whose the plies are.
        written: what their SAN says.
        tcn: what their tcn says.
        starts: where the games start.
        finals: where they must end.
        rules: each game's variant.
        is_fit: which games are proven; it is changed.
    """
    moves = agreed_moves(plies, written, tcn, starts, is_fit)
    timelines = follow(moves, starts.pieces)
    is_fit[timelines.odd_games] = False
    is_fit &= finals.is_known & (timelines.final == finals.pieces).all(axis=1)
    half_moves = starts.half_moves_before + np.diff(plies.offsets)
    is_fit &= finals.is_black_to_move == half_moves & 1
    captured = timelines.captured
    before, after = before_and_after(moves, captured, starts.pieces, plies.offsets)
    is_fit[moves.game[illegal_plies(moves, captured, before, after)]] = False
    against = _against_variant(moves, captured, before, after, plies.offsets, np.array(rules))
    is_fit[moves.game[against]] = False
    return moves


def _against_variant(
    moves: Moves,
    captured: Bytes,
    before: Positions,
    after: Positions,
    offsets: Ints,
    rules: np.ndarray[tuple[int], np.dtype[np.object_]],
) -> Ints:
    """Return the plies that only the rules of the game's variant forbid."""
    found = (
        drops_of_nothing(moves, captured, offsets),
        plies_on_the_hill(moves, before, rules == "kingofthehill"),
        plies_after_three_checks(moves, after, rules == "threecheck", offsets),
    )
    return np.concatenate(found)
