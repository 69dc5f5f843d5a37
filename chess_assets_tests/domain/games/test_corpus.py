"""Ten real months as the referee: every cell against JSON, tags and python-chess's reader."""

import io
import re
from datetime import datetime
from typing import Any

import chess.pgn
import pyarrow as pa
import pytest

from chess_assets.domain.games.one_by_one import typed_one_by_one
from chess_assets.domain.games.parsed_games import ParsedGames, parse_games
from chess_assets_tests.domain.games.raw_games import CORPUS, corpus_games, sent_table

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"the corpus of real months is not at {CORPUS}"
)
Pair = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def raw() -> pa.Table:
    """The corpus as one raw table."""
    return sent_table(corpus_games())


@pytest.fixture(scope="module")
def parsed(raw: pa.Table) -> ParsedGames:
    """The corpus typed, every game that was typed by columns replayed."""
    return parse_games(raw, replayed_share=1.0)


@pytest.fixture(scope="module")
def pairs(parsed: ParsedGames) -> list[Pair]:
    """Each game as chess.com sent it, beside its typed row."""
    sent = {game["uuid"]: game for game in corpus_games()}
    return [(sent[row["game_id"]], row) for row in parsed.table.to_pylist()]


@pytest.fixture(scope="module")
def pgn_pairs(pairs: list[Pair]) -> list[Pair]:
    """The pairs whose game has a PGN."""
    return [(sent, row) for sent, row in pairs if "pgn" in sent]


def tags_of(sent: dict[str, Any]) -> dict[str, str]:
    return dict(re.findall(r'^\[(\w+) "(.*)"\]$', sent["pgn"], re.MULTILINE))


def movetext_of(sent: dict[str, Any]) -> str:
    return str(sent["pgn"]).split("\n\n", 1)[1]


def test_all_by_columns(parsed: ParsedGames) -> None:
    """Every game of every variant is typed by columns; all with moves are replayed, and agree."""
    assert (parsed.fast, parsed.slow) == (4_548, 0)
    assert (parsed.replayed, parsed.is_replay_agreed) == (4_496, True)


def test_every_cell_as_one_by_one(raw: pa.Table, parsed: ParsedGames) -> None:
    """Games typed by columns have exactly the cells that they have typed one by one."""
    assert parsed.table.equals(typed_one_by_one(raw), check_metadata=True)


def test_all_typed(pairs: list[Pair]) -> None:
    """All 4,548 games are typed without an error, in the order of end time and id."""
    order = [(row["end_time"], row["game_id"]) for _, row in pairs]
    assert len(pairs) == 4_548
    assert {row["parse_error"] for _, row in pairs} == {None}
    assert order == sorted(order)


class AsRead(chess.pgn.BaseVisitor["AsRead"]):
    """A game as python-chess's own reader finds it, played once."""

    def begin_game(self) -> None:
        """Start without moves, from the usual position."""
        self.moves: list[str] = []
        self.initial_fen = chess.STARTING_FEN

    def visit_header(self, tagname: str, tagvalue: str) -> None:
        """Keep the start that the game names."""
        if tagname == "FEN":
            self.initial_fen = tagvalue

    def visit_board(self, board: chess.Board) -> None:
        """Keep the board, on which the reader plays on."""
        self.board = board

    def visit_move(self, board: chess.Board, move: chess.Move) -> None:  # noqa: ARG002 - its signature
        """Keep a move."""
        self.moves.append(move.uci())

    def handle_error(self, error: Exception) -> None:
        """Let nothing pass."""
        raise error

    def result(self) -> "AsRead":
        """Return the game."""
        return self


def test_moves_agree_with_python_chess(pgn_pairs: list[Pair]) -> None:
    """Plies, UCI moves, start and final position are those that python-chess's own reader finds."""
    for sent, row in pgn_pairs:
        read = chess.pgn.read_game(io.StringIO(sent["pgn"]), Visitor=AsRead)
        assert read is not None
        assert row["initial_fen"] == read.initial_fen
        assert row["plies"] == len(read.moves)
        assert row["moves_uci"] == read.moves
        assert row["final_fen"] == sent["fen"]
        placement, turn = row["final_fen"].split()[:2]
        assert placement == read.board.board_fen(promoted=False)
        assert turn == ("w" if read.board.turn else "b")


def test_san_as_written(pgn_pairs: list[Pair]) -> None:
    """The SAN is what is left of the movetext without comments, numbers and result."""
    for sent, row in pgn_pairs:
        words = re.sub(r"\{[^}]*\}", " ", movetext_of(sent)).split()
        assert row["moves_san"] == [word for word in words[:-1] if not word.endswith(".")]


def test_clocks(pgn_pairs: list[Pair]) -> None:
    """Every ply's clock is its [%clk] in milliseconds."""
    for sent, row in pgn_pairs:
        clocks = re.findall(r"%clk (\d+):(\d+):(\d+)\.?(\d?)", movetext_of(sent))
        expected = [
            int(h) * 3_600_000 + int(m) * 60_000 + int(s) * 1_000 + int(tenth or 0) * 100
            for h, m, s, tenth in clocks
        ]
        assert row["clocks_ms"] == expected
        assert len(expected) == row["plies"]


@pytest.mark.parametrize("side", ["white", "black"])
def test_sides(pairs: list[Pair], side: str) -> None:
    """Names, accounts, ratings, codes and accuracies are the JSON's."""
    for sent, row in pairs:
        player = sent[side]
        assert row[side] == player["username"]
        assert row[f"{side}_uuid"] == player["uuid"]
        assert row[f"{side}_rating"] == player["rating"]
        assert row[f"{side}_result"] == player["result"]
        assert row[f"{side}_accuracy"] == sent.get("accuracies", {}).get(side)


def test_game_columns(pairs: list[Pair]) -> None:
    """Rules, time class, time control, rated, tournament and match are the JSON's."""
    for sent, row in pairs:
        for name in ("rules", "time_class", "time_control", "tournament", "match"):
            assert row[name] == sent.get(name)
        assert row["is_rated"] == sent["rated"]
        base, _, increment = sent["time_control"].removeprefix("1/").partition("+")
        assert (row["base_s"], row["increment_s"]) == (int(base), int(increment or 0))


def test_tags(pgn_pairs: list[Pair]) -> None:
    """Players, ratings, result, ECO, termination and start agree with the PGN's tags."""
    for sent, row in pgn_pairs:
        tags = tags_of(sent)
        assert (row["white"], row["black"]) == (tags["White"], tags["Black"])
        assert (row["white_rating"], row["black_rating"]) == (
            int(tags["WhiteElo"]),
            int(tags["BlackElo"]),
        )
        assert row["result"] == tags["Result"]
        assert row["eco"] == tags.get("ECO")
        assert row["eco_url"] == tags.get("ECOUrl")
        assert row["termination"] == tags["Termination"]
        started = f"{tags['UTCDate'].replace('.', '-')}T{tags['UTCTime']}Z"
        assert row["start_time"] == datetime.fromisoformat(started)


def test_openings_have_no_moves(pairs: list[Pair]) -> None:
    """An opening's name holds no moves and starts as its address does; undefined has none."""
    for _, row in pairs:
        if row["eco_url"] is None or row["eco_url"].endswith("/Undefined"):
            assert row["opening"] is None
        else:
            slug = row["eco_url"].rsplit("/", 1)[1]
            assert slug.startswith(row["opening"].replace(" ", "-"))
            assert "." not in row["opening"]


def test_bughouse(pairs: list[Pair]) -> None:
    """The 52 bughouse games are there, with sides and result, and null moves."""
    bughouse = [row for sent, row in pairs if "pgn" not in sent]
    assert len(bughouse) == 52
    for row in bughouse:
        assert row["rules"] == "bughouse"
        assert row["result"] in {"1-0", "0-1"}
        moves = (row[name] for name in ("plies", "moves_san", "moves_uci", "clocks_ms"))
        assert set(moves) == {None}
