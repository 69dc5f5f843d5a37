"""chess.com's move notation."""

import chess
import chess.variant
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.sample.history.tcn import tcn_of, with_castling_onto_rooks
from chess_assets_tests.sample.history.tcn_reader import moves_of_tcn

_BOARDS = st.one_of(
    st.builds(chess.Board),
    st.builds(chess.variant.CrazyhouseBoard),
    st.integers(0, 959).map(chess.Board.from_chess960_pos),
    st.just(chess.Board("4k3/PPPP4/8/8/8/8/pppp4/4K3 w - - 0 1")),
)


@given(start=_BOARDS, choices=st.lists(st.integers(0, 999), max_size=40))
def test_reads_back(start: chess.Board, choices: list[int]) -> None:
    """Any legal moves, promotions, drops and chess960 castling included, read back the same."""
    board = start.copy()
    for choice in choices:
        if legal := list(board.legal_moves):
            board.push(legal[choice % len(legal)])
    assert moves_of_tcn(tcn_of(board.move_stack), start) == board.move_stack


def test_examples() -> None:
    """Squares, promotions and drops have the characters that chess.com gives them."""
    ucis = ["e2e4", "g1f3", "e7d8q", "e7e8n", "e2f1r", "e7e8b", "P@e4", "N@f3", "Q@d1", "R@d1"]
    moves = map(chess.Move.from_uci, ucis)
    assert tcn_of(moves) == "mCgv0{0^m]0#=C-v&d*d"
    assert tcn_of([]) == ""


def test_castling_onto_rooks() -> None:
    """Castling can be written as the king taking its own rook, as some daily games have it."""
    moves = [chess.Move.from_uci(uci) for uci in ("e1g1", "e8c8", "e4e5")]
    assert tcn_of(with_castling_onto_rooks(moves, ["O-O", "O-O-O+", "e5"])) == "eh84CK"
