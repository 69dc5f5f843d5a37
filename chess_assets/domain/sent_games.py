"""What games as chess.com sent them tell of themselves: who played, and in which month.

Which of the two sides is a followed player belongs to those who know the account.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chess_assets.domain.months import FIRST_MONTH, Month
from chess_assets.domain.players import InvalidPlayerName, parse_player

_LONGEST_UUID = 64
_LATEST_END_TIME_S = 253_402_300_799  # the last second of the year 9999
_TOLERANCE = timedelta(days=1)  # a month's games may end this far outside of it

Sides = Mapping[str, str | None]
"""The uuid, where it was sent, by each player's name in lower case."""


def sides_of(game: Any) -> Sides | None:
    """Return a game's players; None where its sides are not two names of chess.com's."""
    if not isinstance(game, dict):
        return None
    uuid_by_name = {}
    for colour in ("white", "black"):
        side = game.get(colour)
        if not isinstance(side, dict):
            return None
        uuid = side.get("uuid")
        try:
            name = parse_player(side.get("username", ""))
            uuid_by_name[name] = uuid if _is_uuid(uuid) else None
        except InvalidPlayerName:
            return None
    return uuid_by_name


def _is_uuid(value: Any) -> bool:
    """Whether it can be one: messages show it, so it is no other text."""
    is_text = isinstance(value, str) and 0 < len(value) <= _LONGEST_UUID
    return is_text and value.isascii() and value.isprintable()


def most_frequent_player(games: Iterable[Sides]) -> tuple[str, int]:
    """Return the name that is in the most of these games, and in how many."""
    return Counter(name for sides in games for name in sides).most_common(1)[0]


def are_of_another(games: Sequence[Sides], own: int) -> bool:
    """Whether these are another player's games.

    Args:
        games: The games that tell, at least one.
        own: In how many of them the player is: none, or a few while every one has another player,
            who met the player now and then.
    """
    return not own or (2 * own < len(games) and most_frequent_player(games)[1] == len(games))


def other_month_of(games: Iterable[Any], month: Month) -> Month | None:
    """Return the one month that all these games are of, if it is another than this.

    A single game tells nothing: chess.com may have filed it oddly.
    """
    first = (month.start - _TOLERANCE).timestamp()
    last = (month.end + _TOLERANCE).timestamp()
    ends = []
    for game in games:
        end = game.get("end_time") if isinstance(game, dict) else None
        if type(end) is not int or not 0 <= end <= _LATEST_END_TIME_S:
            continue
        if first <= end < last:
            return None  # as a rule the first game says so
        ends.append(datetime.fromtimestamp(end, UTC))
    if len(ends) < 2:
        return None
    months = {Month.of(end) for end in ends}
    (other, *more) = months
    return other if not more and other >= FIRST_MONTH else None
