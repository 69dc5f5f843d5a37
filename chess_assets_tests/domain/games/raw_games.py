"""Raw tables for these tests: one made game that can be changed, and the corpus of real months."""

import gzip
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from chess_assets.domain.schemas.raw_pgn_archives import RAW_PGN_ARCHIVES
from chess_assets.sample import MadeHistories

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "hikaru"

FOOLS_MATE = {
    "url": "https://www.chess.com/game/live/1",
    "time_control": "180+2",
    "end_time": 1_651_400_000,
    "rated": True,
    "tcn": "nv0KoE7F",
    "uuid": "5e0f1d2c-0000-11ec-8000-000000000001",
    "initial_setup": "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1",
    "fen": "rnb1kbnr/pppp1ppp/8/4p3/6Pq/5P2/PPPPP2P/RNBQKBNR w KQkq -",
    "time_class": "blitz",
    "rules": "chess",
    "eco": "https://www.chess.com/openings/Barnes-Opening-1...e5",
    "accuracies": {"white": 3, "black": 99.5},
    "white": {"rating": 900, "result": "checkmated", "username": "Ada", "uuid": "a-1"},
    "black": {"rating": 1500, "result": "win", "username": "Ben_2", "uuid": "b-2"},
}
FOOLS_MATE_PGN = """\
[Event "Live Chess"]
[ECO "A00"]
[ECOUrl "https://www.chess.com/openings/Barnes-Opening-1...e5"]
[UTCDate "2022.05.01"]
[UTCTime "10:11:12"]
[Termination "Ben_2 won by checkmate"]
[CurrentPosition "rnb1kbnr/pppp1ppp/8/4p3/6Pq/5P2/PPPPP2P/RNBQKBNR w KQkq -"]

1. f3 {[%clk 0:02:59.9]} 1... e5 {[%clk 0:02:58]} 2. g4 {[%clk 0:02:57.1]} 2... Qh4# \
{[%clk 0:02:56]} 0-1
"""


def changed(**members: Any) -> str:
    """The made game's payload with some members replaced; a member given as ... is left out."""
    return json.dumps({k: v for k, v in (FOOLS_MATE | members).items() if v is not ...})


def raw_table(games: Iterable[tuple[str, str | None]]) -> pa.Table:
    """A raw table of (payload, pgn) pairs, one second apart, with ids from 0000 up."""
    rows = [
        _raw_row(f"{index:04d}", 1_651_400_000 + index, payload, pgn)
        for index, (payload, pgn) in enumerate(games)
    ]
    return pa.Table.from_pylist(rows, schema=RAW_PGN_ARCHIVES)


def made_games(months: int) -> list[dict[str, Any]]:
    """The sample players' games of some months, as chess.com would send them."""
    histories = MadeHistories(lambda: datetime(2024, 5, 20, tzinfo=UTC), months=months)
    return [
        game
        for player in histories.players()
        for month in histories.months(player)
        for game in histories.games(player, month)
    ]


def corpus_games() -> list[dict[str, Any]]:
    """Every game of the corpus as chess.com sent it, pgn included."""
    return [
        game
        for path in sorted(CORPUS.glob("*.json.gz"))
        for game in json.loads(gzip.decompress(path.read_bytes()))["games"]
    ]


def sent_table(games: Iterable[dict[str, Any]]) -> pa.Table:
    """Games as chess.com sends them as a raw table."""
    rows = []
    for place, game in enumerate(games):
        payload = {name: value for name, value in game.items() if name != "pgn"}
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        game_id = game.get("uuid", f"{place:06d}")
        rows.append(_raw_row(game_id, game["end_time"], text, game.get("pgn")))
    return pa.Table.from_pylist(rows, schema=RAW_PGN_ARCHIVES)


def _raw_row(game_id: str, end_time: int, payload: str, pgn: str | None) -> dict[str, Any]:
    ended = datetime.fromtimestamp(end_time, UTC)
    return {
        "game_id": game_id,
        "url": f"https://www.chess.com/game/live/{game_id}",
        "end_time": ended,
        "payload": payload,
        "pgn": pgn,
        "first_seen_at": ended,
        "last_seen_at": ended,
        "is_listed": True,
    }
