"""What the two peers that parse moves share: chess.com's months as rows, the usual way.

requests, `chess.pgn.read_game` and a board that walks along, pandas; as people publish it, without
its worst habit (`node.san()` replays the game from its start at every ply).
"""

import io
from pathlib import Path
from typing import Any

import chess.pgn
import pandas as pd
import requests

HEADERS = {"User-Agent": "chess notebook (contact: me@example.org)"}


def archives(api: str, player: str) -> list[str]:
    """Return the addresses of a player's months."""
    answer = requests.get(f"{api}/player/{player}/games/archives", headers=HEADERS, timeout=60)
    answer.raise_for_status()
    urls: list[str] = answer.json()["archives"]
    return urls


def save_month(url: str, player: str, out: Path) -> str:
    """Fetch a month, parse its games and write them as one Parquet file; return its path."""
    answer = requests.get(url, headers=HEADERS, timeout=60)
    answer.raise_for_status()
    frame = pd.DataFrame([_row(game) for game in answer.json()["games"]])
    frame["end_time"] = pd.to_datetime(frame["end_time"], unit="s", utc=True)
    path = out / f"{player}-{url[-7:].replace('/', '-')}.parquet"
    frame.to_parquet(path, index=False)
    return str(path)


def _row(game: dict[str, Any]) -> dict[str, Any]:
    row = {
        name: game.get(name)
        for name in ("uuid", "url", "end_time", "time_class", "time_control", "rules", "rated")
    }
    for colour in ("white", "black"):
        for name in ("username", "rating", "result"):
            row[f"{colour}_{name}"] = game[colour][name]
    return row | _from_pgn(game.get("pgn", ""))


def _from_pgn(text: str) -> dict[str, Any]:
    parsed = chess.pgn.read_game(io.StringIO(text))
    if parsed is None:  # bughouse has no PGN
        return {"moves": [], "clocks": []}
    board = parsed.board()
    moves, clocks = [], []
    for node in parsed.mainline():
        moves.append(board.san(node.move))
        board.push(node.move)
        clocks.append(node.clock())
    tags = ("ECO", "ECOUrl", "Result", "Termination", "UTCDate", "UTCTime")
    return {tag.lower(): parsed.headers.get(tag) for tag in tags} | {
        "moves": moves,
        "clocks": clocks,
    }
