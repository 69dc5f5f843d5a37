"""Rows of `games` for these tests: made by hand, at random, damaged, and the corpus."""

import json
import re
from collections.abc import Iterable
from random import Random
from typing import Any

import chess
import pyarrow as pa

from chess_assets.domain.games.columnar.pieces import LETTERS
from chess_assets.domain.games.columnar.tcn import read_tcn
from chess_assets.domain.games.columnar.written_moves import Fields
from chess_assets.domain.games.fens import STANDARD_FEN
from chess_assets.domain.games.game_row import game_row
from chess_assets.domain.games.parsed_games import parse_games
from chess_assets.domain.games.replay import replay, start_board
from chess_assets.domain.positions import GAMES_COLUMNS
from chess_assets.domain.schemas.games import GAMES
from chess_assets_tests.domain.games.columnar.random_games import random_game
from chess_assets_tests.domain.games.raw_games import corpus_games, sent_table

TYPED_GAMES = pa.schema([GAMES.field(name) for name in GAMES_COLUMNS])


def typed_game(
    san: str = "f3 e5 g4 Qh4#", rules: str = "chess", fen: str = STANDARD_FEN, **changes: Any
) -> dict[str, Any]:
    """A live game of three minutes with these moves, and other columns as given."""
    moves = san.split()
    row = {
        "game_id": "game",
        "rules": rules,
        "time_class": "blitz",
        "base_s": 180,
        "increment_s": 0,
        "moves_san": moves,
        "moves_uci": replay(start_board(rules, fen), moves),
        "clocks_ms": [180_000 - 100 * ply for ply in range(len(moves))],
        "initial_fen": fen,
    }
    return row | changes


def bughouse(**changes: Any) -> dict[str, Any]:
    """A game that has no moves."""
    lists = dict.fromkeys(("moves_san", "moves_uci", "clocks_ms"))
    return typed_game("") | {"rules": "bughouse"} | lists | changes


def typed_games(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """A table of the columns that are read; ids from 0 up where none was given."""
    numbered = [
        row | {"game_id": f"{place}" if row["game_id"] == "game" else row["game_id"]}
        for place, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(numbered, schema=TYPED_GAMES)


def random_typed_game(rng: Random, rules: str, plies: int) -> dict[str, Any]:
    """A random legal game of at most so many plies."""
    row = game_row(*random_game(rng, rules, plies, mischief=0))
    assert row["parse_error"] is None
    return {"game_id": "game"} | {name: row[name] for name in GAMES_COLUMNS if name != "game_id"}


def mischievous_game(rng: Random, rules: str, plies: int) -> dict[str, Any]:
    """A random game with rules broken here and there, of which SAN and UCI agree all the same."""
    payload, pgn = random_game(rng, rules, plies, mischief=0.1)
    sent = json.loads(payload)
    tcn = read_tcn([sent["tcn"]])
    return typed_game("") | {
        "rules": rules,
        "clocks_ms": None,
        "moves_san": re.findall(r"(?<=\. )\S+(?= \{)", pgn.replace("...", ".")),
        "moves_uci": [_uci(*ply) for ply in zip(tcn.origin, tcn.witness, strict=True)],
        "initial_fen": re.findall(r'FEN "(.*)"', pgn)[0],
    }


def _uci(origin: int, witness: int) -> str:
    target = chess.square_name(witness & Fields.TARGET)
    if drop := witness >> Fields.DROP & Fields.PIECE_BITS:
        return f"{LETTERS[drop]}@{target}"
    promotion = LETTERS[witness >> Fields.PROMOTION & Fields.PIECE_BITS].lower()
    return chess.square_name(origin) + target + promotion.strip("?")


def damaged(rng: Random, game: dict[str, Any]) -> dict[str, Any]:
    """The game with a move, its start or its rules replaced; perhaps still a legal one."""
    name = rng.choice(("moves_uci", "moves_uci", "moves_san", "both", "initial_fen", "rules"))
    if name == "rules":
        return game | {name: rng.choice(("chess", "chess960", "crazyhouse", "atomic", None))}
    if name == "initial_fen":
        return game | {name: rng.choice((chess.STARTING_FEN, "", None, "8/8 w - - 0 1", *_STARTS))}
    names = ("moves_uci", "moves_san") if name == "both" else (name,)
    place, edit = rng.randrange(max(len(game["moves_uci"]), 1)), rng.choice(_EDITS)
    return game | {name: edit(list(game[name]), place) for name in names}


def _dropped(moves: list[Any], place: int) -> list[Any]:
    return moves[:place] + moves[place + 1 :]


def _doubled(moves: list[Any], place: int) -> list[Any]:
    return moves[:place] + moves[place : place + 1] + moves[place:]


def _swapped(moves: list[Any], place: int) -> list[Any]:
    return moves[:place] + moves[place : place + 2][::-1] + moves[place + 2 :]


def _odd(moves: list[Any], place: int) -> list[Any]:
    texts = (None, "", "0000", "e2e4", "e1g1", "e1h1", "a7a8q", "a7a8k", "P@e4", "Nf3", "O-O", "é")
    return [*moves[:place], texts[place % len(texts)], *moves[place + 1 :]]


def _none(moves: list[Any], place: int) -> None:
    del moves, place


_EDITS = (_dropped, _doubled, _swapped, _odd, _odd, _none)
_STARTS = (
    "rnbqkbnr/ppp1pppp/8/8/3pP3/8/PPPP1PPP/RNBQKBNR b KQkq e3 0 3",
    "4k3/8/8/8/8/8/8/4K2R w K - 999 999",
    "4k3/8/8/8/8/8/8/4K2R w K -",
    "8/8/8/8/8/8/8/8 w - - 0 1",
    "kkkkkkkk/8/8/8/8/8/8/KKKKKKKK w - - 0 1",
)


def corpus_table() -> pa.Table:
    """The corpus as `games` has it, the columns that are read."""
    return parse_games(sent_table(corpus_games()), replayed_share=0).table.select(GAMES_COLUMNS)
