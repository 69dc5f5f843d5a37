"""A share of the games that were typed by columns, played again on python-chess's board.

It shares nothing with the way they were typed, so that one would notice what the other does not.
"""

import pyarrow as pa

from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.games.fens import position_of
from chess_assets.domain.games.replay import position_on, replay, start_board

_REPLAYED = ("rules", "initial_fen", "moves_san", "moves_uci", "final_fen")


def is_replay_agreed(games: pa.Table) -> bool:
    """Whether every game's SAN is legal, makes its UCI moves and leads to its final position.

    Args:
        games: typed games that have moves, with at least the columns concerned.
    """
    return all(_is_agreed(**row) for row in games.select(_REPLAYED).to_pylist())


def _is_agreed(
    rules: str, initial_fen: str, moves_san: list[str], moves_uci: list[str], final_fen: str
) -> bool:
    try:
        board = start_board(rules, initial_fen)
        is_same = replay(board, moves_san) == moves_uci
    except Untypable:
        return False
    return is_same and position_on(board) == position_of(final_fen)
