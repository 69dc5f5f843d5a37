"""Random games of every variant as chess.com would send them, legal or with a rule broken.

However a rule is broken, everything else agrees: the SAN, the tcn and the final position are all
of the game that was played on the board.
"""

import json
from random import Random
from typing import Any

import chess
import chess.variant

from chess_assets.sample.history.tcn import tcn_of

BOARDS: dict[str, type[chess.Board]] = {
    "chess": chess.Board,
    "chess960": chess.Board,
    "crazyhouse": chess.variant.CrazyhouseBoard,
    "kingofthehill": chess.variant.KingOfTheHillBoard,
    "oddschess": chess.Board,
    "threecheck": chess.variant.ThreeCheckBoard,
}
_STARTS = (
    chess.STARTING_FEN,
    "8/P6k/8/8/8/8/p7/K7 w - - 0 1",
    "r3k2r/8/8/8/8/8/8/R3K2R b KQkq - 0 1",
    "8/8/3k4/8/3p4/8/2P1P3/3K4 w - - 0 1",
    "3qk3/8/8/8/8/8/3R4/Q2QK2Q w - - 0 7",
    "N1N1k1N1/8/8/8/8/8/8/N1N1K1N1 w - - 3 20",
    "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNB1KBNR b KQkq - 0 1",
    "1r2k1r1/8/8/8/8/8/8/1R2K1R1 w GBgb - 0 1",
    "4k3/pppp4/8/8/8/8/4PPPP/4K3 w - - 0 1",
)


def random_game(rng: Random, rules: str, plies: int, mischief: float) -> tuple[str, str]:
    """Return the payload and the PGN of a game of at most so many plies.

    Args:
        rng: decides everything else.
        rules: the variant.
        plies: how many plies are tried.
        mischief: how often, from 0 to 1, a move breaks a rule or is written too short.
    """
    fen = _start(rng, rules)
    board = BOARDS[rules](fen, chess960=rules == "chess960")
    board.chess960 = board.chess960 or board.has_chess960_castling_rights()
    words, moves = [], []
    for _ in range(plies):
        move = _move(rng, board, mischief)
        if move is None:
            break
        number = f"{board.fullmove_number}{'.' if board.turn else '...'}"
        words.append(f"{number} {_san(rng, board, move, mischief)} {{[%clk {_clock(rng)}]}}")
        moves.append(move)
        board.push(move)
        if None in (board.king(chess.WHITE), board.king(chess.BLACK)):
            break
    final = f"{board.board_fen(promoted=False)} {'w' if board.turn else 'b'} - -"
    return _payload(rules, tcn_of(moves), final), _pgn(rules, fen, final, words)


def _start(rng: Random, rules: str) -> str:
    if rules == "chess960":
        return chess.Board.from_chess960_pos(rng.randrange(960)).fen()
    if rules == "crazyhouse":
        return chess.STARTING_FEN.replace(" ", "/ ", 1)
    return chess.STARTING_FEN + " +0+0" if rules == "threecheck" else rng.choice(_STARTS)


def _move(rng: Random, board: chess.Board, mischief: float) -> chess.Move | None:
    """Return a move that the board can make, whether or not it may; None where there is none."""
    chance = rng.random() / mischief if mischief else 1
    legal = list(board.legal_moves)
    if chance < 0.3:
        moves = list(board.pseudo_legal_moves)  # the king may stay attacked
    elif chance < 0.45:
        own = [square for square in chess.SQUARES if board.color_at(square) == board.turn]
        to = rng.randrange(64)
        moves = [chess.Move(square, to) for square in own if square != to]
    elif chance < 0.5 and isinstance(board, chess.variant.CrazyhouseBoard):
        piece = rng.randint(chess.PAWN, chess.QUEEN)
        empty = [square for square in chess.SQUARES if not board.piece_at(square)]
        held = board.pockets[board.turn].count(piece)
        moves = [chess.Move(square, square, drop=piece) for square in empty] if held else legal
    else:
        moves = legal
    special = [move for move in moves if _is_special(board, move)]
    pool = special if special and rng.random() < 0.4 else moves
    return rng.choice(pool) if pool else None


def _is_special(board: chess.Board, move: chess.Move) -> bool:
    if move.drop:
        return False
    return bool(board.is_capture(move) or move.promotion or board.is_castling(move))


def _san(rng: Random, board: chess.Board, move: chess.Move, mischief: float) -> str:
    """Return the move's SAN, with as much of its origin as chess.com or mischief would write."""
    piece = board.piece_type_at(move.from_square)
    if board.is_legal(move) and (piece in {chess.PAWN, chess.KING} or rng.random() >= mischief):
        san = board.san(move)
        return san.replace("P@", rng.choice(("P@", "@")))
    origin, target = (chess.square_name(at) for at in (move.from_square, move.to_square))
    if move.drop:
        return f"{chess.piece_symbol(move.drop).upper()}@{target}"
    if board.is_castling(move):
        return "O-O" if board.is_kingside_castling(move) else "O-O-O"
    takes = "x" if board.is_capture(move) else ""
    if piece == chess.PAWN:
        promotion = f"={chess.piece_symbol(move.promotion).upper()}" if move.promotion else ""
        return f"{origin[0] if takes else ''}{takes}{target}{promotion}"
    letter = chess.piece_symbol(piece or chess.KING).upper()
    return letter + rng.choice(("", "", *origin, origin)) + takes + target


def _clock(rng: Random) -> str:
    tenth = rng.choice(("", f".{rng.randrange(10)}"))
    return f"{rng.randrange(3)}:{rng.randrange(60):02d}:{rng.randrange(60):02d}{tenth}"


def _payload(rules: str, tcn: str, final: str) -> str:
    members: dict[str, Any] = {
        "url": "https://www.chess.com/game/live/1",
        "end_time": 1_651_400_000,
        "rules": rules,
        "time_class": "blitz",
        "time_control": "180+2",
        "rated": True,
        "tcn": tcn,
        "initial_setup": chess.STARTING_FEN,
        "fen": final,
        "white": {"rating": 1500, "result": "win", "username": "Ada"},
        "black": {"rating": 1400, "result": "resigned", "username": "Ben_2"},
    }
    return json.dumps(members)


def _pgn(rules: str, fen: str, final: str, words: list[str]) -> str:
    tags = {
        "Event": f"Live {rules}",
        "FEN": fen,
        "CurrentPosition": final,
        "UTCDate": "2022.05.01",
        "UTCTime": "10:11:12",
        "Termination": "Ada won by resignation",
    }
    head = "".join(f'[{name} "{value}"]\n' for name, value in tags.items())
    return f"{head}\n{' '.join([*words, '1-0'])}\n"
