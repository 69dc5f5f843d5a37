"""The columns that a board tells, for all positions of many games."""

from dataclasses import dataclass

import chess.polyglot
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.games.columnar.arrays import Bools, Bytes, Ints, Words
from chess_assets.domain.games.columnar.positions import is_king_attacked
from chess_assets.domain.positions.board_schema import BOARD
from chess_assets.domain.positions.columnar.castling import Castling, castling
from chess_assets.domain.positions.columnar.en_passant import EnPassant, en_passant
from chess_assets.domain.positions.columnar.half_move_clocks import half_move_clocks
from chess_assets.domain.positions.columnar.move_columns import move_columns
from chess_assets.domain.positions.columnar.placements import (
    material_balances,
    piece_hashes,
    pieces_of,
    placement_texts,
)
from chess_assets.domain.positions.columnar.proven_games import ProvenGames, proven_games

_EN_PASSANT_FILES: Words = np.array(chess.polyglot.POLYGLOT_RANDOM_ARRAY[772:780], np.uint64)
_TURN_HASHES: Words = np.array([chess.polyglot.POLYGLOT_RANDOM_ARRAY[780], 0], np.uint64)
_TURNS = pa.array(["w", "b"])
_SQUARES = pa.array([*(file + rank for rank in "12345678" for file in "abcdefgh"), "-"])
_NO_SQUARE = 64


@dataclass(frozen=True, slots=True)
class BoardColumns:
    """A table of BOARD for the games that are fit, each row's game, and which games are fit."""

    table: pa.Table
    game: Ints
    is_fit: Bools


def board_columns(games: pa.Table) -> BoardColumns:
    """Return the positions of the games that can be proven legal.

    Args:
        games: a table with at least rules, initial_fen, moves_san and moves_uci.
    """
    proven = proven_games(games)
    pieces, turn = pieces_of(proven.positions), proven.half_move & 1
    rights, passing = castling(proven, pieces), en_passant(proven)
    is_check = is_king_attacked(proven.positions, proven.positions.own(turn), turn)
    columns = move_columns(proven) | {
        "fen": _fens(proven, pieces, rights, passing),
        "position_key": _keys(pieces, turn, rights, passing),
        "is_check": pa.array(is_check),
        "material_balance": pa.array(material_balances(proven.positions)),
    }
    table = pa.table([columns[name] for name in BOARD.names], schema=BOARD)
    is_fit = proven.is_fit[proven.game]
    return BoardColumns(table.filter(pa.array(is_fit)), proven.game[is_fit], proven.is_fit)


def _fens(
    games: ProvenGames, pieces: Bytes, rights: Castling, passing: EnPassant
) -> pa.StringArray:
    squares = np.full(len(pieces), _NO_SQUARE)
    squares[passing.row[passing.is_legal]] = passing.square[passing.is_legal]
    return pc.binary_join_element_wise(
        placement_texts(pieces, games.positions),
        _TURNS.take(pa.array(games.half_move & 1)),
        rights.text,
        _SQUARES.take(pa.array(squares)),
        pc.cast(pa.array(half_move_clocks(games)), pa.string()),
        pc.cast(pa.array(games.half_move // 2 + 1), pa.string()),
        " ",
    )


def _keys(pieces: Bytes, turn: Ints, rights: Castling, passing: EnPassant) -> pa.Int64Array:
    keys = piece_hashes(pieces) ^ rights.hash ^ _TURN_HASHES.take(turn)
    keys[passing.row] ^= _EN_PASSANT_FILES[passing.square & 7]
    return pa.array(keys.view(np.int64))
