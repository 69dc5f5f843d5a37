"""One number a position, the same wherever it is reached."""

from random import Random

import chess
import chess.polyglot
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.replay import replay, start_board
from chess_assets.domain.positions.position_key import position_key
from chess_assets_tests.domain.positions.typed_games import random_typed_game

RULES = ("chess", "chess960", "crazyhouse", "kingofthehill", "oddschess", "threecheck")
seeds = st.integers(0, 2**32 - 1)


@given(seeds, st.sampled_from(RULES))
@settings(max_examples=40, deadline=None)
def test_of_the_position_alone(seed: int, rules: str) -> None:
    """The key after any moves is that of a board set up in the same position."""
    game = random_typed_game(Random(seed), rules, 60)
    board = start_board(rules, game["initial_fen"])
    for uci in game["moves_uci"]:
        board.push_uci(uci)
        set_up = start_board(rules, board.fen(en_passant="fen"))
        assert position_key(set_up, set_up.fen()) == position_key(board, board.fen())


@given(
    st.permutations(["a3", "b3", "g3", "h3", "Nc3", "Nf3"]),
    st.permutations(["a6", "b6", "g6", "h6", "Nc6", "Nf6"]),
)
@settings(deadline=None)
def test_transpositions(white: list[str], black: list[str]) -> None:
    """In whatever order the same moves are made, they lead to one key."""
    board = chess.Board()
    for pair in zip(white, black, strict=True):
        replay(board, pair)
    expected = chess.Board("r1bqkb1r/2pppp2/ppn2npp/8/8/PPN2NPP/2PPPP2/R1BQKB1R w KQkq - 0 7")
    assert position_key(board, board.fen()) == position_key(expected, expected.fen())


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_polyglots_own(seed: int) -> None:
    """In chess the key is Polyglot's, of the same 64 bits."""
    game = random_typed_game(Random(seed), "chess", 60)
    board = start_board("chess", game["initial_fen"])
    for uci in game["moves_uci"]:
        board.push_uci(uci)
        assert position_key(board, board.fen()) & 2**64 - 1 == chess.polyglot.zobrist_hash(board)
