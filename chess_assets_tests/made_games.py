"""Small games as chess.com's API sends them, for tests that need to know every one of them."""

from datetime import datetime
from typing import Any

from chess_assets.domain.months import Month
from chess_assets.sample import FixedHistories

USER = "testplayer"


def made_game(number: int, end: datetime, *, white: str = USER, black: str = "other") -> Any:
    """Return one short blitz game that ended at `end` and is the number-th of its player."""
    end_time = int(end.timestamp())
    link = f"https://www.chess.com/game/live/{number}"
    fen = "r1bqkb1r/pppp1Qpp/2n2n2/4p3/2B1P3/8/PPPP1PPP/RNB1K1NR b KQkq -"
    moves = (
        "1. e4 {[%clk 0:03:00]} 1... e5 {[%clk 0:02:59]} 2. Qh5 {[%clk 0:02:58.5]} "
        "2... Nc6 {[%clk 0:02:57]} 3. Bc4 {[%clk 0:02:57]} 3... Nf6 {[%clk 0:02:55]} "
        "4. Qxf7# {[%clk 0:02:56.1]} 1-0"
    )
    tags = {
        "Event": "Live Chess",
        "Site": "Chess.com",
        "White": white,
        "Black": black,
        "Result": "1-0",
        "CurrentPosition": fen,
        "ECO": "C20",
        "ECOUrl": "https://www.chess.com/openings/Kings-Pawn-Opening-Wayward-Queen-Attack",
        "UTCDate": end.strftime("%Y.%m.%d"),
        "UTCTime": end.strftime("%H:%M:%S"),
        "WhiteElo": "1500",
        "BlackElo": "1490",
        "TimeControl": "180",
        "Termination": f"{white} won by checkmate",
        "EndDate": end.strftime("%Y.%m.%d"),
        "EndTime": end.strftime("%H:%M:%S"),
        "Link": link,
    }
    header = "\n".join(f'[{name} "{value}"]' for name, value in tags.items())
    return {
        "url": link,
        "pgn": f"{header}\n\n{moves}\n",
        "time_control": "180",
        "end_time": end_time,
        "rated": True,
        "tcn": "mC0KdNZRfA!Tn1",
        "uuid": f"00000000-0000-4000-8000-{number:012d}",
        "initial_setup": "",
        "fen": fen,
        "time_class": "blitz",
        "rules": "chess",
        "white": _side(white, 1500, "win"),
        "black": _side(black, 1490, "checkmated"),
        "eco": tags["ECOUrl"],
    }


def histories_of(
    months: list[Month], games_a_month: int = 2, *, user: str = USER
) -> FixedHistories:
    """Return histories of one player with some games in each of the months."""
    by_month: dict[Month, list[Any]] = {}
    for month in months:
        first = 1000 * (12 * month.year + month.month)
        ends = [month.start.replace(day=3 + each) for each in range(games_a_month)]
        by_month[month] = [made_game(first + n, end, white=user) for n, end in enumerate(ends)]
    return FixedHistories({user: by_month})


def _side(name: str, rating: int, result: str) -> dict[str, Any]:
    return {
        "rating": rating,
        "result": result,
        "@id": f"https://api.chess.com/pub/player/{name.lower()}",
        "username": name,
        "uuid": f"{abs(hash(name)) % 16**8:08x}-0000-4000-8000-000000000000",
    }
