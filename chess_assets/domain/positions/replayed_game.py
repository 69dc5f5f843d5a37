"""One game played through on python-chess's board: the measure for every faster way.

What the columns mean is said in their schema; what a game has written beside its moves (SAN,
clocks) belongs in `written_plies`.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

import chess
import chess.variant

from chess_assets.domain.games.faults import Untypable, excerpt
from chess_assets.domain.games.replay import start_board
from chess_assets.domain.positions.position_key import position_key

CENTIPAWNS = {
    chess.PAWN: 100,
    chess.KNIGHT: 300,
    chess.BISHOP: 300,
    chess.ROOK: 500,
    chess.QUEEN: 900,
}


class Reason(StrEnum):
    """Why a game has no positions."""

    BUGHOUSE = "bughouse"
    NO_MOVES = "no_moves"
    NO_START = "no_start_position"
    ILLEGAL_MOVE = "illegal_move"


class NoPositions(ValueError):
    """A game without positions; the message is a clause that says why."""

    def __init__(self, reason: Reason, clause: str) -> None:
        super().__init__(clause)
        self.reason = reason


def replayed_game(
    rules: str | None, initial_fen: str | None, moves_uci: Sequence[str | None] | None
) -> list[dict[str, Any]]:
    """Return the game's positions, the start first, as rows of what the board tells.

    Raises:
        NoPositions: for a game without moves, a start that is no position, and an illegal move.
    """
    if rules == "bughouse":
        raise NoPositions(Reason.BUGHOUSE, "bughouse has two boards and no moves")
    if moves_uci is None:
        raise NoPositions(Reason.NO_MOVES, "it has no moves")
    try:
        board = start_board(rules or "", initial_fen or "")
    except Untypable as fault:
        raise NoPositions(Reason.NO_START, str(fault)) from None
    return list(_rows(board, moves_uci))


def _rows(board: chess.Board, moves_uci: Sequence[str | None]) -> Iterator[dict[str, Any]]:
    yield _position(board)
    for ply, text in enumerate(moves_uci, start=1):
        told = _move(board, _legal_move(board, ply, text))
        yield told | _position(board)


def _legal_move(board: chess.Board, ply: int, text: str | None) -> chess.Move:
    try:
        move = board.parse_uci(text or "")
    except ValueError:
        move = chess.Move.null()
    if not move:  # python-chess takes "0000" for a legal move
        clause = f"ply {ply}, {excerpt(text)}, is not a legal move"
        raise NoPositions(Reason.ILLEGAL_MOVE, clause)
    return move


def _move(board: chess.Board, move: chess.Move) -> dict[str, Any]:
    """Play the move, and return what it was."""
    is_castle = board.is_castling(move)
    is_passing = board.is_en_passant(move)
    taken = chess.PAWN if is_passing else board.piece_type_at(move.to_square)
    told = {
        "is_white": board.turn,
        "piece": _letter(move.drop or board.piece_type_at(move.from_square)),
        "captured": None if is_castle else _letter(taken),
        "is_castle": is_castle,
        "promotion": _letter(move.promotion),
    }
    board.push(move)
    return told


def _position(board: chess.Board) -> dict[str, Any]:
    fen = board.fen()
    return {
        "fen": fen,
        "position_key": position_key(board, fen),
        "is_check": board.is_check(),
        "material_balance": _material(board, chess.WHITE) - _material(board, chess.BLACK),
    }


def _material(board: chess.Board, color: chess.Color) -> int:
    total = sum(
        value * board.pieces_mask(piece, color).bit_count() for piece, value in CENTIPAWNS.items()
    )
    if isinstance(board, chess.variant.CrazyhouseBoard):
        pocket = board.pockets[color]
        total += sum(value * pocket.count(piece) for piece, value in CENTIPAWNS.items())
    return total


def _letter(piece: chess.PieceType | None) -> str | None:
    return None if piece is None else chess.piece_symbol(piece).upper()
