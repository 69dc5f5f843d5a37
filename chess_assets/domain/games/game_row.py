"""One game, typed, from its payload and its PGN: which source a column has, and which one wins."""

from typing import Any

from chess_assets.domain.games.faults import Faults
from chess_assets.domain.games.fens import STANDARD_FEN
from chess_assets.domain.games.moves import moves_columns
from chess_assets.domain.games.openings import opening_name
from chess_assets.domain.games.payload import payload_columns
from chess_assets.domain.games.pgn_text import PgnText, split_pgn
from chess_assets.domain.games.replay import rules_of_variant, start_board
from chess_assets.domain.games.tags import tag_columns


def game_row(payload: str, pgn: str | None) -> dict[str, Any]:
    """Return the columns of GAMES that payload and PGN give, by name; a missing one is null.

    Whatever the two hold, this raises nothing: what can't be typed is null, and `parse_error`
    says why.

    Args:
        payload: the game's JSON object, without its pgn.
        pgn: the game's PGN, or None where chess.com sends none (bughouse).
    """
    faults = Faults()
    from_payload = payload_columns(payload, faults, has_pgn=pgn is not None)
    text = faults.attempt(split_pgn, pgn)
    from_tags = {} if text is None else tag_columns(text, faults)
    row = _merged(from_payload, from_tags)
    row["opening"] = faults.attempt(opening_name, row.get("eco_url"))
    if text is not None:
        row |= _played(text, row, faults)
    row["parse_error"] = faults.sentence()
    return row


def _merged(from_payload: dict[str, Any], from_tags: dict[str, Any]) -> dict[str, Any]:
    if not (from_payload or from_tags):
        return {}
    row = from_tags | {name: value for name, value in from_payload.items() if value is not None}
    # The moves are written from the PGN's own start, so its tag comes first.
    starts = (from_tags.get("initial_fen"), from_payload.get("initial_fen"), STANDARD_FEN)
    row["initial_fen"] = next(fen for fen in starts if fen is not None)
    return row


def _played(text: PgnText, row: dict[str, Any], faults: Faults) -> dict[str, Any]:
    rules = row.get("rules") or faults.attempt(rules_of_variant, text.tags.get("Variant", ""))
    board = faults.attempt(start_board, rules, row["initial_fen"])
    if board is None:
        return {}
    return moves_columns(text.movetext, board, row.get("final_fen"), faults)
