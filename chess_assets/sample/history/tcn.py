"""chess.com's own move notation, `tcn`: two characters a ply.

A square is one character; a promotion replaces the target by one that names the piece and the
direction; a drop replaces the origin by the piece. Castling is the king's own two squares; in
chess960, and in some daily games, the king's and the rook's. Seen in real games of every variant.
"""

from collections.abc import Iterable, Sequence

import chess

_SQUARES = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!?"  # a1, b1, …, h8
_PROMOTIONS = {  # towards the a-file, straight on, towards the h-file
    chess.QUEEN: "{~}",
    chess.KNIGHT: "(^)",
    chess.ROOK: "[_]",
    chess.BISHOP: "@#$",
}
_DROPS = {
    chess.QUEEN: "&",
    chess.KNIGHT: "-",
    chess.ROOK: "*",
    chess.BISHOP: "+",
    chess.PAWN: "=",
}


def tcn_of(moves: Iterable[chess.Move]) -> str:
    """Return the moves in chess.com's notation; "" for none."""
    return "".join(_ply(move) for move in moves)


def with_castling_onto_rooks(moves: Sequence[chess.Move], sans: Sequence[str]) -> list[chess.Move]:
    """Return the moves of an ordinary game with castling as the king taking its own rook."""
    files = {"O-O": 7, "O-O-O": 0}
    return [
        chess.Move(move.from_square, chess.square(files[castling], move.from_square >> 3))
        if (castling := san.rstrip("+#")) in files
        else move
        for move, san in zip(moves, sans, strict=True)
    ]


def _ply(move: chess.Move) -> str:
    if move.drop:
        return _DROPS[move.drop] + _SQUARES[move.to_square]
    origin = _SQUARES[move.from_square]
    if move.promotion:
        step = chess.square_file(move.to_square) - chess.square_file(move.from_square)
        return origin + _PROMOTIONS[move.promotion][step + 1]
    return origin + _SQUARES[move.to_square]
