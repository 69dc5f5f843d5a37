"""The tables of moves and lines against python-chess's."""

import chess
import numpy as np
import pytest

from chess_assets.domain.games.columnar import bitboards, pieces

SQUARES = range(64)
PIECES = {
    chess.PAWN: pieces.PAWN,
    chess.KNIGHT: pieces.KNIGHT,
    chess.BISHOP: pieces.BISHOP,
    chess.ROOK: pieces.ROOK,
    chess.QUEEN: pieces.QUEEN,
    chess.KING: pieces.KING,
}


def test_between() -> None:
    """The squares between two are those that python-chess has."""
    for one in SQUARES:
        for other in SQUARES:
            assert bitboards.BETWEEN[64 * one + other] == chess.between(one, other)


@pytest.mark.parametrize("color", chess.COLORS)
@pytest.mark.parametrize("piece", chess.PIECE_TYPES)
def test_attackers(piece: chess.PieceType, color: chess.Color) -> None:
    """A square is attacked from where a piece of that kind attacks it on an empty board."""
    coloured = PIECES[piece] + (0 if color else pieces.BLACK)
    board = chess.Board(None)
    attacked = np.zeros(64, np.uint64)
    for origin in SQUARES:
        board.set_piece_at(origin, chess.Piece(piece, color))
        for target in chess.SquareSet(board.attacks_mask(origin)):
            attacked[target] |= bitboards.SQUARE[origin]
        board.remove_piece_at(origin)
    assert (bitboards.ATTACKERS.reshape(16, 64)[coloured] == attacked).all()


@pytest.mark.parametrize("color", chess.COLORS)
def test_pawns(color: chess.Color) -> None:
    """Pawns go straight on to empty squares only, two at first, and take only diagonally."""
    pawn = pieces.PAWN + (0 if color else pieces.BLACK)
    reach = bitboards.REACH.reshape(16, 64, 64)[pawn]
    board = chess.Board(None)
    board.turn = color
    for origin in range(8, 56):
        board.set_piece_at(origin, chess.Piece(chess.PAWN, color))
        quiet = {move.to_square for move in board.generate_pseudo_legal_moves()}
        assert set(np.flatnonzero(reach[origin] & bitboards.QUIET)) == quiet
        taken = set(chess.SquareSet(board.attacks_mask(origin)))
        assert set(np.flatnonzero(reach[origin] & bitboards.CAPTURE)) == taken
        board.remove_piece_at(origin)
