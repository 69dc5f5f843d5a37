"""One game's PGN: chess.com's own for real games, and for any game one that python-chess reads."""

import io
from typing import Any

import chess.pgn
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.games import games_from_raw
from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.reading.pgn_game import pgn_game
from chess_assets_tests.domain.games.raw_games import (
    CORPUS,
    FOOLS_MATE_PGN,
    changed,
    corpus_games,
    raw_table,
    sent_table,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ['"]\n[Event "x"]', "\\", '\\"', "\r1. e4", "\x00", "\u2028", "{", "] 1-0", "%", ";"]
)


def typed(pgn: str, **members: Any) -> dict[str, Any]:
    """Return the typed row of the made game with this PGN."""
    (row,) = games_from_raw(raw_table([(changed(**members), pgn)])).to_pylist()
    return dict(row)


def read(pgn: str) -> chess.pgn.Game:
    """Return the game that python-chess reads, which has no errors and is the only one."""
    file = io.StringIO(pgn)
    game = chess.pgn.read_game(file)
    assert game is not None
    assert game.errors == []
    assert chess.pgn.read_game(file) is None
    return game


def uci(game: chess.pgn.Game) -> list[str]:
    return [move.uci() for move in game.mainline_moves()]


@pytest.fixture(scope="module")
def real_games() -> list[tuple[dict[str, Any], str | None]]:
    """Real games, all variants and every sixth of standard chess: typed row, and PGN as sent."""
    if not CORPUS.is_dir():
        pytest.skip(f"the corpus of real months is not at {CORPUS}")
    games = corpus_games()
    chosen = games[::6] + [game for game in games if game["rules"] != "chess"]
    sent = {game["uuid"]: game.get("pgn") for game in chosen}
    rows = games_from_raw(sent_table(chosen)).to_pylist()
    return [(row, sent[row["game_id"]]) for row in rows]


def test_corpus(real_games: list[tuple[dict[str, Any], str | None]]) -> None:
    """Every real game is given out as chess.com sent it, byte for byte."""
    assert len(real_games) > 700
    with_pgn = [(row, sent) for row, sent in real_games if sent is not None]
    assert [row["url"] for row, sent in with_pgn if pgn_game(row, sent) != sent] == []


def test_corpus_without_raw(real_games: list[tuple[dict[str, Any], str | None]]) -> None:
    """Where the raw text is gone, real movetext still is chess.com's, and variants are read."""
    variants = 0
    for row, sent in real_games:
        if sent is None:
            continue
        rebuilt = pgn_game(row, None)
        assert rebuilt.partition("\n\n")[2] == sent.partition("\n\n")[2]
        if row["rules"] != "chess":
            variants += 1
            assert uci(read(rebuilt)) == row["moves_uci"]
    assert variants > 50


def test_tags_without_raw() -> None:
    """Written from typed columns, a game has the seven tags that PGN asks for, and more."""
    game = read(pgn_game(typed(FOOLS_MATE_PGN), None))
    assert list(game.headers)[:7] == ["Event", "Site", "Date", "Round", "White", "Black", "Result"]
    assert game.headers["White"] == "Ada"
    assert game.headers["Date"] == "2022.05.01"
    assert game.headers["BlackElo"] == "1500"
    assert game.headers["Result"] == "0-1"
    assert uci(game) == ["f2f3", "e7e5", "g2g4", "d8h4"]


@given(st.dictionaries(st.sampled_from(["Event", "White", "Annotator", "Termination"]), TEXTS))
def test_hostile_tags(texts: dict[str, str]) -> None:
    """Whatever is in a tag stays in it: the game is one, with its own moves."""
    tags = "".join(f'[{name} "{text}"]\n' for name, text in texts.items())
    pgn = f"{tags}\n1. f3 e5 2. g4 Qh4# 0-1\n"
    row = typed(FOOLS_MATE_PGN) | dict(zip(["white", "termination"], texts.values(), strict=False))
    for own in (pgn, None):
        assert uci(read(pgn_game(row, own))) == row["moves_uci"]


@pytest.mark.parametrize(
    "movetext",
    [
        "1. f3 e5\n\n2. g4 Qh4# 0-1",
        "1. f3 (1. e4 (1. d4)) 1... e5 $1 2. g4 ; why\nQh4# 0-1",
        "1. f3 e5 $" + "9" * 5_000 + " 2. g4 Qh4# 0-1",
    ],
)
def test_odd_layouts(movetext: str) -> None:
    """A game in a layout that trips readers up is given out in the usual one."""
    pgn = f'[White "Ada"]\n\n{movetext}\n'
    written = pgn_game(typed(pgn), pgn)
    assert written == '[White "Ada"]\n\n1. f3 e5 2. g4 Qh4# 0-1\n'
    read(written)


def test_black_to_move() -> None:
    """A game that starts with Black's move is numbered as PGN numbers it."""
    fen = "rnbqkbnr/pppppppp/8/8/4P3/8/PPPP1PPP/RNBQKBNR b KQkq - 0 7"
    pgn = f'[FEN "{fen}"]\n\n7... e5 {{[%clk 0:01:00]}} 8. Nf3 Nc6 0-1\n'
    final = "r1bqkbnr/pppp1ppp/2n5/4p3/4P3/5N2/PPPP1PPP/RNBQKB1R w KQkq -"
    row = typed(pgn, fen=final, initial_setup=fen)
    assert pgn_game(row, pgn) == pgn
    rebuilt = read(pgn_game(row, None))
    assert rebuilt.board().fen() == fen
    assert uci(rebuilt) == row["moves_uci"]


@pytest.mark.parametrize("pgn", ["", "1. e9", '[Event "x"]'])
def test_text_that_is_no_game(pgn: str) -> None:
    """A game with text that is no PGN has none to give."""
    with pytest.raises(Untypable, match="do not end with a result"):
        pgn_game(typed(pgn), pgn)


@pytest.mark.parametrize(("rules", "reason"), [("bughouse", "of bughouse"), ("chess", "no PGN is")])
def test_no_pgn(rules: str, reason: str) -> None:
    """A game without PGN says whether that is usual."""
    (row,) = games_from_raw(raw_table([(changed(rules=rules), None)])).to_pylist()
    with pytest.raises(Untypable, match=reason):
        pgn_game(row, None)


@pytest.mark.parametrize(
    ("rules", "movetext"),
    [
        ("duckchess", "1. e4 {[%clk 0:02:59.9]} 1... e5 {[%clk 0:02:58]} 2. Nf3 2... Nc6 1-0"),
        ("chess", "1. e4 e5 2. -- Nc6 1-0"),
        ("fourplayer", "1. d2-d4 .. g7-g8=D .. Z0 .. @@@@ *"),
        ("bughouse", "1A. e4 {a} 1a. @d5 2B. P@e5 $14 (1. d4 (1. c4) 1... d5) 0-1 {done}"),
        ("chess", "1. e5 1-0"),
    ],
)
def test_as_sent(rules: str, movetext: str) -> None:
    """A game whose moves could not be typed is given out as it was sent."""
    pgn = f'[White "Ada"]\n[Variant "Who knows"]\n\n{movetext}\n'
    row = typed(pgn, rules=rules)
    assert row["moves_san"] is None
    assert pgn_game(row, pgn) == pgn


def test_game_of_no_moves() -> None:
    """A game that ended before its first move is its tags and its result."""
    pgn = '[White "Ada"]\n\n0-1\n'
    assert pgn_game(typed(pgn), pgn) == pgn
