"""A position as one number: Polyglot's Zobrist hash, and what it leaves out mixed in."""

import chess
import chess.polyglot
import chess.variant

from chess_assets.domain.positions.left_out import (
    given_checks,
    inner_rooks,
    left_out_hash,
    pockets_and_promoted,
)


def position_key(board: chess.Board, fen: str) -> int:
    """Return the key of a position, as a signed 64-bit integer.

    Args:
        board: the position.
        fen: what `board.fen()` gives.
    """
    placement, _, castling, _, checks, *_ = fen.split()
    if isinstance(board, chess.variant.CrazyhouseBoard):
        left_out = pockets_and_promoted(placement)
    elif isinstance(board, chess.variant.ThreeCheckBoard):
        left_out = given_checks(checks)
    else:
        left_out = inner_rooks(castling)
    key = chess.polyglot.zobrist_hash(board) ^ left_out_hash(left_out)
    return key - (key >> 63 << 64)
