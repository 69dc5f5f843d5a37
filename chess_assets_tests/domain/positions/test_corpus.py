"""Ten real months, with python-chess as the referee of every position."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import chess
import chess.polyglot
import chess.variant
import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from chess_assets.domain.lake.parquet_file import encode
from chess_assets.domain.positions import positions_from_games
from chess_assets_tests.domain.games.raw_games import CORPUS
from chess_assets_tests.domain.positions.typed_games import corpus_table

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"the corpus of real months is not at {CORPUS}"
)
BOARDS: dict[str, type[chess.Board]] = {
    "crazyhouse": chess.variant.CrazyhouseBoard,
    "kingofthehill": chess.variant.KingOfTheHillBoard,
    "threecheck": chess.variant.ThreeCheckBoard,
}
VALUES = {chess.PAWN: 100, chess.KNIGHT: 300, chess.BISHOP: 300, chess.ROOK: 500, chess.QUEEN: 900}
Played = tuple[chess.Board, chess.Move | None, dict[str, Any]]


@pytest.fixture(scope="module")
def games() -> pa.Table:
    """The corpus, typed."""
    return corpus_table()


@pytest.fixture(scope="module")
def positions(games: pa.Table) -> pa.Table:
    """Its positions."""
    return positions_from_games(games)


@pytest.fixture(scope="module")
def by_game(games: pa.Table, positions: pa.Table) -> dict[str, tuple[dict[str, Any], pa.Table]]:
    """Each game that has positions, and those."""
    counts = pc.run_end_encode(positions["game_id"].combine_chunks())
    ends = [0, *counts.run_ends.to_pylist()]
    rows = {row["game_id"]: row for row in games.to_pylist()}
    return {
        game_id: (rows[game_id], positions.slice(ends[place], ends[place + 1] - ends[place]))
        for place, game_id in enumerate(counts.values.to_pylist())
    }


def boards_of(game: dict[str, Any]) -> Iterator[tuple[chess.Board, chess.Move | None]]:
    """Play a game on python-chess's board: it, and the move that is made on it next."""
    board = BOARDS.get(game["rules"], chess.Board)(
        game["initial_fen"], chess960=game["rules"] == "chess960"
    )
    board.chess960 = board.chess960 or board.has_chess960_castling_rights()
    for uci in game["moves_uci"]:
        move = chess.Move.from_uci(uci)
        yield board, move
        board.push(move)
    yield board, None


def material_of(board: chess.Board) -> int:
    """White's material minus Black's, pockets included."""
    white, black = (
        sum(value * count_of(board, piece, color) for piece, value in VALUES.items())
        for color in chess.COLORS
    )
    return white - black


def count_of(board: chess.Board, piece: chess.PieceType, color: chess.Color) -> int:
    """How many of a piece a side has, on the board and in the pocket."""
    on_board = chess.popcount(board.pieces_mask(piece, color))
    if isinstance(board, chess.variant.CrazyhouseBoard):
        return on_board + board.pockets[color].count(piece)
    return on_board


def test_counts(games: pa.Table, positions: pa.Table) -> None:
    """Each of the 4,496 games with moves has its start and its plies; the 52 of bughouse none."""
    plies = pc.list_value_length(games["moves_uci"].drop_null())
    assert positions.num_rows == pc.sum(plies).as_py() + 4_496 == 395_766
    said = positions.schema.metadata
    assert said[b"games_with_positions"] == b"4496"
    assert said[b"games_without_positions"] == b'{"bughouse": 52}'
    assert said[b"first_faults"] == b"[]"
    assert said[b"is_replay_agreed"] == b"true"


def test_as_written(by_game: dict[str, tuple[dict[str, Any], pa.Table]]) -> None:
    """SAN, UCI and clocks are the game's own lists, behind a start that has none of them."""
    for game, positions in by_game.values():
        for name, column in (("moves_san", "san"), ("moves_uci", "uci"), ("clocks_ms", "clock_ms")):
            expected = game[name] or [None] * len(game["moves_uci"])
            assert positions[column].to_pylist() == [None, *expected]


def test_every_fen(by_game: dict[str, tuple[dict[str, Any], pa.Table]]) -> None:
    """Every position of every game is python-chess's own, to the character."""
    assert len(by_game) == 4_496
    for game, positions in by_game.values():
        assert positions["fen"].to_pylist() == [board.fen() for board, _ in boards_of(game)]


def test_every_cell(by_game: dict[str, tuple[dict[str, Any], pa.Table]]) -> None:
    """In all variants, and a sixth of the others, each cell is what the board says."""
    chosen = [
        both
        for place, both in enumerate(by_game.values())
        if both[0]["rules"] != "chess" or place % 6 == 0
    ]
    assert len(chosen) > 900
    for game, positions in chosen:
        told: dict[str, Any] = {}
        rows = positions.to_pylist()
        for row, (board, move) in zip(rows, boards_of(game), strict=True):
            expected = {
                "is_white": None, "piece": None, "captured": None, "is_castle": None,
                "promotion": None, "uci": None,
            } | told  # fmt: skip
            assert {name: row[name] for name in expected} == expected
            assert row["is_check"] == board.is_check()
            assert row["material_balance"] == material_of(board)
            if game["rules"] not in {"crazyhouse", "threecheck"}:
                assert row["position_key"] & 2**64 - 1 == chess.polyglot.zobrist_hash(board)
            told = told_of(board, move) if move else {}


def told_of(board: chess.Board, move: chess.Move) -> dict[str, Any]:
    """What a move is, before it is made, from the SAN that python-chess writes."""
    san = board.san(move)
    is_castle = san.startswith("O-O")
    taken = "P" if board.is_en_passant(move) else str(board.piece_at(move.to_square)).upper()
    return {
        "is_white": board.turn,
        "piece": "K" if is_castle else san[0] if san[0] in "NBRQK" else "P",
        "captured": taken if "x" in san else None,
        "is_castle": is_castle,
        "promotion": san.partition("=")[2][:1] or None,
        "uci": board.uci(move),
    }


def test_one_key_one_position(games: pa.Table, positions: pa.Table) -> None:
    """No two different positions have one key, and no position has two but by en passant."""
    rules = dict(zip(games["game_id"].to_pylist(), games["rules"].to_pylist(), strict=True))
    seen = sorted(
        {
            (key, placed_by(rules[game_id], fen))
            for game_id, key, fen in zip(
                *(positions[name].to_pylist() for name in ("game_id", "position_key", "fen")),
                strict=True,
            )
        }
    )
    assert all(len(list(found)) == 1 for _, found in groupby(seen, key=lambda pair: pair[0]))
    assert len(seen) - len({position for _, position in seen}) < 10


def placed_by(rules: str, fen: str) -> str:
    """A position without its counters; threecheck's before a check is a position of chess."""
    fields = fen.split()
    checks = fields[4] if rules == "threecheck" and fields[4] != "3+3" else ""
    return " ".join((*fields[:4], checks)).replace("[]", "")


def test_spent(games: pa.Table, positions: pa.Table) -> None:
    """No move took less than no time, and each has a time where its game has clocks."""
    spent = positions["spent_ms"].drop_null()
    assert pc.min(spent).as_py() >= 0
    live = games.filter(pc.not_equal(games["time_class"], "daily"))
    assert len(spent) == pc.list_flatten(live["clocks_ms"]).drop_null().length()


def test_small_and_read_elsewhere(positions: pa.Table, tmp_path: Path) -> None:
    """A position takes 26 bytes at most, and DuckDB and polars read what was written."""
    file = tmp_path / "positions.parquet"
    file.write_bytes(encode(positions, {}))
    assert file.stat().st_size / positions.num_rows <= 26
    by_duckdb = duckdb.read_parquet(str(file)).arrow().read_all()
    by_polars = pl.read_parquet(file).to_arrow()
    for read in (by_duckdb, by_polars):
        assert read.cast(positions.schema).equals(positions)
