"""One game on its own: which source a column takes, and the games that are not plain chess."""

import pytest

from chess_assets.domain.games.game_row import game_row
from chess_assets_tests.domain.games.raw_games import FOOLS_MATE_PGN, changed

STANDARD = "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR"


def test_payload_start_time_wins() -> None:
    """A daily game's start is the payload's."""
    row = game_row(changed(start_time=1_600_000_000, time_control="1/86400"), FOOLS_MATE_PGN)
    assert row["start_time"].timestamp() == 1_600_000_000
    assert (row["base_s"], row["increment_s"]) == (86_400, 0)


def test_tags_fill_old_payloads() -> None:
    """Where an old payload names no opening and no final position, the PGN's tags do."""
    row = game_row(changed(eco=..., fen=..., initial_setup=..., uuid=...), FOOLS_MATE_PGN)
    assert row["opening"] == "Barnes Opening"
    assert row["final_fen"] == "rnb1kbnr/pppp1ppp/8/4p3/6Pq/5P2/PPPPP2P/RNBQKBNR w KQkq -"
    assert row["initial_fen"] == f"{STANDARD} w KQkq - 0 1"
    assert row["parse_error"] is None


def test_final_position_is_computed() -> None:
    """Where neither names the final position, the replay's is taken, in six fields."""
    row = game_row(changed(fen=...), "1. f3 e5 2. g4 Qh4# 0-1")
    assert row["final_fen"] == "rnb1kbnr/pppp1ppp/8/4p3/6Pq/5P2/PPPPP2P/RNBQKBNR w KQkq - 1 3"


def test_without_pgn() -> None:
    """A game of bughouse, for which chess.com sends no PGN, has null moves and no parse_error."""
    row = game_row(changed(rules="bughouse"), None)
    assert row.get("plies") is None
    assert row["result"] == "0-1"
    assert row["parse_error"] is None


def test_bughouse_is_not_replayed() -> None:
    """Bughouse drops the partner's captures, so a PGN of one is not held against the rules."""
    row = game_row(changed(rules="bughouse"), "1. N@e5 1-0")
    assert row.get("moves_san") is None
    assert "games of 'bughouse' cannot be replayed" in row["parse_error"]


def test_without_moves() -> None:
    """A game that ended before its first move has 0 plies and empty lists."""
    row = game_row(changed(fen=f"{STANDARD} w KQkq -"), "0-1\n")
    assert row["plies"] == 0
    assert row["moves_san"] == row["moves_uci"] == row["clocks_ms"] == []
    assert row["parse_error"] is None


def test_without_clocks() -> None:
    """A game whose PGN has no clocks has null clocks, not empty ones."""
    row = game_row(changed(), "1. f3 e5 2. g4 Qh4# 0-1")
    assert row["clocks_ms"] is None
    assert row["parse_error"] is None


def test_bad_clock_costs_only_clocks() -> None:
    """A clock that is none leaves the moves typed."""
    row = game_row(changed(), FOOLS_MATE_PGN.replace("0:02:58", "0:99:58"))
    assert (row["clocks_ms"], row["plies"]) == (None, 4)
    assert "is not [%clk h:mm:ss]" in row["parse_error"]


def test_disagreeing_end_keeps_both() -> None:
    """Moves that lead elsewhere than chess.com's final position are kept, with it, and noted."""
    fen = f"{STANDARD} w KQkq -"
    row = game_row(changed(fen=fen), FOOLS_MATE_PGN)
    assert (row["plies"], row["final_fen"]) == (4, fen)
    assert "final position" in row["parse_error"]


@pytest.mark.parametrize(
    ("rules", "tags", "movetext", "final", "uci"),
    [
        (
            "chess960",
            '[Variant "Chess960"]\n[FEN "4k3/8/8/8/8/8/8/RK5R w HA - 0 1"]',
            "1. O-O-O Ke7 1-0",
            "8/4k3/8/8/8/8/8/2KR3R w - -",
            ["b1a1", "e8e7"],
        ),
        (
            "crazyhouse",
            f'[Variant "Crazyhouse"]\n[FEN "{STANDARD}/ w KQkq - 0 1"]',
            "1. e4 d5 2. exd5 Qxd5 3. @e4 1-0",
            "rnb1kbnr/ppp1pppp/8/3q4/4P3/8/PPPP1PPP/RNBQKBNR b KQkq -",
            ["e2e4", "d7d5", "e4d5", "d8d5", "P@e4"],
        ),
        (
            "chess960",
            f'[Variant "Chess960"]\n[FEN "{STANDARD} w HAha - 0 1"]',
            "1. e4 e5 2. Nf3 Nf6 3. Bc4 Bc5 4. O-O 1-0",
            "rnbqk2r/pppp1ppp/5n2/2b1p3/2B1P3/5N2/PPPP1PPP/RNBQ1RK1 b ha -",
            ["e2e4", "e7e5", "g1f3", "g8f6", "f1c4", "f8c5", "e1h1"],
        ),
        (
            "crazyhouse",
            '[Variant "Crazyhouse"]\n[FEN "8/P6k/8/8/8/8/8/K7/ w - - 0 1"]',
            "1. a8=Q 1-0",
            "Q7/7k/8/8/8/8/8/K7 b - -",
            ["a7a8q"],
        ),
        (
            "oddschess",
            '[SetUp "1"]\n[FEN "4k3/8/8/8/8/8/8/1K5R w H - 0 1"]',
            "1. O-O 1-0",
            "4k3/8/8/8/8/8/8/5RK1 b - -",
            ["b1h1"],
        ),
        (
            "threecheck",
            f'[Variant "3-check"]\n[FEN "{STANDARD} w KQkq - 0 1 +0+0"]',
            "1. e4 f5 2. Qh5+ g6 1-0",
            "rnbqkbnr/ppppp2p/6p1/5p1Q/4P3/8/PPPP1PPP/RNB1KBNR w KQkq -",
            ["e2e4", "f7f5", "d1h5", "g7g6"],
        ),
        (
            "kingofthehill",
            '[Variant "King of the Hill"]\n[FEN "k7/8/8/8/8/3K4/8/8 w - - 0 1"]',
            "1. Kd4 1-0",
            "k7/8/8/8/3K4/8/8/8 b - -",
            ["d3d4"],
        ),
        (
            "oddschess",
            '[SetUp "1"]\n[FEN "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/R1BQKBNR b KQkq - 0 1"]',
            "1... e5 1-0",
            "rnbqkbnr/pppp1ppp/8/4p3/8/8/PPPPPPPP/R1BQKBNR w KQkq -",
            ["e7e5"],
        ),
    ],
)
def test_variants(rules: str, tags: str, movetext: str, final: str, uci: list[str]) -> None:
    """Each variant is played by its own rules, from its own start, also without its payload."""
    pgn = f"{tags}\n\n{movetext}\n"
    row = game_row(changed(rules=rules, initial_setup="", fen=final), pgn)
    assert row["parse_error"] is None
    assert row["moves_uci"] == uci
    assert row["initial_fen"] in tags
    assert game_row("{", pgn)["moves_uci"] == uci


def test_four_field_start() -> None:
    """A start position that only the payload has, in four fields, is completed and played from."""
    setup = "4k3/8/8/8/8/8/4P3/4K3 w - -"
    row = game_row(changed(initial_setup=setup, fen="4k3/8/8/8/4P3/8/8/4K3 b - -"), "1. e4 1-0")
    assert row["initial_fen"] == f"{setup} 0 1"
    assert row["parse_error"] is None


def test_pgn_start_wins() -> None:
    """The moves are played from the PGN's own start, whatever the payload's says."""
    pgn = '[SetUp "1"]\n[FEN "4k3/8/8/8/8/8/4P3/4K3 w - - 0 1"]\n\n1. e4 1-0'
    row = game_row(changed(fen="4k3/8/8/8/4P3/8/8/4K3 b - -"), pgn)
    assert row["initial_fen"] == "4k3/8/8/8/8/8/4P3/4K3 w - - 0 1"
    assert row["parse_error"] is None
