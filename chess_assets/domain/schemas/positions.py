"""`positions`: one row a position of a game: the start, and what each ply makes of it."""

import pyarrow as pa

from chess_assets.domain.schemas.columns import column

POSITIONS = pa.schema(
    [
        column(
            "game_id",
            pa.string(),
            "The uuid that the game was first seen with; in old payloads that have none, the "
            "number in its link, with daily/ before it in daily games.",
            is_nullable=False,
        ),
        column(
            "ply",
            pa.int32(),
            "Half-moves played so far: 0 is the start position, 1 the one after the first move.",
            is_nullable=False,
        ),
        column(
            "is_white",
            pa.bool_(),
            "Whether White made the move that led here; null at ply 0, as in all that tells of it.",
        ),
        column("san", pa.string(), "The move in SAN, as in the game's moves_san."),
        column("uci", pa.string(), "The move in UCI, as in the game's moves_uci."),
        column(
            "fen",
            pa.string(),
            "The position in FEN, six fields, as python-chess's board.fen() writes it: en passant "
            "only where the capture is legal. Crazyhouse has pockets in brackets and ~ behind "
            "promoted pieces, threecheck the checks still to give (3+3) before the counters.",
            is_nullable=False,
        ),
        column(
            "position_key",
            pa.int64(),
            "The position's Zobrist hash as signed, the same in any game: Polyglot's key (en "
            "passant where a pawn stands beside, pinned or not; no counters), and numbers of our "
            "own for pockets, crazyhouse's promoted pieces, given checks, inner castling rooks.",
            is_nullable=False,
        ),
        column("piece", pa.string(), "What moved or was dropped: P, N, B, R, Q or K."),
        column(
            "captured",
            pa.string(),
            "What was taken, as it stood on the board: P, N, B, R or Q; null where nothing was.",
        ),
        column(
            "is_check",
            pa.bool_(),
            "Whether the side to move is in check; at ply 0 too.",
            is_nullable=False,
        ),
        column("is_castle", pa.bool_(), "Whether the move is castling; its piece is the king."),
        column(
            "promotion",
            pa.string(),
            "What a pawn became: N, B, R or Q; null where none was promoted.",
        ),
        column(
            "material_balance",
            pa.int32(),
            "White's material minus Black's, in centipawns: P 100, N 300, B 300, R 500, Q 900. "
            "In crazyhouse a pocket counts for its owner.",
            is_nullable=False,
        ),
        column(
            "clock_ms",
            pa.int32(),
            "Milliseconds left to the mover after the move; null where the game has no clocks.",
        ),
        column(
            "spent_ms",
            pa.int32(),
            "Milliseconds spent on the move: the mover's last clock (first base_s) plus the "
            "increment, minus this clock. Null where one of them is, and in daily games, whose "
            "clocks do not add up to the time that they took.",
        ),
    ]
)
