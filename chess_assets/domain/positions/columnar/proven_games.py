"""Which games' moves are legal, proven by columns, and the positions that they make."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.games.columnar.agreed_moves import Moves, agreed_moves
from chess_assets.domain.games.columnar.arrays import Bools, Ints, Shorts, offsets_of
from chess_assets.domain.games.columnar.legal_play import play_legally
from chess_assets.domain.games.columnar.movetext_lines import Plies
from chess_assets.domain.games.columnar.played_positions import Played, planes_of
from chess_assets.domain.games.columnar.positions import Positions, positions_of
from chess_assets.domain.games.columnar.start_positions import StartPositions, start_positions
from chess_assets.domain.games.columnar.uci_texts import uci_texts
from chess_assets.domain.games.columnar.written_moves import WrittenMoves, read_moves
from chess_assets.domain.positions.columnar.uci_moves import read_uci
from chess_assets.domain.positions.list_lengths import NO_LIST, list_lengths

_RULES = ("chess", "chess960", "kingofthehill", "oddschess")
_START = r"^[^ ]+ [wb] [^ ]+ - (?P<clock>[0-9]{1,3}) [0-9]+$"  # nothing to take en passant
_MOST_SAN_CHARS = 7


@dataclass(frozen=True, slots=True)
class ProvenGames:
    """Games and their plies, and one row a position: each game's start, then one a ply.

    What belongs to a game that is not `is_fit` means nothing. `row` is where each ply leads,
    `start_row` where each game begins, `start_clock` the half-move clock there. `game` and
    `half_move` are each row's: even where White is to move, 0 at a game's usual start.
    """

    starts: StartPositions
    start_clock: Ints
    moves: Moves
    captured: Shorts
    positions: Positions
    game: Ints
    half_move: Ints
    row: Ints
    start_row: Ints
    is_fit: Bools


def proven_games(games: pa.Table) -> ProvenGames:
    """Prove what can be proven of games, given their rules, start, SAN and UCI moves."""
    rules, fens = games["rules"].fill_null("").to_pylist(), games["initial_fen"].fill_null("")
    starts = start_positions(fens.to_pylist(), rules)
    counted = pc.struct_field(pc.extract_regex(fens, _START), "clock")
    lengths = list_lengths(games["moves_uci"])
    is_fit = starts.is_usual & counted.is_valid().to_numpy() & np.isin(rules, _RULES)
    is_fit &= (lengths != NO_LIST) & (lengths == list_lengths(games["moves_san"]))
    usual = games.filter(pa.array(is_fit))
    uci = pc.list_flatten(usual["moves_uci"]).combine_chunks()
    plies = _plies(usual["moves_san"], np.where(is_fit, lengths, 0), starts)
    moves = agreed_moves(plies, read_uci(uci), starts, is_fit)
    is_same = pc.equal(uci_texts(moves, starts.is_chess960), uci.fill_null(""))
    is_fit[moves.game[~is_same.to_numpy(zero_copy_only=False)]] = False
    played = play_legally(moves, starts, plies.offsets, rules, is_fit)
    start_clock = counted.cast(pa.int64()).fill_null(0).to_numpy()
    return _in_rows(starts, start_clock, moves, played, plies.offsets, is_fit)


def _plies(moves_san: pa.ChunkedArray, lengths: Ints, starts: StartPositions) -> Plies:
    """Return the plies as their SAN says them; they have no clocks here."""
    offsets, game = offsets_of(lengths), np.repeat(np.arange(len(lengths)), lengths)
    half_move = np.arange(len(game)) + (starts.half_moves_before - offsets[:-1])[game]
    written = _written(pc.list_flatten(moves_san).combine_chunks())
    return Plies(offsets, game, half_move, written, np.zeros(0, np.int32))


def _written(san: pa.StringArray) -> WrittenMoves:
    """Take SAN apart, each distinct text once; one that is too long is no usual one."""
    encoded = san.fill_null("").dictionary_encode()
    texts = [text.encode() for text in encoded.dictionary.to_pylist()]
    ended = [text + b" " if len(text) <= _MOST_SAN_CHARS else b"" for text in texts]
    words = np.array([text.rjust(8, b"\0") for text in ended], "S8").view("<u8")
    distinct = read_moves(words.astype(np.uint64))
    index = encoded.indices.to_numpy()
    return WrittenMoves(san, distinct.fields.take(index), distinct.origins.take(index))


def _in_rows(
    starts: StartPositions,
    start_clock: Ints,
    moves: Moves,
    played: Played,
    offsets: Ints,
    is_fit: Bools,
) -> ProvenGames:
    positions = np.diff(offsets) + 1
    game = np.repeat(np.arange(len(positions)), positions)
    start_row = offsets_of(positions)[:-1]
    row = np.arange(len(moves.game)) + moves.game + 1
    planes = np.empty((len(played.after.planes), len(game)), np.uint64)
    planes[:, row], planes[:, start_row] = played.after.planes, planes_of(starts.pieces)
    return ProvenGames(
        starts=starts,
        start_clock=start_clock,
        moves=moves,
        captured=played.captured,
        positions=positions_of(planes),
        game=game,
        half_move=np.arange(len(game)) + (starts.half_moves_before - start_row)[game],
        row=row,
        start_row=start_row,
        is_fit=is_fit,
    )
