"""Starting positions by chess.com's `rules`, and how its API and PGN spell a position.

How moves are chosen belongs in `moves`; the opening a game is filed under, in `openings`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import chess
import chess.variant

_USUAL_FEN = "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1"

_ODDS = (  # placement and castling rights; white moves first
    ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNB1KBNR", "KQkq"),  # the queen
    ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/1NBQKBNR", "Kkq"),  # a rook
    ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKB1R", "KQkq"),  # a knight
    ("rnbqkbnr/ppppp1pp/8/8/8/8/PPPPPPPP/RNBQKBNR", "KQkq"),  # pawn and move
    ("1nb1kbnr/pppppppp/8/8/8/8/PPPPPPPP/RNB1KB1R", "KQk"),  # queen's rook and queen for two
    ("rnbqkbnr/pppppppp/8/8/PPPPPPPP/PPPPPPPP/8/4K3", "kq"),  # two rows of pawns for the pieces
)
_THEMES = (  # FEN, ECO code and the opening's name in chess.com's URLs
    ("rnbqkbnr/pppp1ppp/8/4p3/4PP2/8/PPPP2PP/RNBQKBNR b KQkq f3 0 2", "C30", "Kings-Gambit"),
    ("rnbqkbnr/pppp1ppp/8/8/3pP3/2P5/PP3PPP/RNBQKBNR b KQkq - 0 3", "C21", "Danish-Gambit"),
    ("rnbqkbnr/pp1ppppp/8/8/3pP3/2P5/PP3PPP/RNBQKBNR b KQkq - 0 3", "B21", "Smith-Morra-Gambit"),
)
_ENDGAMES = (  # white's one piece against black's one pawn
    "8/5k2/8/3p4/8/8/2N5/4K3 w - - 0 41",
    "8/1p6/4k3/8/8/5B2/8/2K5 w - - 0 52",
    "8/8/3k4/6p1/8/2N5/8/5K2 w - - 0 47",
)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a game starts.

    Attributes:
        rules: the API's `rules`.
        initial_setup: the API's `initial_setup`, a FEN of 4 or 6 fields.
        fen_tag: the PGN's FEN tag, or None where chess.com writes none.
        board: python-chess's board of the rules; copy it before you play on it.
        opening: ECO code and slug of a start that is itself an opening.
    """

    rules: str
    initial_setup: str
    fen_tag: str | None
    board: chess.Board
    opening: tuple[str, str] | None = None


def start_of(rules: str, rng: Random) -> Start:
    """Return a starting position of these rules (chess960 and oddschess have many)."""
    return _STARTS[rules](rng)


def thematic_start(rng: Random) -> Start:
    """Return a thematic tournament's position: ordinary rules, a given opening, black to move."""
    fen, eco, slug = rng.choice(_THEMES)
    return Start("chess", fen, fen, chess.Board(fen), (eco, slug))


def endgame_start(rng: Random) -> Start:
    """Return a bare endgame, as players set one up by hand under the ordinary rules."""
    fen = rng.choice(_ENDGAMES)
    return Start("chess", fen, fen, chess.Board(fen))


def written_fen(board: chess.Board, *, is_daily: bool) -> str:
    """Return the position as the API's `fen` and the PGN's CurrentPosition have it.

    Daily games have 6 fields, live ones 4; the en passant square follows every double step;
    pockets, promoted pieces and counted checks are left out.
    """
    ep = chess.square_name(board.ep_square) if board.ep_square is not None else "-"
    turn = "w" if board.turn else "b"
    fen = f"{board.board_fen(promoted=False)} {turn} {board.castling_xfen()} {ep}"
    return f"{fen} {board.halfmove_clock} {board.fullmove_number}" if is_daily else fen


def _usual(rules: str, board: chess.Board, fen_tag: str | None = None) -> Callable[[Random], Start]:
    return lambda _rng: Start(rules, _USUAL_FEN, fen_tag, board)


def _chess960(rng: Random) -> Start:
    board = chess.Board.from_chess960_pos(rng.randrange(960))
    setup = f"{board.board_fen()} w KQkq -"
    return Start("chess960", setup, board.fen(shredder=True), board)


def _odds(rng: Random) -> Start:
    placement, castling = rng.choice(_ODDS)
    setup = f"{placement} w {castling} -"
    return Start("oddschess", setup, f"{setup} 0 1", chess.Board(f"{setup} 0 1"))


_STARTS: dict[str, Callable[[Random], Start]] = {
    "chess": _usual("chess", chess.Board()),
    "chess960": _chess960,
    "kingofthehill": _usual("kingofthehill", chess.variant.KingOfTheHillBoard()),
    "threecheck": _usual(
        "threecheck", chess.variant.ThreeCheckBoard(), fen_tag=f"{_USUAL_FEN} +0+0"
    ),
    "crazyhouse": _usual(
        "crazyhouse",
        chess.variant.CrazyhouseBoard(),
        fen_tag=_USUAL_FEN.replace(" w ", "/ w "),
    ),
    "bughouse": _usual("bughouse", chess.variant.CrazyhouseBoard()),
    "oddschess": _odds,
}
