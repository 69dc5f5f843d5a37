"""The columns that a PGN's movetext gives: plies, SAN, UCI and clocks, proven by a replay."""

from typing import Any

import chess

from chess_assets.domain.games.clocks import parse_clocks_ms
from chess_assets.domain.games.faults import Faults
from chess_assets.domain.games.fens import position_of
from chess_assets.domain.games.movetext import read_movetext
from chess_assets.domain.games.replay import position_on, replay


def moves_columns(
    movetext: str, board: chess.Board, final_fen: str | None, faults: Faults
) -> dict[str, Any]:
    """Return the columns by name, `final_fen` included; none of the moves where one is illegal.

    Args:
        movetext: the PGN without its tags.
        board: the start position, of the game's variant; it is changed.
        final_fen: the position that chess.com says the moves lead to. Where they lead elsewhere
            that is noted, and both are kept. Where it says none, the replay's is taken.
        faults: takes the reasons for what is null.
    """
    main_line = faults.attempt(read_movetext, movetext)
    if main_line is None:
        return {}
    uci = faults.attempt(replay, board, main_line.san)
    if uci is None:
        return {}
    if final_fen is not None and position_of(final_fen) != position_on(board):
        faults.note("the moves do not lead to the final position that chess.com sent")
    return {
        "plies": len(uci),
        "moves_san": main_line.san,
        "moves_uci": uci,
        "clocks_ms": faults.attempt(parse_clocks_ms, main_line.clock_comments),
        "final_fen": final_fen or board.fen(),
    }
