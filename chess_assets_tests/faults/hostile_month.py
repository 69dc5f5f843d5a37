"""A hostile answer through everything: body, raw table, games; and what must be true of it then."""

import json
from collections import Counter
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from chess_assets.domain.chess_com import ChessComClient, Limits
from chess_assets.domain.chess_com.questions import Question
from chess_assets.domain.chess_com.transport import Answer
from chess_assets.domain.games import REPLAY_AGREED, games_from_raw
from chess_assets.domain.games.faults import MAX_SENTENCE_CHARS
from chess_assets.domain.games.texts import storable_text
from chess_assets.domain.lake.outcomes import Done
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.raw_archives.rows import RawGame, raw_games
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore
from chess_assets_tests.faults.hostile_games import MONTH, good_games, hostile_month
from chess_assets_tests.faults.month_range import NOW
from chess_assets_tests.faults.synced_months import Typing, sync_months
from chess_assets_tests.made_games import USER

_ALL_REPLAYED = Typing(compute=partial(games_from_raw, replayed_share=1.0))
_PLIES_OF_A_GOOD_GAME = 7


@dataclass
class _Canned:
    """Answers a client below its sockets: the list with one month, and that month."""

    body: bytes

    def get(self, question: Question, _etag: str | None, _deadline_s: float) -> Answer:
        listed = f"http://127.0.0.1/pub/player/{USER}/games/{MONTH.year:04d}/{MONTH.month:02d}"
        archives = json.dumps({"archives": [listed]}).encode()
        return Answer(200, {}, archives if question.month is None else self.body)


def check_hostile_month(rng: Random, lake: FolderStore, count: int) -> int:
    """Bring a hostile month into an empty lake and check everything; return the rows stored."""
    games = hostile_month(rng, count)
    body = json.dumps({"games": games}, ensure_ascii=True).encode()
    with ChessComClient("http://127.0.0.1/pub", "tests", Limits(), lambda: NOW) as client:
        vars(client)["_transport"].close()
        vars(client)["_transport"] = _Canned(body)
        (outcome,) = sync_months(lake, client, lambda: NOW, [MONTH], typing=_ALL_REPLAYED)
        vars(client)["_transport"] = _Closed()
    assert outcome.error is None, outcome.error
    assert isinstance(outcome.games, Done)
    assert outcome.games.state.facts[REPLAY_AGREED] == "true", "typed by columns, but wrongly"
    return _check_rows(lake, games)


class _Closed:
    def close(self) -> None:
        """Close nothing."""


def _check_rows(lake: FolderStore, games: list[Any]) -> int:
    sent = raw_games(games)
    texts = {(game.payload, game.pgn) for game in sent}
    raw = _rows(lake, RAW_PGN_ARCHIVES)
    typed = _rows(lake, GAMES)
    assert set(typed) == set(raw), "one row a game"
    assert {game.game_id for game in _told_apart(sent)} <= set(raw), "no game is lost"
    assert len(raw) <= len(sent), "no game is made up"
    for row in raw.values():
        assert (row["payload"], row["pgn"]) in texts, "raw is as it was sent"
        json.loads(row["payload"])
    for good in good_games():
        row = typed[good["uuid"]]
        assert (row["parse_error"], row["plies"]) == (None, _PLIES_OF_A_GOOD_GAME)
    for game_id, row in typed.items():
        _check_typed(row, raw[game_id])
    return len(typed)


def _told_apart(sent: list[RawGame]) -> list[RawGame]:
    """Return the games whose uuid and number no other has, and which so keep their identity."""
    names = [{game.game_id, game.names.number, *game.names.others} - {None} for game in sent]
    told = Counter(name for each in names for name in each)
    return [game for game, each in zip(sent, names, strict=True) if all(told[n] == 1 for n in each)]


def _check_typed(row: dict[str, Any], raw: dict[str, Any]) -> None:
    """Check that a game is typed as it was sent, or says why not."""
    error = row["parse_error"]
    if error is not None:
        assert error.isprintable(), error
        assert 0 < len(error) < MAX_SENTENCE_CHARS, error
        return
    payload = json.loads(raw["payload"])
    for name in ("rules", "time_class", "time_control"):
        assert row[name] == storable_text(name, payload[name], 100)
    for side in ("white", "black"):
        assert row[f"{side}_rating"] == payload[side]["rating"]
        assert row[side] == storable_text(side, payload[side]["username"], 100)
    assert row["result"] is not None
    assert (row["plies"] is None) == (row["moves_san"] is None)
    if raw["pgn"] is not None and row["rules"] != "bughouse":
        assert row["plies"] == len(row["moves_uci"])


def _rows(lake: FolderStore, schema: Any) -> dict[str, dict[str, Any]]:
    stored = PlayerTable(lake, schema, USER).read(MONTH)
    assert stored is not None
    rows = stored[0].to_pylist()
    by_id = {row["game_id"]: row for row in rows}
    assert len(by_id) == len(rows), "no game is there twice"
    return by_id
