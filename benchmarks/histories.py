"""The games that the benchmark serves: many months of standard-chess games, each with its own date.

A bank of games is drawn from (made ones) or gone through month by month (recorded ones); what is
served is a copy with its own identity and date, so that no two games of a run are the same row.
"""

import gzip
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

from chess_assets.domain.months import Month
from chess_assets.sample.histories import Game, make_profile
from chess_assets.sample.history.months import make_month
from chess_assets.sample.history.players import SAMPLE_PLAYERS

GAMES_A_MONTH = 290
LATE_GAMES = 12
LATE_AFTER = timedelta(hours=7)

_BANK_MONTHS = 24
_SEED = 7
_SHORTEST_PLIES = 40  # brings the made games' median to 52; that of 500 real ones is 65
_NAMESPACE = UUID("5d0f1f58-6a55-4f0e-9d53-0f1f586a554f")
_TAG = re.compile(r'^\[(\w+) "(.*)"\]$', re.MULTILINE)

MonthOfBank = Callable[[str, int], Sequence[Game]]


class DatedHistories:
    """Histories whose open month goes on for some hours after `at`; made when they are asked for.

    Args:
        players: The names.
        months: How many months there are, the open one included.
        at: The time of the cold run.
        month_of_bank: The undated games of a player's n-th month.
    """

    def __init__(
        self, players: Sequence[str], months: int, at: datetime, month_of_bank: MonthOfBank
    ) -> None:
        self._players = players
        self._months = last_months(months, Month.of(at))
        self._at = at
        self._month_of_bank = month_of_bank

    def players(self) -> Sequence[str]:
        """Return the names."""
        return self._players

    def profile(self, player: str) -> dict[str, Any]:
        """Return a plain profile; the player joined with the first month."""
        joined = self._months[0].start + timedelta(hours=1)
        return make_profile(player, 1000 + self._players.index(player), "XX", joined)

    def months(self, player: str) -> Sequence[Month]:  # noqa: ARG002 - the protocol has it
        """Return the months, the same for every player."""
        return self._months

    def games(self, player: str, month: Month) -> Sequence[Game]:
        """Return a month's games; the open month's last ones end after `at`."""
        if month not in self._months:
            return []
        bank = self._month_of_bank(player, self._months.index(month))
        ends = _end_times(month, self._at, len(bank))
        return [
            _dated(game, player, f"{player} {month} {number}", end)
            for number, (game, end) in enumerate(zip(bank, ends, strict=True))
        ]


def made_bank() -> MonthOfBank:
    """Return months drawn from some hundred made games, by a seed that player and month give."""
    made = [
        game
        for player in SAMPLE_PLAYERS
        for age in range(_BANK_MONTHS)
        for game in make_month(_SEED, player, Month(2022 + age // 12, 1 + age % 12), age)
    ]
    long = [game for game in made if len(game.get("tcn", "")) >= 2 * _SHORTEST_PLIES]
    standard = [game for game in long if game["rules"] == "chess"]

    def month(player: str, number: int) -> Sequence[Game]:
        seeded = Random(f"{player} {number}")  # noqa: S311 - made games, not secrets
        return seeded.sample(standard, GAMES_A_MONTH)

    return month


def recorded_bank(folder: Path) -> tuple[MonthOfBank, int]:
    """Return the recorded months of a folder (`YYYY-MM.json.gz`) as they are, and their number."""
    recorded = [_recorded_games(path) for path in sorted(folder.glob("*.json.gz"))]
    return lambda _player, number: recorded[number], len(recorded)


def _recorded_games(path: Path) -> list[Game]:
    document = json.loads(gzip.decompress(path.read_bytes()))
    games: list[Game] = document["games"] if isinstance(document, dict) else document
    return games


def last_months(count: int, last: Month) -> list[Month]:
    """Return so many months, the last one last."""
    first = 12 * last.year + last.month - count
    return [Month(index // 12, index % 12 + 1) for index in range(first, first + count)]


def _end_times(month: Month, at: datetime, count: int) -> list[datetime]:
    """Spread games over a month; of the open one, all but the late games end by `at`."""
    if month.end <= at:
        return _spread(month.start, month.end, count)
    early = max(0, count - LATE_GAMES)
    until = min(month.end, at + LATE_AFTER)
    return _spread(month.start, at, early) + _spread(at, until, count - early)


def _spread(start: datetime, end: datetime, count: int) -> list[datetime]:
    step = (end - start) / (count + 1)
    return [(start + step * (1 + each)).replace(microsecond=0) for each in range(count)]


def _dated(game: Game, player: str, identity: str, end: datetime) -> Game:
    """Return a copy of a game that this player ended at `end`, consistent in JSON and PGN."""
    uuid = uuid5(_NAMESPACE, identity)
    url = f"https://www.chess.com/game/live/{uuid.int % 10**12}"
    dated = {**game, "uuid": str(uuid), "url": url, "end_time": int(end.timestamp())}
    for colour in ("white", "black"):
        if _is_owner(game[colour]["username"]):
            dated[colour] = {
                **game[colour],
                "username": player,
                "@id": f"https://api.chess.com/pub/player/{player}",
            }
    if "pgn" in game:
        dated["pgn"] = _dated_pgn(game["pgn"], player, url, end)
    return dated


def _is_owner(name: str) -> bool:
    return name in {sample.username for sample in SAMPLE_PLAYERS}


def _dated_pgn(pgn: str, player: str, url: str, end: datetime) -> str:
    head, _, movetext = pgn.partition("\n\n")
    tags = dict(_TAG.findall(head))
    start = end - _duration(tags)
    tags |= {
        "Date": f"{start:%Y.%m.%d}",
        "UTCDate": f"{start:%Y.%m.%d}",
        "UTCTime": f"{start:%H:%M:%S}",
        "StartTime": f"{start:%H:%M:%S}",
        "EndDate": f"{end:%Y.%m.%d}",
        "EndTime": f"{end:%H:%M:%S}",
        "Link": url,
    }
    head = "\n".join(f'[{name} "{text}"]' for name, text in tags.items())
    for sample in SAMPLE_PLAYERS:
        head = head.replace(sample.username, player)
    return f"{head}\n\n{movetext}"


def _duration(tags: dict[str, str]) -> timedelta:
    if not {"UTCDate", "UTCTime", "EndDate", "EndTime"} <= tags.keys():
        return timedelta(minutes=5)
    started, ended = (
        datetime.strptime(f"{tags[day]} {tags[time]}", "%Y.%m.%d %H:%M:%S").replace(tzinfo=UTC)
        for day, time in (("UTCDate", "UTCTime"), ("EndDate", "EndTime"))
    )
    return ended - started
