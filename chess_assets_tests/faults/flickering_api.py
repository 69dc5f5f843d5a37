"""chess.com as it can be at its worst: games come, change, vanish and return; months fail.

It answers a real client below its sockets, which the matrix of HTTP faults is for: some ten
thousand lives of a lake need an answer in microseconds.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chess_assets.domain.chess_com import ChessComClient, Limits
from chess_assets.domain.chess_com.questions import Question
from chess_assets.domain.chess_com.transport import Answer
from chess_assets.domain.months import Month
from chess_assets_tests.made_games import USER, made_game

TICK = timedelta(seconds=1)
ONCE = Limits(attempts=1)


@dataclass(frozen=True)
class Served:
    """A whole answer about a month: when it was asked for, and each game's text in it."""

    at: datetime
    month: Month
    texts: Mapping[int, int]


@dataclass
class FlickeringApi:
    """The API and the clock, which goes on by a second with every request.

    Attributes:
        games: by month, each game's text by its number; a text is a rating, for short.
        withheld: games that answers leave out for now.
        failing: months that answer 500, and the list if None is among them.
        asked: what was asked and when; None is the list of months.
        answers: whole months that were served, 304s not among them.
    """

    now: datetime
    games: dict[Month, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    withheld: set[int] = field(default_factory=set)
    failing: set[Month | None] = field(default_factory=set)
    asked: list[tuple[Month | None, datetime]] = field(default_factory=list)
    answers: list[Served] = field(default_factory=list)

    def shows(self, month: Month, texts: Mapping[int, int]) -> None:
        """Let answers about a month have these games, and leave out all others."""
        self.games[month] |= texts
        self.withheld |= set(self.games[month])
        self.withheld -= set(texts)

    def client(self) -> ChessComClient:
        """Return a real client that asks this instead of a socket."""
        client = ChessComClient("http://127.0.0.1/pub", "tests", ONCE, lambda: self.now)
        client.close()
        vars(client)["_transport"] = self
        return client

    def get(self, question: Question, etag: str | None, _deadline_s: float) -> Answer:
        """Answer as chess.com does, ETags and 304 included."""
        month, at = question.month, self.now
        self.asked.append((month, at))
        self.now += TICK
        if month in self.failing:
            return Answer(500, {}, b"")
        if month is None:
            return Answer(200, {}, self._archives())
        texts = self._shown(month)
        body = json.dumps({"games": [game_of(month, *each) for each in sorted(texts.items())]})
        tag = f'W/"{hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()}"'
        if etag == tag:
            return Answer(304, {}, b"")
        self.answers.append(Served(at, month, texts))
        return Answer(200, {"ETag": tag}, body.encode())

    def _archives(self) -> bytes:
        listed = [
            f"http://127.0.0.1/pub/player/{USER}/games/{month.year:04d}/{month.month:02d}"
            for month in sorted(self.games)
            if self._shown(month)
        ]
        return json.dumps({"archives": listed}).encode()

    def _shown(self, month: Month) -> dict[int, int]:
        return {n: text for n, text in self.games[month].items() if n not in self.withheld}


def game_of(month: Month, number: int, text: int) -> Any:
    """Return a game whose text shows as White's rating."""
    game = made_game(number, month.start.astimezone(UTC) + timedelta(hours=number % 100))
    return game | {"white": game["white"] | {"rating": text}}
