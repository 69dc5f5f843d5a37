"""Start positions: what is known is what python-chess makes of the same FEN."""

import re

import chess
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.columnar.pieces import BLACK, LETTERS
from chess_assets.domain.games.columnar.start_positions import NO_ROOK, start_position

ranks_of_kings = st.tuples(
    st.sampled_from(("r3k2r", "1r2k1r1", "rk5r", "rr2k1rr", "4k3", "rnbqkbnr", "k6r")),
    st.sampled_from(("R3K2R", "1R2K1R1", "RK5R", "RR2K1RR", "4K3", "RNBQKBNR", "5KR1")),
)


def position(fen: str, rules: str) -> tuple[str, list[set[int]], bool] | None:
    """Placement, castling rooks by colour, and whether castling is chess960's, as we have them."""
    start = start_position(fen, rules)
    if start is None:
        return None
    board = chess.Board(None)
    for square, piece in enumerate(start.pieces.tolist()):
        if piece:
            letter = LETTERS[piece & ~BLACK]
            board.set_piece_at(
                square, chess.Piece.from_symbol(letter.lower() if piece & BLACK else letter)
            )
    rooks = [{rook for rook in both if rook != NO_ROOK} for both in start.rooks]
    return board.board_fen(), rooks, start.is_chess960


def position_by_python_chess(fen: str, rules: str) -> tuple[str, list[set[int]], bool]:
    """The same, as python-chess has them."""
    board = chess.Board(fen, chess960=rules == "chess960")
    board.chess960 = board.chess960 or board.has_chess960_castling_rights()
    rights = chess.SquareSet(board.clean_castling_rights())
    rooks = [{at for at in rights if at < 8}, {at for at in rights if at >= 56}]
    return board.board_fen(), rooks, board.chess960


@given(
    ranks_of_kings,
    st.sampled_from("wb"),
    st.from_regex(re.compile(r"-|[KQA-H]{0,2}[kqa-h]{0,2}"), fullmatch=True),
    st.sampled_from(("chess", "chess960")),
)
@settings(max_examples=400, deadline=None)
def test_castling_rights(ranks: tuple[str, str], turn: str, castling: str, rules: str) -> None:
    """Whatever rights a FEN names, those are taken for rights that python-chess takes."""
    black, white = ranks
    fen = f"{black}/8/8/8/8/8/8/{white} {turn} {castling or '-'} - 0 1"
    assert position(fen, rules) == position_by_python_chess(fen, rules)


@pytest.mark.parametrize(
    ("fen", "rules"),
    [
        ("4k3/8/8/8/8/8/8/4K3 w - - 0 1", "atomic"),
        ("4k3/8/8/8/8/8/8/4K3 w - -", "chess"),
        ("8/8/8/8/8/8/8/4K3 w - - 0 1", "chess"),
        ("4k3/4k3/8/8/8/8/8/4K3 w - - 0 1", "chess"),
        ("4k2P/8/8/8/8/8/8/4K3 w - - 0 1", "chess"),
        ("4k3/8/8/8/8/8/4K3 w - - 0 1", "chess"),
        ("4k3/44/8/8/8/8/8/4K3 w - - 0 1", "chess"),
        ("4k3/9/8/8/8/8/8/4K3 w - - 0 1", "chess"),
        ("4k3/8/8/8/8/8/8/4K3/ w - - 0 1", "chess"),
        ("4k3/8/8/8/8/8/8/4K3/Q w - - 0 1", "crazyhouse"),
        ("4k3/Q~7/8/8/8/8/8/4K3 w - - 0 1", "crazyhouse"),
        ("4k3/8/8/8/8/8/8/4K3 w - - 0 1 +0+0", "chess"),
        ("4k3/8/8/8/8/8/8/4K3 w - - 0 1 +1+0", "threecheck"),
        ("4k3/8/8/8/8/8/8/4K3 w kK - 0 1", "chess"),
        ("", "chess"),
    ],
)
def test_unusual_starts(fen: str, rules: str) -> None:
    """A start that is not of the usual kind is not known."""
    assert start_position(fen, rules) is None
