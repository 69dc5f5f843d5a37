"""What chess.com's API answers to a path: status, body and the headers that belong to them.

A pure function of the histories and the clock. Connections, compression, ETags and faults belong
in `server`.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from chess_assets.domain.months import InvalidMonth, Month
from chess_assets.sample.histories import Game, Histories

_PLAYER_PATH = re.compile(
    r"/pub/player/(?P<player>[^/]+)"
    r"(?P<rest>|/stats|/games/archives|/games/(?P<month>\d{4}/\d{2})(?P<pgn>/pgn)?)"
)
_JSON = "application/json; charset=utf-8"
_PGN = "application/x-chess-pgn"
INTERNAL_ERROR = (
    "An internal error has occurred. Please contact Chess.com Developer's Forum for further help "
    "https://www.chess.com/club/chess-com-developer-community ."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before it is compressed."""

    status: int
    body: bytes = b""
    content_type: str = _JSON
    last_modified: datetime | None = None
    headers: dict[str, str] = field(default_factory=dict)


def answer(histories: Histories, now: datetime, base_url: str, path: str) -> Answer:
    """Answer a GET.

    Args:
        histories: what is known.
        now: the clock; only games that have ended are shown.
        base_url: `scheme://host:port/pub` for the URLs in the archives list and in redirects.
        path: the request's path, without the query.
    """
    match = _PLAYER_PATH.fullmatch(path)
    if match is None:
        return _no_provider(path)
    player = match["player"]
    if player != player.lower():
        lower = path.removeprefix("/pub").replace(player, player.lower(), 1)
        location = {"Location": f"{base_url}{lower}"}
        return Answer(HTTPStatus.MOVED_PERMANENTLY, headers=location)
    if player not in histories.players():
        return not_found(f'User "{player}" not found.')
    if match["month"] is None:
        return _answer_about_player(histories, now, base_url, player, match["rest"])
    return _answer_about_month(histories, now, player, match)


def error(status: int, message: str) -> Answer:
    """Return an error as the API words it."""
    return Answer(status, _json({"code": 0, "message": message}))


def not_found(message: str) -> Answer:
    """Return a 404 with its message, which is what tells the 404s apart."""
    return error(HTTPStatus.NOT_FOUND, message)


def _answer_about_player(
    histories: Histories, now: datetime, base_url: str, player: str, rest: str
) -> Answer:
    if rest == "":
        return _ok(histories.profile(player), now)
    months = _shown_months(histories, player, now)
    if rest == "/stats":
        last_games = _ended(histories.games(player, months[-1]), now) if months else []
        return _ok(_stats(player, last_games), now)
    url = f"{base_url}/player/{player}/games"
    archives = [f"{url}/{month.year:04d}/{month.month:02d}" for month in months]
    return _ok({"archives": archives}, now)


def _answer_about_month(
    histories: Histories, now: datetime, player: str, match: re.Match[str]
) -> Answer:
    try:
        month = Month.parse(match["month"].replace("/", "-"))
    except InvalidMonth:
        return _no_provider(match.string)
    if month > Month.of(now):
        return not_found("Date cannot be set in the future")
    games = _ended(histories.games(player, month), now)
    return _pgn_answer(player, month, games) if match["pgn"] else _month_answer(games)


def _shown_months(histories: Histories, player: str, now: datetime) -> list[Month]:
    """Return the months with ended games; only the open one has to be looked into."""
    open_month = Month.of(now)
    return [
        month
        for month in histories.months(player)
        if month < open_month
        or (month == open_month and _ended(histories.games(player, month), now))
    ]


def _ended(games: Sequence[Game], now: datetime) -> list[Game]:
    return [game for game in games if game["end_time"] <= now.timestamp()]


def _month_answer(games: Sequence[Game]) -> Answer:
    return _ok({"games": games}, _last_end(games))


def _pgn_answer(player: str, month: Month, games: Sequence[Game]) -> Answer:
    """Return the PGNs, the last game first."""
    text = "\n\n".join(game["pgn"] for game in reversed(games) if "pgn" in game)
    name = f"ChessCom_{player}_{month.year:04d}{month.month:02d}.pgn"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(HTTPStatus.OK, text.encode(), _PGN, _last_end(games), headers)


def _stats(player: str, games: Sequence[Game]) -> dict[str, Any]:
    """Return the newest rating by rules and time class, as far as the last month tells."""
    stats = {}
    for game in games:
        name = f"{game['rules']}_{game['time_class']}"
        side = "white" if game["white"]["username"].lower() == player else "black"
        last = {"rating": game[side]["rating"], "date": game["end_time"], "rd": 30}
        stats[name] = {"last": last}
    return stats


def _last_end(games: Sequence[Game]) -> datetime | None:
    return datetime.fromtimestamp(games[-1]["end_time"], UTC) if games else None


def _ok(content: Any, last_modified: datetime | None) -> Answer:
    return Answer(HTTPStatus.OK, _json(content), last_modified=last_modified)


def _json(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def _no_provider(path: str) -> Answer:
    return not_found(f'Data provider not found for key "{path.removeprefix("/pub")}".')
