"""Reads chess.com's `tcn` independently of the code that writes it."""

import chess

_CHARACTERS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!?{~}(^)[_]@#$,./&-*++="
)
_PIECES = (chess.QUEEN, chess.KNIGHT, chess.ROOK, chess.BISHOP, chess.KING, chess.PAWN)


def moves_of_tcn(tcn: str, start: chess.Board) -> list[chess.Move]:
    """Return the moves, read from this position."""
    board = start.copy()
    for place in range(0, len(tcn), 2):
        board.push(_move(board, tcn[place], tcn[place + 1]))
    return list(board.move_stack)


def _move(board: chess.Board, first: str, second: str) -> chess.Move:
    origin, target = _CHARACTERS.index(first), _CHARACTERS.index(second)
    if origin > 75:
        drop = next(p for i, p in enumerate(_PIECES) if "&-*++="[i] == first)
        return chess.Move(target, target, drop=drop)
    if target >= 64:
        kind, direction = divmod(target - 64, 3)
        forward = 8 if board.turn else -8
        return chess.Move(origin, origin + forward + direction - 1, promotion=_PIECES[kind])
    move = chess.Move(origin, target)
    is_onto_rook = move.to_square in chess.SquareSet(board.rooks & board.occupied_co[board.turn])
    if is_onto_rook and not board.chess960:
        side = 6 if chess.square_file(target) > chess.square_file(origin) else 2
        return chess.Move(origin, chess.square(side, chess.square_rank(origin)))
    return move
