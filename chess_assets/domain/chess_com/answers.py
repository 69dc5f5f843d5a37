"""What a body of chess.com's API must look like, and what is made of it.

A month's games stay the JSON values they are: typing them belongs in the games table.
"""

import json
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from chess_assets.domain.chess_com.errors import BadAnswer, OtherDocument, PlayerRenamed, shown
from chess_assets.domain.chess_com.questions import Question
from chess_assets.domain.chess_com.response_times import ResponseTimes
from chess_assets.domain.months import InvalidMonth, Month
from chess_assets.domain.player_urls import PlayerUrl
from chess_assets.domain.players import parse_player

T = TypeVar("T")
_START_BYTES = 60
_MAX_NESTING = 100  # fixed: how deep Python can write what it has read depends on the stack
_TOO_DEEP = "the answer is JSON nested too deep"
_Leaf = str | bool | int | float | None
_USUAL_MONTH = msgspec.json.Decoder(dict[str, list[dict[str, _Leaf | dict[str, _Leaf]]]])
_MONTH_URL = re.compile(r".*/player/([^/]+)/games/([0-9]{4})/([0-9]{2})", re.ASCII)
_LIKE_A_MONTH_URL = re.compile(
    r".*/player/([^/]+)/games/([0-9]{4})/([0-9]{1,2})(?![0-9]).*", re.ASCII | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Profile:
    """Who a player is.

    Attributes:
        player_id: chess.com's number for the player, which never changes.
        username: the current name, in lower case.
        url: the player's page.
        status: closed, closed:fair_play_violations, basic, premium, mod, staff...
        joined: in UTC; None where it is missing or no time: nothing else depends on it.
    """

    player_id: int
    username: str
    url: str
    status: str
    joined: datetime | None

    @property
    def is_closed(self) -> bool:
        """Whether the account was closed, by its owner or by chess.com."""
        return self.status.startswith("closed")


@dataclass(frozen=True, slots=True)
class ArchivesList:
    """The list of a player's months with games.

    Attributes:
        months: ascending, each once.
        times: when it was fetched.
    """

    months: tuple[Month, ...]
    times: ResponseTimes


@dataclass(frozen=True, slots=True)
class NotModified:
    """The answer that a player's month has not changed.

    Attributes:
        url: what was asked.
        times: when that was.
    """

    url: str
    times: ResponseTimes


@dataclass(frozen=True, slots=True)
class MonthAnswer:
    """One answer for a player's month.

    Attributes:
        url: what was asked.
        times: when it was fetched: no game that ended before `times.fetched_at` is missing.
        etag: to ask with next time; None where there is none that can be sent back.
        last_modified: as sent; chess.com's is no valid HTTP date.
        body_sha256: of the uncompressed body, in hexadecimal.
        body_bytes: the length of the uncompressed body.
        games: the JSON values listed, in order, nothing dropped and nothing checked.
    """

    url: str
    times: ResponseTimes
    etag: str | None
    last_modified: str | None
    body_sha256: str
    body_bytes: int
    games: list[Any]


def profile_in(question: Question, body: bytes) -> Profile:
    """Read a profile.

    Raises:
        BadAnswer: unless player_id, username, url and status are there and of their type.
    """
    answer = _object_in(question, body)
    try:
        return Profile(
            player_id=_member(question, answer, "player_id", int),
            username=parse_player(_member(question, answer, "username", str)),
            url=_member(question, answer, "url", str),
            status=_member(question, answer, "status", str),
            joined=_instant(answer.get("joined")),
        )
    except ValueError as fault:  # a name that can't be
        raise BadAnswer(question, f"the profile is not one, {shown(str(fault))}") from fault


def months_in(question: Question, body: bytes) -> tuple[tuple[Month, ...], tuple[str, ...]]:
    """Read a list of months: ascending, each once; and excerpts of the entries that are unusual.

    An entry is usual if it ends like the URL of a month of this player; what is before that
    (scheme, host, base path) may differ from what was asked. A month that an unusual entry can be
    taken to mean (`2022/5`, `2022/05/`) counts as listed: to ask for it costs a request, to take it
    for empty could cost its games.

    Raises:
        BadAnswer: unless the body is an object with a list `archives`, which is empty or names a
            month of this player.
        PlayerRenamed, OtherDocument: when it is another player's list.
    """
    listed = _member(question, _object_in(question, body), "archives", list)
    _check_whose_list(question, listed)
    months = {month for entry in listed if (month := _month_in(question, entry, _LIKE_A_MONTH_URL))}
    unusual = [entry for entry in listed if not _month_in(question, entry, _MONTH_URL)]
    if listed and not months:
        cause = f"the list of months has {_excerpt(unusual[0])}, and no month of this player"
        raise BadAnswer(question, cause)
    return tuple(sorted(months)), tuple(dict.fromkeys(map(_excerpt, unusual)))


def games_in(question: Question, body: bytes) -> list[Any]:
    """Read a month's games, as they are.

    Raises:
        BadAnswer: unless the body is an object with a list `games`, nested less than 100 deep.
    """
    return _member(question, _usual_month(body) or _object_in(question, body), "games", list)


def _check_whose_list(question: Question, listed: list[Any]) -> None:
    """Refuse a list in which no entry names the player and some name others."""
    urls = [PlayerUrl.of(entry) for entry in listed if isinstance(entry, str)]
    names = {url.player for url in urls if url is not None and url.month is not None}
    if not names or question.player in names:
        return
    cause = f"the answer is the list of another player, {shown(min(names))}"
    try:
        (new_name,) = map(parse_player, names)
    except ValueError:  # several players', or a name that can't be one
        raise OtherDocument(question, cause) from None
    raise PlayerRenamed(question, cause, new_name)


def _month_in(question: Question, entry: object, pattern: re.Pattern[str]) -> Month | None:
    match = pattern.fullmatch(entry) if isinstance(entry, str) else None
    if match is None or match[1].lower() != question.player:
        return None
    try:
        return Month.parse(f"{match[2]}-{match[3]:0>2}")
    except InvalidMonth:
        return None


def _excerpt(entry: object) -> str:
    """Return an entry of a list, of any shape, as a message may quote it."""
    return shown(entry if isinstance(entry, str) else json.dumps(entry))


def _instant(seconds: object) -> datetime | None:
    if type(seconds) is not int or seconds < 0:  # JSON's true is no number
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):  # beyond the year 9999
        return None


def _member(question: Question, answer: dict[str, Any], name: str, kind: type[T]) -> T:
    value = answer.get(name)
    if type(value) is not kind:  # JSON's true is no number
        raise BadAnswer(question, f"the answer has no {name!r} of type {kind.__name__}")
    return value


def _usual_month(body: bytes) -> dict[str, Any] | None:
    """Read a month at twice the speed; None unless writing it again gives the same bytes.

    Those bytes then are UTF-8 and JSON, no object names a member twice, and all numbers are finite.
    """
    try:
        month: dict[str, Any] = _USUAL_MONTH.decode(body.decode())
        return month if msgspec.json.encode(month) == body else None
    except (ValueError, OverflowError):  # in older versions of msgspec: a long integer
        return None


def _object_in(question: Question, body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(
            body.decode(),
            object_pairs_hook=_each_once,
            parse_constant=_refused,
            parse_float=_finite,
        )
    except RecursionError as fault:
        raise BadAnswer(question, _TOO_DEEP) from fault
    except ValueError as fault:
        start = shown(body[:_START_BYTES].decode(errors="replace"))
        cause = f"the answer is no JSON ({shown(str(fault))}), it begins {start}"
        raise BadAnswer(question, cause) from fault
    if not isinstance(value, dict):
        raise BadAnswer(question, "the answer is JSON, but no object")
    if _is_nested_deeper(value, _MAX_NESTING):
        raise BadAnswer(question, _TOO_DEEP)
    return value


def _is_nested_deeper(value: Any, levels: int) -> bool:
    layer = [value]
    for _ in range(levels):
        members = [each.values() if isinstance(each, dict) else each for each in layer]
        layer = [one for each in members for one in each if isinstance(one, (dict, list))]
        if not layer:
            return False
    return True


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object names a member twice")
    return members


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is beyond a double")
    return number
