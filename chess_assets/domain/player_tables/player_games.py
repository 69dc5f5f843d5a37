"""The rows of `player_games`: games as the player saw them, computed a table at a time.

Which side was the player belongs in `account`; how all months come into one file, in
`all_months`.
"""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.lake.computing import combined_version
from chess_assets.domain.lake.partition_file import PartitionState
from chess_assets.domain.months import Month
from chess_assets.domain.player_tables.account import Account, is_white_side
from chess_assets.domain.player_tables.opening_families import opening_families
from chess_assets.domain.schemas.player_games import PLAYER_GAMES

PLAYER_GAMES_VERSION = "2"
"""Raised whenever the same games would give other rows: what is stored is then made anew."""


_AS_IN_GAMES = (
    "game_id",
    "end_time",
    "rules",
    "time_class",
    "base_s",
    "increment_s",
    "is_rated",
    "eco",
    "opening",
    "plies",
    "moves_uci",
    "url",
)
_OF_BOTH_SIDES = ("rating", "accuracy")
_BLACK_TO_MOVE = r"^\S+ b "

GAMES_COLUMNS = (
    *_AS_IN_GAMES,
    *(f"{side}{what}" for side in ("white", "black") for what in ("", "_uuid", "_result")),
    *(f"{side}_{what}" for side in ("white", "black") for what in _OF_BOTH_SIDES),
    "result",
    "clocks_ms",
    "initial_fen",  # who moved first; nearly always the same text, so it costs nothing to read
)


def player_games_content_version(games: Mapping[Month, PartitionState]) -> str:
    """Return the content version of `player_games` as made of these months of `games`."""
    months = {str(month): state for month, state in games.items()}
    return combined_version(months, PLAYER_GAMES_VERSION)


def player_games(games: pa.Table, account: Account) -> pa.Table:
    """Return each game from the player's side, in the order given.

    Args:
        games: `GAMES_COLUMNS` of `games`.
        account: Who the player is.

    Returns:
        A table of PLAYER_GAMES, one row a game. Where the game doesn't tell which side was the
        player, `is_white` is null, and so is all that depends on it.
    """
    is_white = is_white_side(games, account)
    outcome = _outcome(games["result"], is_white)
    columns = {name: games[name] for name in _AS_IN_GAMES}
    columns |= {
        "is_white": is_white,
        "opponent": pc.if_else(is_white, games["black"], games["white"]),
        "opponent_uuid": pc.if_else(is_white, games["black_uuid"], games["white_uuid"]),
        "outcome": outcome,
        "score": _score(outcome),
        "how": _how(games),
        "opening_family": opening_families(games["opening"]),
        "clock_left_ms": _clock_left_ms(games, is_white),
    }
    for what in _OF_BOTH_SIDES:
        white, black = games[f"white_{what}"], games[f"black_{what}"]
        columns[what] = pc.if_else(is_white, white, black)
        columns[f"opponent_{what}"] = pc.if_else(is_white, black, white)
    return pa.table([columns[name] for name in PLAYER_GAMES.names], schema=PLAYER_GAMES)


def _outcome(result: pa.ChunkedArray, is_white: pa.ChunkedArray) -> pa.ChunkedArray:
    won_by_white = pc.if_else(pc.equal(result, "1-0"), "win", "loss")
    won_by_black = pc.if_else(pc.equal(result, "0-1"), "win", "loss")
    decided = pc.if_else(is_white, won_by_white, won_by_black)
    drawn = pc.if_else(pc.is_valid(is_white), "draw", pa.scalar(None, pa.string()))
    return pc.if_else(pc.equal(result, "1/2-1/2"), drawn, decided)


def _score(outcome: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.equal(outcome, "draw"), 0.5, pc.equal(outcome, "win").cast(pa.float64()))


def _how(games: pa.Table) -> pa.ChunkedArray:
    """Return the loser's code; of a draw White's, which is Black's too."""
    has_white_won = pc.equal(games["result"], "1-0")
    return pc.if_else(has_white_won, games["black_result"], games["white_result"])


def _clock_left_ms(games: pa.Table, is_white: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the clock after the player's last ply: the game's last, or the one before it."""
    clocks = _one_array(games["clocks_ms"])
    plies = pc.list_value_length(clocks)
    has_black_begun = _one_array(pc.match_substring_regex(games["initial_fen"], _BLACK_TO_MOVE))
    is_last_by_white = pc.xor(pc.equal(pc.bit_wise_and(plies, 1), 1), has_black_begun)
    is_last_ours = pc.equal(is_last_by_white, _one_array(is_white))
    plies_back = pc.if_else(is_last_ours, 1, 2)
    end = clocks.offsets[1:]
    at = pc.if_else(pc.greater_equal(plies, plies_back), pc.subtract(end, plies_back), None)
    return pa.chunked_array([clocks.values.take(at)])


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
