"""`player_games`: one row a game, from the followed player's side; all months in one file."""

import pyarrow as pa

from chess_assets.domain.schemas.columns import TIMESTAMP, column

PLAYER_GAMES = pa.schema(
    [
        column(
            "game_id",
            pa.string(),
            "The uuid that the game was first seen with; in old payloads that have none, the "
            "number in its link, with daily/ before it in daily games.",
            is_nullable=False,
        ),
        column("end_time", TIMESTAMP, "When the game ended; the rows are in this order."),
        column(
            "rules",
            pa.string(),
            "chess, chess960, bughouse, kingofthehill, threecheck, crazyhouse or oddschess.",
        ),
        column("time_class", pa.string(), "daily, rapid, blitz or bullet, as chess.com files it."),
        column(
            "base_s",
            pa.int32(),
            "Seconds on each clock at the start; in daily games, seconds for each move.",
        ),
        column("increment_s", pa.int32(), "Seconds added after each move; 0 in daily games."),
        column("is_rated", pa.bool_(), "Whether the game counted for the ratings."),
        column(
            "is_white",
            pa.bool_(),
            "Whether the player had White; null, like all that is seen from the player's side, "
            "where the game does not tell which side was the player.",
        ),
        column("rating", pa.int32(), "The player's rating after the game, in points."),
        column("opponent", pa.string(), "The opponent's username as sent."),
        column("opponent_rating", pa.int32(), "The opponent's rating after the game, in points."),
        column("opponent_uuid", pa.string(), "The opponent's account; it stays when they rename."),
        column("outcome", pa.string(), "What the game was to the player: win, draw or loss."),
        column("score", pa.float64(), "The player's points: 1 a win, 0.5 a draw, 0 a loss."),
        column(
            "how",
            pa.string(),
            "chess.com's result code for how the game ended: the loser's (checkmated, resigned, "
            "timeout …), in a draw the one both sides have (agreed, repetition …).",
        ),
        column("eco", pa.string(), "The opening's ECO code, A00 to E99, from the PGN."),
        column("opening", pa.string(), "The opening's and variation's name, without its moves."),
        column(
            "opening_family",
            pa.string(),
            "The opening's name without its variation: Sicilian Defense, Queens Gambit.",
        ),
        column("accuracy", pa.float64(), "The player's accuracy in percent, if analysed."),
        column("opponent_accuracy", pa.float64(), "The opponent's accuracy in percent."),
        column(
            "plies", pa.int32(), "Half-moves played; 0 in games without moves, null without PGN."
        ),
        column(
            "clock_left_ms",
            pa.int32(),
            "Milliseconds on the player's clock after their last move; null without clocks.",
        ),
        column(
            "moves_uci",
            pa.list_(pa.string()),
            "The moves in UCI; chess960 castles king to rook (e1h1), drops are P@e5; one a ply.",
        ),
        column("url", pa.string(), "The game's page on chess.com, as sent; not a stable key."),
    ]
)
