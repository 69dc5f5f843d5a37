"""One game's positions, as the board tells them."""

from typing import Any

import chess
import pytest

from chess_assets.domain.games.fens import STANDARD_FEN
from chess_assets.domain.positions.replayed_game import NoPositions, Reason, replayed_game
from chess_assets_tests.domain.positions.typed_games import typed_game


def rows_of(san: str, rules: str = "chess", fen: str = STANDARD_FEN) -> list[dict[str, Any]]:
    """The positions of a game given by its SAN."""
    game = typed_game(san, rules, fen)
    return replayed_game(rules, fen, game["moves_uci"])


def test_start() -> None:
    """Ply 0 is the start: a position, and nothing of a move."""
    (start,) = rows_of("")
    assert start == {
        "fen": STANDARD_FEN,
        "position_key": 0x463B96181691FC9C,
        "is_check": False,
        "material_balance": 0,
    }


def test_moves() -> None:
    """A fool's mate: who moved what, and the check at its end."""
    rows = rows_of("f3 e5 g4 Qh4#")
    assert [row.get("is_white") for row in rows] == [None, True, False, True, False]
    assert [row.get("piece") for row in rows] == [None, "P", "P", "P", "Q"]
    assert [row["is_check"] for row in rows] == [False, False, False, False, True]
    assert rows[-1]["fen"] == "rnb1kbnr/pppp1ppp/8/4p3/6Pq/5P2/PPPPP2P/RNBQKBNR w KQkq - 1 3"


def test_polyglot_keys() -> None:
    """The keys are those that Polyglot's own description of its format gives for these moves."""
    keys = [row["position_key"] & 2**64 - 1 for row in rows_of("e4 d5 e5 f5 Ke2 Kf7")]
    assert keys == [
        0x463B96181691FC9C,
        0x823C9B50FD114196,
        0x0756B94461C50FB0,
        0x662FAFB965DB29D4,
        0x22A48B5A8E47FF78,
        0x652A607CA3F242C1,
        0x00FDD303C946BDD9,
    ]


def test_castling() -> None:
    """Castling is the king's move, takes nothing, and ends both rights; in chess960 too."""
    for rules in ("chess", "chess960"):
        *_, row = rows_of("O-O", rules, "4k3/8/8/8/8/8/8/R3K2R w KQ - 5 9")
        assert (row["is_castle"], row["piece"], row["captured"]) == (True, "K", None)
        assert row["fen"] == "4k3/8/8/8/8/8/8/R4RK1 b - - 6 9"


def test_en_passant() -> None:
    """A pawn taken en passant is captured; its square is in the FEN only where taking is legal."""
    *_, ready, taken = rows_of("e4 dxe3", fen="4k3/8/8/8/3p4/8/4P3/4K3 w - - 0 1")
    assert " e3 " in ready["fen"]
    assert (taken["captured"], taken["material_balance"]) == ("P", -100)
    *_, pinned = rows_of("e4", fen="8/8/8/8/k2p3R/8/4P3/4K3 w - - 0 1")
    assert pinned["fen"] == "8/8/8/8/k2pP2R/8/8/4K3 b - - 0 1"


def test_promotion() -> None:
    """A promotion names what the pawn became, and counts as that."""
    start, promoted = rows_of("b8=Q", fen="8/1P6/8/8/8/k7/8/K7 w - - 0 1")
    assert (promoted["piece"], promoted["promotion"]) == ("P", "Q")
    assert [start["material_balance"], promoted["material_balance"]] == [100, 900]


def test_pockets() -> None:
    """In crazyhouse what is taken counts for its new owner, is in the FEN, and in the key."""
    rows = rows_of("e4 d5 exd5 Qxd5 P@e4 Qxe4+", "crazyhouse")
    assert [row["material_balance"] for row in rows] == [0, 0, 0, 200, 0, 0, -200]
    assert rows[3]["fen"].startswith("rnbqkbnr/ppp1pppp/8/3P4/8/8/PPPP1PPP/RNBQKBNR[P] ")
    board = chess.Board("rnbqkbnr/ppp1pppp/8/3P4/8/8/PPPP1PPP/RNBQKBNR b KQkq - 0 2")
    (plain,) = replayed_game("chess", board.fen(), [])
    assert rows[3]["position_key"] != plain["position_key"]
    assert rows[0]["position_key"] == rows_of("")[0]["position_key"]
    assert (rows[5]["piece"], rows[5]["captured"], rows[5]["promotion"]) == ("P", None, None)


def test_promoted_pieces() -> None:
    """In crazyhouse a queen that was a pawn, and comes back as one, makes another position."""
    queen, pawn = (
        replayed_game("crazyhouse", f"4k3/8/8/8/8/8/8/{first}3K3[] w - - 0 1", [])[0]
        for first in ("Q", "Q~")
    )
    assert (queen["fen"].replace("Q", "Q~"), 900) == (pawn["fen"], pawn["material_balance"])
    assert queen["position_key"] != pawn["position_key"]


def test_checks_given() -> None:
    """In threecheck two positions that differ only in the checks given have different keys."""
    calm = rows_of("e4 e5 Be2 d6 Bd3 Nc6 Bf1 Nb8", "threecheck")[-1]
    sharp = rows_of("e4 e5 Be2 d6 Bb5+ Nc6 Bf1 Nb8", "threecheck")[-1]
    assert " - 3+3 " in calm["fen"]
    assert sharp["fen"] == calm["fen"].replace("3+3", "2+3")
    assert calm["position_key"] != sharp["position_key"]


def test_inner_rook() -> None:
    """In chess960 two positions that differ only in the rook that may castle have two keys."""
    outer, inner = (
        replayed_game("chess960", f"4k3/8/8/8/8/8/8/4KR1R w {flag} - 0 1", [])[0] for flag in "HF"
    )
    assert (outer["fen"].split()[2], inner["fen"].split()[2]) == ("K", "F")
    assert outer["position_key"] != inner["position_key"]


@pytest.mark.parametrize(
    ("rules", "fen", "moves", "reason"),
    [
        ("bughouse", STANDARD_FEN, None, Reason.BUGHOUSE),
        ("bughouse", STANDARD_FEN, ["e2e4"], Reason.BUGHOUSE),
        ("chess", STANDARD_FEN, None, Reason.NO_MOVES),
        ("chess", None, [], Reason.NO_START),
        ("chess", "", [], Reason.NO_START),
        ("chess", "8/8 w - - 0 1", [], Reason.NO_START),
        ("crazyhouse", "x", [], Reason.NO_START),
        ("threecheck", "", [], Reason.NO_START),
        ("atomic", STANDARD_FEN, [], Reason.NO_START),
        (None, STANDARD_FEN, [], Reason.NO_START),
        ("chess", STANDARD_FEN, ["e2e5"], Reason.ILLEGAL_MOVE),
        ("chess", STANDARD_FEN, ["e2e4", "0000"], Reason.ILLEGAL_MOVE),
        ("chess", STANDARD_FEN, ["e2e4", None], Reason.ILLEGAL_MOVE),
        ("chess", STANDARD_FEN, ["P@e4"], Reason.ILLEGAL_MOVE),
        ("chess", STANDARD_FEN, ["e2e4" * 10_000], Reason.ILLEGAL_MOVE),
        ("chess", STANDARD_FEN, ["\x00"], Reason.ILLEGAL_MOVE),
    ],
)
def test_no_positions(
    rules: str | None, fen: str | None, moves: list[str | None] | None, reason: Reason
) -> None:
    """A game that can't be replayed has one short clause that says why, whatever it holds."""
    with pytest.raises(NoPositions) as caught:
        replayed_game(rules, fen, moves)
    assert caught.value.reason == reason
    assert 0 < len(str(caught.value)) < 120
    assert str(caught.value).isprintable()
