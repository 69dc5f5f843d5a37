"""A game's moves played on python-chess's board: legality, UCI, positions."""

from collections.abc import Sequence

import chess
import chess.variant

from chess_assets.domain.games.faults import Untypable, excerpt
from chess_assets.domain.games.fens import Position

_BOARDS: dict[str, type[chess.Board]] = {
    "chess": chess.Board,
    "chess960": chess.Board,
    "crazyhouse": chess.variant.CrazyhouseBoard,
    "kingofthehill": chess.variant.KingOfTheHillBoard,
    "oddschess": chess.Board,
    "threecheck": chess.variant.ThreeCheckBoard,
}
_RULES_OF_VARIANT_TAG = {
    "": "chess",
    "Chess960": "chess960",
    "Crazyhouse": "crazyhouse",
    "King of the Hill": "kingofthehill",
    "3-check": "threecheck",
}


def rules_of_variant(variant_tag: str) -> str:
    """Return the rules that a PGN's Variant tag names; chess where there is none ("").

    Raises:
        Untypable: for a variant that chess.com's games don't have.
    """
    rules = _RULES_OF_VARIANT_TAG.get(variant_tag)
    if rules is None:
        raise Untypable(f"the Variant tag {excerpt(variant_tag)} is not a known variant")
    return rules


def start_board(rules: str, initial_fen: str) -> chess.Board:
    """Return the board before the first move.

    Raises:
        Untypable: for rules that python-chess does not play, and for a FEN that is no position.
    """
    if rules not in _BOARDS:
        raise Untypable(f"games of {excerpt(rules)} cannot be replayed")
    try:
        board = _BOARDS[rules](initial_fen, chess960=rules == "chess960")
    except ValueError:
        raise Untypable(f"the start position {excerpt(initial_fen)} is no position") from None
    board.chess960 = board.chess960 or board.has_chess960_castling_rights()
    return board


def replay(board: chess.Board, san: Sequence[str]) -> list[str]:
    """Play the moves on the board, which is changed, and return them in UCI.

    Raises:
        Untypable: at the first move that is not legal.
    """
    uci = []
    for ply, text in enumerate(san, start=1):
        try:
            uci.append(board.push_san(text).uci())
        except ValueError:
            raise Untypable(f"ply {ply}, {excerpt(text)}, is not a legal move") from None
    return uci


def position_on(board: chess.Board) -> Position:
    """Return the board's position as chess.com's FENs have it: promoted pieces are not marked."""
    return Position(board.board_fen(promoted=False), "w" if board.turn else "b")
