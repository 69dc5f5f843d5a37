"""A month of raw games typed by columns: the usual games, proven, and which those are."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.games.columnar.arrays import Bools
from chess_assets.domain.games.columnar.final_positions import FinalPositions, final_positions
from chess_assets.domain.games.columnar.header_lines import Headers, read_headers
from chess_assets.domain.games.columnar.movetext_lines import read_plies
from chess_assets.domain.games.columnar.payload_columns import PayloadColumns, read_payloads
from chess_assets.domain.games.columnar.proven_moves import proven_moves
from chess_assets.domain.games.columnar.read_each import read_each, read_start_fens
from chess_assets.domain.games.columnar.start_positions import StartPositions, start_positions
from chess_assets.domain.games.columnar.tag_values import TagValues, read_tag_values
from chess_assets.domain.games.columnar.text_bytes import TextBytes, text_bytes
from chess_assets.domain.games.columnar.uci_texts import uci_texts
from chess_assets.domain.games.fens import STANDARD_FEN
from chess_assets.domain.games.limits import MAX_PGN_CHARS
from chess_assets.domain.games.openings import opening_name
from chess_assets.domain.games.payload import BUGHOUSE

Columns = dict[str, pa.Array]
_opening_name = lru_cache(maxsize=16_384)(opening_name)


@dataclass(frozen=True, slots=True)
class TypedMonth:
    """The columns that payload and PGN give, by name, and for which games they hold."""

    columns: Columns
    is_fit: Bools


def type_month(payloads: pa.StringArray, pgns: pa.StringArray) -> TypedMonth:
    """Type the usual ones of these games; the rows of the others mean nothing.

    Args:
        payloads: the games' JSON objects, without their PGNs.
        pgns: the games' PGNs; null where chess.com sends none.
    """
    payload = read_payloads(payloads.to_pylist())
    texts, has_pgn = text_bytes(pgns), pgns.is_valid().to_numpy(zero_copy_only=False)
    headers = read_headers(texts)
    final_fens = pa.array(payload.final_fens, pa.string())
    tags = read_tag_values(texts, headers, final_fens)
    is_short = texts.ends - texts.starts <= MAX_PGN_CHARS
    finals = final_positions(payload.final_fens)
    is_fit = payload.is_fit & (headers.is_fit & is_short | ~has_pgn)
    is_fit &= finals.is_known | [fen is None for fen in payload.final_fens]
    initial_fens = _initial_fens(tags, payload, is_fit)
    starts = start_positions(initial_fens, payload.rules)
    is_played = is_fit & has_pgn & starts.is_usual
    moves = _moves_columns(texts, headers, payload, starts, finals, is_played)
    is_bughouse = np.array([rules == BUGHOUSE for rules in payload.rules], np.bool_)
    is_fit &= is_played | ~has_pgn & is_bughouse
    columns = payload.columns | moves
    columns["start_time"] = pc.coalesce(columns["start_time"], tags.start_time)
    columns["eco_url"] = pc.coalesce(columns["eco_url"], tags.texts["ECOUrl"])
    columns |= {
        "termination": tags.texts["Termination"],
        "eco": tags.texts["ECO"],
        "opening": _openings(columns["eco_url"], is_fit),
        "initial_fen": pa.array(initial_fens, pa.string()),
        "final_fen": final_fens,
        "parse_error": pa.nulls(len(payloads), pa.string()),
    }
    return TypedMonth(columns, is_fit)


def _initial_fens(tags: TagValues, payload: PayloadColumns, is_fit: Bools) -> list[str]:
    """Return the starts; the PGN's own comes first, as the moves are written from it."""
    from_tags = read_start_fens("the FEN tag", tags.texts["FEN"].to_pylist(), is_fit)
    both = zip(from_tags, payload.initial_fens, strict=True)
    return [tag or initial or STANDARD_FEN for tag, initial in both]


def _moves_columns(
    texts: TextBytes,
    headers: Headers,
    payload: PayloadColumns,
    starts: StartPositions,
    finals: FinalPositions,
    is_played: Bools,
) -> Columns:
    """Return the columns that the movetexts give; games that are not proven become unfit."""
    lengths = np.array([-1 if tcn is None else len(tcn) for tcn in payload.tcn])
    is_played &= lengths & 1 == 0  # which -1 is not
    plies = read_plies(texts, headers, lengths // 2, starts.half_moves_before, is_played)
    count = np.diff(plies.offsets)
    tcn = [text for text, plies in zip(payload.tcn, count.tolist(), strict=True) if text and plies]
    moves = proven_moves(plies, tcn, starts, finals, payload.rules, is_played)
    is_null = texts.ends == texts.starts
    offsets, nulls = pa.array(plies.offsets.astype(np.int32)), pa.array(is_null)
    lists = {
        "moves_san": plies.written.text,
        "moves_uci": uci_texts(moves, starts.is_chess960),
        "clocks_ms": pa.array(plies.clock_ms),
    }
    columns: Columns = {"plies": pa.array(count.astype(np.int32), mask=is_null)}
    for name, values in lists.items():
        columns[name] = pa.ListArray.from_arrays(offsets, values, mask=nulls)
    return columns


def _openings(eco_urls: pa.StringArray, is_fit: Bools) -> pa.StringArray:
    return pa.array(read_each(_opening_name, eco_urls.to_pylist(), is_fit), pa.string())
