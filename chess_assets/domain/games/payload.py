"""The columns that the game's JSON object gives, each typed or null with its reason noted.

How JSON values are checked belongs in `json_object`; what the PGN gives, in `tags` and `moves`.
"""

from typing import Any

from chess_assets.domain.games.faults import Faults, excerpt
from chess_assets.domain.games.fens import parse_fen, parse_start_fen
from chess_assets.domain.games.json_object import JsonObject, parse_json_object
from chess_assets.domain.games.limits import MAX_NAME_CHARS
from chess_assets.domain.games.results import result_of
from chess_assets.domain.games.time_control import parse_time_control

BUGHOUSE = "bughouse"
"""The only rules whose games chess.com sends without a PGN (all 52 of 38,493)."""


def payload_columns(payload: str, faults: Faults, *, has_pgn: bool) -> dict[str, Any]:
    """Return the columns by name; none at all where the payload is not a JSON object.

    Args:
        payload: the game's JSON object, without its pgn.
        faults: takes the reasons for what is null.
        has_pgn: whether a PGN came with it, which all games have but those of bughouse.
    """
    members = faults.attempt(parse_json_object, payload)
    if members is None:
        return {}
    game = JsonObject(members, faults)
    columns: dict[str, Any] = {
        "rules": game.text("rules", max_chars=MAX_NAME_CHARS),
        "time_class": game.text("time_class", max_chars=MAX_NAME_CHARS),
        "is_rated": game.boolean("rated"),
        "start_time": game.instant("start_time", is_required=False),
        "eco_url": game.text("eco", is_required=False),
        "tournament": game.text("tournament", is_required=False),
        "match": game.text("match", is_required=False),
    }
    columns |= _clock_columns(game, faults)
    columns |= _position_columns(game, faults)
    columns |= _side_columns("white", game) | _side_columns("black", game)
    _check_copied(game)
    _check_pgn(members.get("pgn"), columns["rules"], faults, has_pgn=has_pgn)
    columns["result"] = faults.attempt(result_of, columns["white_result"], columns["black_result"])
    return columns


def _check_copied(game: JsonObject) -> None:
    """Note why the columns that are copied from the raw row are null, if they are."""
    game.text("url")
    game.instant("end_time")


def _check_pgn(pgn: Any, rules: str | None, faults: Faults, *, has_pgn: bool) -> None:
    """Note a PGN that is still in the payload because it is no text, and one that is missing."""
    if pgn is not None and not isinstance(pgn, str):
        faults.note(f"pgn is {excerpt(pgn)} instead of a text")
    elif not has_pgn and rules != BUGHOUSE:
        faults.note("pgn is missing")


def _clock_columns(game: JsonObject, faults: Faults) -> dict[str, Any]:
    text = game.text("time_control", max_chars=MAX_NAME_CHARS)
    time_control = faults.attempt(parse_time_control, text)
    return {
        "time_control": text,
        "base_s": time_control and time_control.base_s,
        "increment_s": time_control and time_control.increment_s,
    }


def _position_columns(game: JsonObject, faults: Faults) -> dict[str, Any]:
    initial = game.text("initial_setup", is_required=False)
    final = game.text("fen", is_required=False)
    return {
        "initial_fen": faults.attempt(parse_start_fen, "initial_setup", initial),
        "final_fen": faults.attempt(parse_fen, "fen", final),
    }


def _side_columns(side: str, game: JsonObject) -> dict[str, Any]:
    player = game.object(side)
    accuracies = game.object("accuracies", is_required=False)
    return {
        side: player.text("username", max_chars=MAX_NAME_CHARS),
        f"{side}_uuid": player.text("uuid", max_chars=MAX_NAME_CHARS, is_required=False),
        f"{side}_rating": player.int32("rating"),
        f"{side}_result": player.text("result", max_chars=MAX_NAME_CHARS),
        f"{side}_accuracy": accuracies.float64(side),
    }
