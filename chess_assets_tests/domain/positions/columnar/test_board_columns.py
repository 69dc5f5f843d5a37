"""Positions by columns are those of a replay, or there are none."""

from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.fens import STANDARD_FEN
from chess_assets.domain.positions.board_schema import BOARD
from chess_assets.domain.positions.columnar.board_columns import board_columns
from chess_assets.domain.positions.one_by_one import replayed_one_by_one
from chess_assets_tests.domain.games.columnar.random_games import BOARDS
from chess_assets_tests.domain.positions.typed_games import (
    bughouse,
    damaged,
    mischievous_game,
    random_typed_game,
    typed_game,
    typed_games,
)

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # smaller seeds are no smaller games
BY_COLUMNS = ("chess", "chess960", "kingofthehill", "oddschess")
seeds = st.integers(0, 2**32 - 1)
lengths = st.sampled_from((0, 5, 40, 120))


def fit_and_agreed(games: pa.Table) -> list[bool]:
    """Which games are computed by columns; that their rows are those of a replay is asserted."""
    by_columns = board_columns(games)
    fit = np.flatnonzero(by_columns.is_fit)
    replayed = replayed_one_by_one(games.take(fit))
    assert not replayed.without
    assert by_columns.table.equals(replayed.table)
    assert by_columns.game.tolist() == fit[replayed.game].tolist()
    return [bool(is_fit) for is_fit in by_columns.is_fit]


@given(st.lists(st.tuples(seeds, st.sampled_from(BY_COLUMNS), lengths), min_size=12, max_size=12))
@settings(max_examples=20, deadline=None, phases=UNSHRUNK)
def test_legal_games(drawn: list[tuple[int, str, int]]) -> None:
    """Legal games are computed by columns, and all their cells are the replay's."""
    games = [random_typed_game(Random(seed), rules, plies) for seed, rules, plies in drawn]
    assert all(fit_and_agreed(typed_games(games)))


@given(st.lists(st.tuples(seeds, st.sampled_from(sorted(BOARDS))), min_size=25, max_size=25))
@settings(max_examples=25, deadline=None, phases=UNSHRUNK)
def test_damaged_games(drawn: list[tuple[int, str]]) -> None:
    """A damaged game is computed by columns only where a replay gives the same, if at all."""
    games = []
    for seed, rules in drawn:
        rng = Random(seed)
        games.append(damaged(rng, random_typed_game(rng, rules, 30)))
    fit_and_agreed(typed_games(games))


@given(st.lists(st.tuples(seeds, st.sampled_from(BY_COLUMNS)), min_size=25, max_size=25))
@settings(max_examples=25, deadline=None, phases=UNSHRUNK)
def test_broken_rules(drawn: list[tuple[int, str]]) -> None:
    """A game with an illegal move is never computed by columns, however well it is written."""
    fit_and_agreed(
        typed_games([mischievous_game(Random(seed), rules, 20) for seed, rules in drawn])
    )


@pytest.mark.parametrize(
    "game",
    [
        typed_game("O-O O-O-O", fen="r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1"),
        typed_game("O-O O-O-O", "chess960", "r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1"),
        typed_game("Rc1 Rc8 Kf1", "chess960", "rr2k1rr/8/8/8/8/8/8/RR2K1RR w GBgb - 0 1"),
        typed_game("Rxh8+ Ke7", fen="r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1"),
        typed_game("e4", fen="8/8/8/8/k2p3R/8/4P3/4K3 w - - 0 1"),
        typed_game("e4 dxe3", fen="4k3/8/8/8/3p4/8/4P3/4K3 w - - 0 1"),
        typed_game("e4 fxe3", fen="4k3/8/8/8/3p1p2/8/4P3/4K3 w - - 0 1"),
        typed_game("Kd1 Kd7 h3 Kd8", fen="3k4/8/8/8/7p/p7/P6P/4K3 w - - 98 300"),
        typed_game("bxa8=N+ Kc8", fen="r2k4/1P1N4/8/8/8/8/8/4K3 w - - 7 20"),
    ],
)
def test_special_moves(game: dict[str, Any]) -> None:
    """Castling, en passant, promotion and odd counters are told as the replay tells them."""
    assert fit_and_agreed(typed_games([game])) == [True]


@pytest.mark.parametrize(
    "changes",
    [
        {"moves_uci": None},
        {"moves_san": None},
        {"moves_uci": ["f2f3", "e7e5", "g2g4", None]},
        {"moves_san": ["f3", "e5", "g4", None]},
        {"moves_san": ["f3", "e5", "g4", "Qh4++++++++"]},
        {"moves_uci": ["f2f3", "e7e5", "g2g4", "d8h5"]},
        {"moves_uci": ["f2f3", "e7e5", "g2g4", "x" * 100_000]},
        {"moves_san": ["f3", "e5", "g4"]},
        {"initial_fen": None},
        {"initial_fen": "rnbqkbnr/ppp1pppp/8/8/3pP3/8/PPPP1PPP/RNBQKBNR b KQkq e3 0 3"},
        {"initial_fen": STANDARD_FEN.replace("PPPPPPPP", "PPPPP1P1")},
        {"initial_fen": STANDARD_FEN.replace(" 0 1", " \u0660 1")},
        typed_game("Kd8", fen="4k3/8/8/8/3pP3/8/8/4K3 b - e3 0 3"),
        # In chess960 a step of the king's; castling is f1h1.
        typed_game("O-O", "chess960", "4k3/8/8/8/8/8/8/5K1R w H - 0 1") | {"moves_uci": ["f1g1"]},
        # The king on the hill has won.
        typed_game("Ke4 Ke7", fen="4k3/8/8/8/8/4K3/8/8 w - - 0 1") | {"rules": "kingofthehill"},
        {"rules": None},
        {"rules": "crazyhouse"},
        {"rules": "threecheck"},
    ],
)
def test_left_to_replay(changes: dict[str, Any]) -> None:
    """What is null, odd, contradictory or another game's is left out, and its neighbours stay."""
    games = typed_games([typed_game(), typed_game() | changes, typed_game()])
    assert fit_and_agreed(games) == [True, False, True]


@pytest.mark.parametrize("rows", [[bughouse()], [bughouse(), typed_game("")], [typed_game("")]])
def test_without_plies(rows: list[dict[str, Any]]) -> None:
    """Games without a single ply between them, or without any that fits, are no trouble."""
    games = typed_games(rows)
    assert fit_and_agreed(games) == [row["rules"] == "chess" for row in rows]
    assert board_columns(games).table.schema == BOARD
