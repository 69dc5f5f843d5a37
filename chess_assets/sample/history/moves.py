"""Chooses moves: lively, cheap and now and then good, by a few rules of thumb and a seeded random.

A choice looks at the captures and at some of the other moves, not at all of them, because listing
and checking every legal move is what costs. When a game ends belongs in `endings`.
"""

from collections.abc import Iterable
from itertools import chain
from random import Random

import chess
from chess.variant import CrazyhouseBoard, KingOfTheHillBoard, ThreeCheckBoard

VALUES = (0, 1, 3, 3, 5, 9, 0)  # in pawns, by python-chess's piece type
_DISTANCE_FROM_CENTRE = tuple(  # by square: 0 for the four in the middle, up to 3 at the edge
    min(
        chess.square_distance(square, centre) for centre in (chess.D4, chess.E4, chess.D5, chess.E5)
    )
    for square in chess.SQUARES
)


def lively_move(board: chess.Board, rng: Random) -> chess.Move | None:
    """Return a move that captures what hangs, avoids the worst, or wanders; None: no legal move."""
    some = board.legal_moves if board.is_check() else _some_moves(board, rng)
    return (
        _best_safe_move(board, rng, some)
        or _best_safe_move(board, rng, board.legal_moves)
        or next(board.generate_legal_moves(), None)
    )


def finishing_move(board: chess.Board, rng: Random) -> chess.Move | None:
    """Return a piece's move that mates if there is one, else a lively move."""
    pieces = board.occupied_co[board.turn] & ~board.pawns & ~board.kings
    for move in board.generate_legal_moves(pieces):
        if board.gives_check(move) and _mates(board, move):
            return move
    return lively_move(board, rng)


def quiet_move(board: chess.Board, rng: Random) -> chess.Move | None:
    """Return a move of a piece that captures nothing, if there is one, else a lively move."""
    pieces = board.occupied_co[board.turn] & ~board.pawns
    quiet = list(board.generate_legal_moves(pieces, ~board.occupied))
    return rng.choice(quiet) if quiet else lively_move(board, rng)


def waiting_move(board: chess.Board, rng: Random) -> chess.Move | None:
    """Return the own last move taken back if that is possible, else a quiet move."""
    if len(board.move_stack) > 1:
        last = board.move_stack[-2]
        back = chess.Move(last.to_square, last.from_square)
        is_empty = not chess.BB_SQUARES[back.to_square] & board.occupied
        if (
            is_empty
            and board.piece_type_at(back.from_square) != chess.PAWN
            and board.is_legal(back)
        ):
            return back
    return quiet_move(board, rng)


def _best_safe_move(
    board: chess.Board, rng: Random, candidates: Iterable[chess.Move]
) -> chess.Move | None:
    """Return the legal candidate that wins most, with some chance, and doesn't give itself up."""
    ranked = [(_gain(board, move) + rng.random(), i, move) for i, move in enumerate(candidates)]
    for _, _, move in sorted(ranked, reverse=True):
        if _is_safe(board, move) and board.is_legal(move):
            return move
    return None


def _some_moves(board: chess.Board, rng: Random) -> Iterable[chess.Move]:
    """Yield the pseudo-legal captures, and what about a quarter of the pieces can do otherwise."""
    theirs = board.occupied_co[not board.turn]
    some = board.occupied_co[board.turn] & rng.getrandbits(64) & rng.getrandbits(64)
    if isinstance(board, KingOfTheHillBoard):
        some |= board.kings
    captures = board.generate_pseudo_legal_moves(to_mask=theirs)
    others = board.generate_pseudo_legal_moves(from_mask=some, to_mask=~theirs)
    if isinstance(board, CrazyhouseBoard):
        drops = board.generate_pseudo_legal_drops(rng.getrandbits(64) & rng.getrandbits(64))
        return chain(captures, others, drops)
    return chain(captures, others)


def _gain(board: chess.Board, move: chess.Move) -> float:
    """Return what the move wins at first sight, in pawns, with a little for good squares."""
    if board.kings & chess.BB_SQUARES[move.from_square]:
        return _king_gain(board, move)
    gain = float(VALUES[board.piece_type_at(move.to_square) or 0] + VALUES[move.promotion or 0])
    if isinstance(board, ThreeCheckBoard) and board.gives_check(move):
        gain += 4
    return gain - 0.1 * _DISTANCE_FROM_CENTRE[move.to_square]


def _is_safe(board: chess.Board, move: chess.Move) -> bool:
    """Return whether the piece takes what is worth as much, or won't be attacked."""
    own = VALUES[move.drop or board.piece_type_at(move.from_square) or 0]
    taken = VALUES[board.piece_type_at(move.to_square) or 0]
    return own <= taken or not board.is_attacked_by(not board.turn, move.to_square)


def _king_gain(board: chess.Board, move: chess.Move) -> float:
    """Return the same for the king: castling is good, walking about isn't, but towards a hill."""
    if board.is_castling(move):
        return 2
    gain = VALUES[board.piece_type_at(move.to_square) or 0] - 0.5
    if not isinstance(board, KingOfTheHillBoard):
        return gain
    before = _DISTANCE_FROM_CENTRE[move.from_square]
    after = _DISTANCE_FROM_CENTRE[move.to_square]
    return 10 if after == 0 else gain + 0.5 * (before - after)


def _mates(board: chess.Board, move: chess.Move) -> bool:
    board.push(move)
    is_mate = not any(board.generate_legal_moves())
    board.pop()
    return is_mate
