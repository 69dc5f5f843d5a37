"""How a game can end: chess.com's result codes, the PGN result and the Termination tag.

Whether a board has reached its end is answered here; when players give up, in `games`.
"""

from dataclasses import dataclass

import chess
from chess.variant import CrazyhouseBoard, KingOfTheHillBoard, ThreeCheckBoard

_WON = {
    "checkmated": "won by checkmate",
    "resigned": "won by resignation",
    "timeout": "won on time",
    "abandoned": "won - game abandoned",
    "kingofthehill": "won by the king reaching the hill",
    "threecheck": "won by checking the opponent king for the 3rd time",
}
_DRAWN = {
    "agreed": "by agreement",
    "repetition": "by repetition",
    "stalemate": "by stalemate",
    "insufficient": "by insufficient material",
    "timevsinsufficient": "by timeout vs insufficient material",
    "50move": "by 50-move rule",
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How a game ended.

    Attributes:
        code: the loser's result code, or the one both sides carry in a draw.
        winner: the winner's colour; None in a draw.
    """

    code: str
    winner: chess.Color | None = None

    def result_of(self, color: chess.Color) -> str:
        """Return the result code of one side."""
        return "win" if self.winner is color else self.code

    def score_of(self, color: chess.Color) -> float:
        """Return 1, 0.5 or 0."""
        return 0.5 if self.winner is None else float(self.winner is color)

    @property
    def pgn_result(self) -> str:
        """The PGN's Result."""
        return {None: "1/2-1/2", chess.WHITE: "1-0", chess.BLACK: "0-1"}[self.winner]

    def termination(self, white: str, black: str) -> str:
        """Return the PGN's Termination, given the usernames."""
        if self.winner is None:
            return f"Game drawn {_DRAWN[self.code]}"
        return f"{white if self.winner else black} {_WON[self.code]}"


def reached_ending(board: chess.Board) -> Ending | None:
    """Return the ending that the position brings, mate and stalemate excepted."""
    if isinstance(board, KingOfTheHillBoard | ThreeCheckBoard) and board.is_variant_end():
        code = "kingofthehill" if isinstance(board, KingOfTheHillBoard) else "threecheck"
        return Ending(code, winner=not board.turn)
    if isinstance(board, CrazyhouseBoard):
        return None
    if board.halfmove_clock >= 100:
        return Ending("50move")
    if board.halfmove_clock >= 8 and board.is_repetition(3):
        return Ending("repetition")
    if chess.popcount(board.occupied) <= 4 and board.is_insufficient_material():
        return Ending("insufficient")
    return None


def ending_without_moves(board: chess.Board) -> Ending:
    """Return mate or stalemate, for a board whose side to move has no legal move."""
    if board.is_check():
        return Ending("checkmated", winner=not board.turn)
    return Ending("stalemate")


def ending_on_time(board: chess.Board) -> Ending:
    """Return what follows when the side to move runs out of time.

    It is a draw if the other side has nothing but a king and at most one minor piece.
    """
    pieces = board.occupied_co[not board.turn] & ~board.kings
    is_bare = not pieces & ~(board.knights | board.bishops) and chess.popcount(pieces) <= 1
    if is_bare and not isinstance(board, CrazyhouseBoard):
        return Ending("timevsinsufficient")
    return Ending("timeout", winner=not board.turn)
