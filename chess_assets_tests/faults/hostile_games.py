"""A grammar of hostile months: games as chess.com sends them, and what nobody should ever send.

Everything is chosen by a `Random`, which may be one of hypothesis's: then a month that breaks
something is made smaller until only what breaks it is left.
"""

from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any

from chess_assets.domain.months import Month
from chess_assets.sample import MadeHistories
from chess_assets_tests.domain.games.columnar.mutations import ON_PAYLOAD, ON_PGN
from chess_assets_tests.faults.month_range import NOW
from chess_assets_tests.made_games import made_game

MONTH = Month(2023, 5)
GOOD_GAMES = 2
_TEXTS = (
    "", " ", "\0", "\ud800", "\udfff\ud800", "\u202etxet", "\ufeff", "\u2028", "\\ud800", "é" * 99,
    "=1+1", "@SUM(A1)", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "'; drop--",
    "../../etc/passwd", "a|b", "\r\nX-A: b", "x" * 101, "x" * 2_001, "x" * 70_000, "NaN", "\x1b[2J",
)  # fmt: skip
_NUMBERS = (
    0, -1, 2**31, 2**63, 2**64, -(10**30), 10**4_000, 1500.5, 1e308, -0.0, 5e-324, True, False,
    253_402_300_800, None,
)  # fmt: skip
_MEMBERS = (
    "url", "pgn", "time_control", "end_time", "rated", "tcn", "uuid", "initial_setup", "fen",
    "time_class", "rules", "white", "black", "eco", "accuracies", "tournament", "start_time",
    "match", "unknown", "", "\0", "\ud800", "game_id", "parse_error", "__proto__",
)  # fmt: skip
_SIDE_MEMBERS = ("rating", "result", "@id", "username", "uuid", "unknown")
_PGN_PARTS = (
    "1. e4 ", "1... e5 ", "2. Nf3 ", "e4 ", "O-O ", "0-0 ", "P@e5 ", "exd8=Q# ", "-- ", "Z0 ",
    "$1 ", "$" + "9" * 5_000, "{", "}", "(", ")", "{[%clk 0:01:00]} ", "{[%clk 99:99:99]} ", ";",
    "\n", "\r\n", "\n\n", "%", "\0", "\ud800", "\u202e", '[FEN "8/8/8/8/8/8/8/8 w - - 0 1"]\n',
    '[ECO "A00"]\n', '[A "\\"]\n', "[", "]", '"', "1-0", "0-1", "1/2-1/2", "*", "x" * 5_000,
    "1." * 500,
)  # fmt: skip

Change = Callable[[Random, dict[str, Any]], Any]


def hostile_month(rng: Random, games: int) -> list[Any]:
    """Return the games of an answer: two good ones, and between them so many hostile ones."""
    first, last = good_games()
    return [first, *(hostile_game(rng) for _ in range(games)), last]


def good_games() -> Sequence[Any]:
    """Return the games that must come through whatever their neighbours are."""
    return [made_game(number, MONTH.start.replace(day=number)) for number in (1, GOOD_GAMES)]


def hostile_game(rng: Random) -> Any:
    """Return a game that one or several things were done to; or no game at all."""
    if rng.randrange(20) == 0:
        return hostile_value(rng)
    game: Any = dict(rng.choice(_usual_games()))
    for _ in range(rng.randrange(1, 4)):
        game = rng.choice(_CHANGES)(rng, game)
    return game


def hostile_value(rng: Random, depth: int = 0) -> Any:
    """Return any JSON value, nested up to the limit of what is read."""
    match rng.randrange(6 if depth < 3 else 4):
        case 0:
            return rng.choice(_NUMBERS)
        case 1 | 2:
            return rng.choice(_TEXTS)
        case 3:
            return _nested(rng.choice((1, 10, 90)))
        case 4:
            return [hostile_value(rng, depth + 1) for _ in range(rng.randrange(4))]
        case _:
            names = [rng.choice(_MEMBERS) for _ in range(rng.randrange(4))]
            return {name: hostile_value(rng, depth + 1) for name in names}


@cache
def _usual_games() -> Sequence[dict[str, Any]]:
    """Return games of every kind that the look-alike makes."""
    histories = MadeHistories(lambda: NOW)
    games = [
        game
        for player in histories.players()
        for month in histories.months(player)[-6:]
        for game in histories.games(player, month)
    ]
    return games[:: max(1, len(games) // 100)]


def _nested(depth: int) -> Any:
    value: Any = []
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def _mutated(rng: Random, game: dict[str, Any]) -> Any:
    mutation = rng.choice(ON_PGN + ON_PAYLOAD)
    pgn, tcn = game.get("pgn"), game.get("tcn")
    is_possible = isinstance(pgn, str) and pgn and isinstance(tcn, str)
    return mutation(rng, game) if is_possible else game


def _member_replaced(rng: Random, game: dict[str, Any]) -> Any:
    return game | {rng.choice(_MEMBERS): hostile_value(rng)}


def _side_replaced(rng: Random, game: dict[str, Any]) -> Any:
    side = rng.choice(("white", "black"))
    player = game.get(side)
    members = dict(player) if isinstance(player, dict) else {}
    return game | {side: members | {rng.choice(_SIDE_MEMBERS): hostile_value(rng)}}


def _member_gone(rng: Random, game: dict[str, Any]) -> Any:
    name = rng.choice(_MEMBERS)
    return {key: value for key, value in game.items() if key != name}


def _pgn_made_up(rng: Random, game: dict[str, Any]) -> Any:
    parts = [rng.choice(_PGN_PARTS) * rng.choice((1, 1, 1, 50)) for _ in range(rng.randrange(12))]
    return game | {"pgn": "".join(parts)}


def _pgn_bomb(rng: Random, game: dict[str, Any]) -> Any:
    part, times = rng.choice(_PGN_PARTS), rng.choice((500, 3_000))
    return game | {"pgn": f"1. e4 {part * (times // max(1, len(part) // 20))} 1-0"}


def _same_identity(rng: Random, game: dict[str, Any]) -> Any:
    number = rng.randrange(3, 6)
    return game | rng.choice(
        ({"uuid": f"same-{number}"}, {"uuid": None, "url": f"https://www.chess.com/game/{number}"})
    )


_CHANGES: tuple[Change, ...] = (
    _mutated, _mutated, _member_replaced, _member_replaced, _side_replaced, _member_gone,
    _pgn_made_up, _pgn_bomb, _same_identity,
)  # fmt: skip
