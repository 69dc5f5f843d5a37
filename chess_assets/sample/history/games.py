"""Plays one game: a line from the book, then chosen moves, until the end that was planned or came.

What a month's games are belongs in `programme`; clocks and text come after, in `clocks` and `pgn`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import chess
from chess.variant import CrazyhouseBoard

from chess_assets.sample.history.endings import (
    Ending,
    ending_on_time,
    ending_without_moves,
    reached_ending,
)
from chess_assets.sample.history.moves import (
    VALUES,
    finishing_move,
    lively_move,
    quiet_move,
    waiting_move,
)
from chess_assets.sample.history.positions import Start

_PATIENCE = {  # plies until an end that the board has to bring is given up
    "checkmated": 60,
    "repetition": 40,
    "50move": 200,
    "insufficient": 60,
}
_CHOICES: dict[str, Callable[[chess.Board, Random], chess.Move | None]] = {
    "checkmated": finishing_move,
    "repetition": waiting_move,
    "50move": quiet_move,
}
_FROM_PARTNER = (chess.PAWN, chess.PAWN, chess.KNIGHT, chess.BISHOP, chess.ROOK, chess.QUEEN)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a game is meant to end: with this result code, from this ply on; the board may differ."""

    code: str
    plies: int


@dataclass(frozen=True, slots=True)
class PlayedGame:
    """A game without its players and times: `moves` and `sans` are one a ply, `board` the last."""

    start: Start
    moves: list[chess.Move]
    sans: list[str]
    board: chess.Board
    ending: Ending


def play(rng: Random, start: Start, plan: Plan, line: tuple[chess.Move, ...] = ()) -> PlayedGame:
    """Play a game from its start, `line` first (as far as the plan lets it)."""
    board = start.board.copy()
    sans: list[str] = []
    while (ending := reached_ending(board) or _planned_ending(rng, board, plan)) is None:
        ply = len(sans)
        move = line[ply] if ply < len(line) else _chosen_move(rng, board, plan)
        if move is None:
            ending = ending_without_moves(board)
            break
        sans.append(board.san_and_push(move))
        if start.rules == "bughouse" and isinstance(board, CrazyhouseBoard):
            _receive_from_partner(rng, board)
    return PlayedGame(start, list(board.move_stack), sans, board, ending)


def _chosen_move(rng: Random, board: chess.Board, plan: Plan) -> chess.Move | None:
    is_time = len(board.move_stack) >= plan.plies
    choose = _CHOICES.get(plan.code, lively_move) if is_time else lively_move
    return choose(board, rng)


def _planned_ending(rng: Random, board: chess.Board, plan: Plan) -> Ending | None:
    """Return the planned ending once it is due, unless the board has to bring it."""
    overdue = len(board.move_stack) - plan.plies
    if overdue < 0:
        return None
    if overdue < _PATIENCE.get(plan.code, 0):
        return None
    if plan.code == "agreed":
        return Ending("agreed")
    if plan.code == "timeout":
        return ending_on_time(board)
    code = "resigned" if plan.code in _PATIENCE else plan.code
    return Ending(code, winner=_better_side(rng, board))


def _better_side(rng: Random, board: chess.Board) -> chess.Color:
    """Return the side with more material; a side by chance when it is even."""
    balance = sum(
        VALUES[kind] * (len(board.pieces(kind, chess.WHITE)) - len(board.pieces(kind, chess.BLACK)))
        for kind in chess.PIECE_TYPES
    )
    return balance > 0 if balance else rng.random() < 0.5


def _receive_from_partner(rng: Random, board: CrazyhouseBoard) -> None:
    """Put what a bughouse partner captured into a pocket; the partner's board isn't played."""
    if rng.random() < 0.2:
        board.pockets[board.turn].add(rng.choice(_FROM_PARTNER))
