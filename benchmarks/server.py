"""The look-alike of chess.com in a process of its own, told over stdin what time it is.

Every answer is prepared once: neither its making nor its compression is in anybody's wall time.
Run by `look_alike`; one JSON object a line in, one out.
"""

import json
import sys
import time
from datetime import UTC, datetime
from email.message import Message
from http import HTTPStatus
from pathlib import Path
from typing import Any

import click

from benchmarks.histories import DatedHistories, MonthOfBank, made_bank, recorded_bank
from chess_assets.sample import SampleChessCom
from chess_assets.sample.responses import Response, refusal_of


class PreparedChessCom(SampleChessCom):
    """A look-alike whose answers take the latency and nothing else.

    Attributes:
        at: The server's clock, which stands.
        latency_s: Seconds every answer takes.
    """

    def __init__(self, histories: DatedHistories, at: datetime) -> None:
        super().__init__(histories, now=lambda: self.at)
        self.at = at
        self.latency_s = 0.0
        self._prepared: dict[str, Response] = {}

    def respond(self, path: str, headers: Message) -> Response:
        """Return what is prepared for the path, or 304."""
        time.sleep(self.latency_s)
        if refusal := refusal_of(headers):
            return refusal
        response = self._prepared[path] if path in self._prepared else self.prepare(path)
        etag = response.headers.get("ETag")
        if etag is not None and etag in headers.get("If-None-Match", ""):
            return Response(HTTPStatus.NOT_MODIFIED, {"ETag": etag})
        return response

    def prepare(self, path: str) -> Response:
        """Make the compressed answer to a path."""
        asking = Message()
        asking["User-Agent"] = "benchmark"
        asking["Accept-Encoding"] = "gzip"
        self._prepared[path] = super().respond(path, asking)
        return self._prepared[path]

    def move_to(self, at: datetime) -> None:
        """Set the clock and prepare everything that may be asked for."""
        if at != self.at or not self._prepared:
            self.at = at
            self._prepared.clear()
        for player in self.histories.players():
            base = f"/pub/player/{player}"
            months = [f"/games/{str(m).replace('-', '/')}" for m in self.histories.months(player)]
            for rest in ("", "/games/archives", *months):
                if f"{base}{rest}" not in self._prepared:
                    self.prepare(f"{base}{rest}")

    def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        """Carry out one line of stdin and say what was asked since the last `clear`."""
        if "at" in order:
            self.move_to(datetime.fromisoformat(order["at"]))
        if "latency_s" in order:
            self.latency_s = order["latency_s"]
        if order.get("clear"):
            self.recording.clear()
        return {
            "requests": len(self.requests),
            "month_requests": len(self.month_requests()),
            "max_in_flight": self.max_in_flight,
        }

    def ended_games(self) -> dict[str, int]:
        """Return the plies of every game that has ended by the server's clock, by uuid."""
        return {
            game["uuid"]: len(game["tcn"]) // 2 if game.get("pgn") else 0
            for player in self.histories.players()
            for month in self.histories.months(player)
            for game in self.histories.games(player, month)
            if game["end_time"] <= self.at.timestamp()
        }


@click.command()
@click.option("--players", default=3, help="How many players there are.")
@click.option("--months", default=12, help="How many months each has, the open one included.")
@click.option("--at", required=True, help="The server's clock, ISO 8601.")
@click.option("--corpus", type=click.Path(path_type=Path), help="Recorded months instead.")
def main(players: int, months: int, at: str, corpus: Path | None) -> None:
    """Serve until stdin ends; the first line says where."""
    now = datetime.fromisoformat(at).astimezone(UTC)
    bank: MonthOfBank
    if corpus is None:
        names, bank = [f"player{number:02d}" for number in range(players)], made_bank()
    else:
        names = ["hikaru"]
        bank, months = recorded_bank(corpus)
    with PreparedChessCom(DatedHistories(names, months, now, bank), now) as chess_com:
        _say({"url": chess_com.url, "players": names, "months": months})
        for line in sys.stdin:
            order = json.loads(line)
            _say(chess_com.ended_games() if "games" in order else chess_com.obey(order))


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
