"""`games`: one row a game, typed; 1:1 with `raw_pgn_archives`."""

import pyarrow as pa

from chess_assets.domain.schemas.columns import TIMESTAMP, column

GAMES = pa.schema(
    [
        column(
            "game_id",
            pa.string(),
            "The uuid that the game was first seen with; in old payloads that have none, the "
            "number in its link, with daily/ before it in daily games.",
            is_nullable=False,
        ),
        column("url", pa.string(), "The game's page on chess.com, as sent; not a stable key."),
        column(
            "rules",
            pa.string(),
            "chess, chess960, bughouse, kingofthehill, threecheck, crazyhouse or oddschess.",
        ),
        column("time_class", pa.string(), "daily, rapid, blitz or bullet, as chess.com files it."),
        column(
            "time_control", pa.string(), "As sent: 180, 180+2, or 1/86400 (daily: seconds a move)."
        ),
        column(
            "base_s",
            pa.int32(),
            "Seconds on each clock at the start; in daily games, seconds for each move.",
        ),
        column("increment_s", pa.int32(), "Seconds added after each move; 0 in daily games."),
        column("is_rated", pa.bool_(), "Whether the game counted for the ratings."),
        column(
            "start_time",
            TIMESTAMP,
            "When the game began: the payload's start_time (daily games), else the PGN's UTC tags.",
        ),
        column(
            "end_time",
            TIMESTAMP,
            "When the game ended; it decides the month. Null, with the reason in parse_error, "
            "where chess.com sent no number of seconds since 1970.",
        ),
        column("white", pa.string(), "White's username as sent, upper and lower case kept."),
        column("black", pa.string(), "Black's username as sent, upper and lower case kept."),
        column("white_uuid", pa.string(), "White's account; it stays when a player renames."),
        column("black_uuid", pa.string(), "Black's account; it stays when a player renames."),
        column("white_rating", pa.int32(), "White's rating after the game, in points."),
        column("black_rating", pa.int32(), "Black's rating after the game, in points."),
        column(
            "white_result",
            pa.string(),
            "chess.com's code for White: win, or how White lost or drew "
            "(kingofthehill and threecheck are the loser's).",
        ),
        column("black_result", pa.string(), "chess.com's code for Black, as white_result."),
        column("result", pa.string(), "1-0, 0-1 or 1/2-1/2, from the two codes."),
        column("termination", pa.string(), "The PGN's sentence on how the game ended."),
        column("eco", pa.string(), "The opening's ECO code, A00 to E99, from the PGN."),
        column(
            "opening",
            pa.string(),
            "The opening's name, read from eco_url without its moves; null where undefined.",
        ),
        column("eco_url", pa.string(), "The opening's page on chess.com."),
        column("white_accuracy", pa.float64(), "White's accuracy in percent, if analysed."),
        column("black_accuracy", pa.float64(), "Black's accuracy in percent, if analysed."),
        column(
            "plies", pa.int32(), "Half-moves played; 0 in games without moves, null without PGN."
        ),
        column(
            "moves_san",
            pa.list_(pa.string()),
            "The moves in SAN as written in the PGN, check signs included; one a ply.",
        ),
        column(
            "moves_uci",
            pa.list_(pa.string()),
            "The moves in UCI; chess960 castles king to rook (e1h1), drops are P@e5; one a ply.",
        ),
        column(
            "clocks_ms",
            pa.list_(pa.int32()),
            "Milliseconds left to the mover after each ply; null where the game has no clocks, "
            "a null inside where only that ply has none.",
        ),
        column(
            "initial_fen",
            pa.string(),
            "The start position, all fields: the PGN's FEN tag as sent (a crazyhouse pocket, "
            "threecheck counts included), else the payload's, else the standard one.",
        ),
        column(
            "final_fen",
            pa.string(),
            "The final position as chess.com sent it, in four or six FEN fields; "
            "six, from our own replay, where it sent none.",
        ),
        column("tournament", pa.string(), "The tournament's URL in the API."),
        column("match", pa.string(), "The team match's URL in the API."),
        column(
            "is_listed",
            pa.bool_(),
            "Whether chess.com's newest answer still lists the game.",
            is_nullable=False,
        ),
        column(
            "parse_error",
            pa.string(),
            "Why cells of the row are null: one sentence that names each value that could not be "
            "read, or that every game has and this one lacks; null when all is well.",
        ),
    ]
)
