"""chess.com's result codes, one a side, and the result they make.

`kingofthehill` and `threecheck` are the loser's codes, as `checkmated` is.
"""

from chess_assets.domain.games.faults import Untypable, excerpt

WIN_CODE = "win"
LOSS_CODES = frozenset(
    {
        "abandoned",
        "bughousepartnerlose",
        "checkmated",
        "kingofthehill",
        "lose",
        "resigned",
        "threecheck",
        "timeout",
    }
)
DRAW_CODES = frozenset(
    {"50move", "agreed", "insufficient", "repetition", "stalemate", "timevsinsufficient"}
)


def result_of(white_code: str, black_code: str) -> str:
    """Return `1-0`, `0-1` or `1/2-1/2`.

    Raises:
        Untypable: for codes that are unknown, or that contradict each other.
    """
    if white_code == WIN_CODE and black_code in LOSS_CODES:
        return "1-0"
    if white_code in LOSS_CODES and black_code == WIN_CODE:
        return "0-1"
    if white_code in DRAW_CODES and black_code in DRAW_CODES:
        return "1/2-1/2"
    raise Untypable(
        f"the result codes {excerpt(white_code)} and {excerpt(black_code)} make no result"
    )
