"""Which game is which: by kind and number, and by the uuid.

chess.com numbers live and daily games apart, so `live/7` and `daily/7` are two games. Payloads of
2020 and before have no uuid, for a while a game's `url` had no number, and a uuid may change: each
name identifies a game alone, and rows that agree in either are one game.
"""

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

LINK = r"(?s)(?:/(?P<kind>live|daily)(?:/game)?)?/(?P<digits>[0-9]{1,20})(?:[?#].*)?"
"""A link's end with the game's number, for Python's and RE2's expressions alike. Links have been
/live/game/7, /game/live/7 and /game/daily/7."""
UUID_LINK = r"/game/(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
"""A link's end with the game's uuid, for both."""

_LONGEST_UUID = 64
_LINK = re.compile(LINK + r"\Z")
_UUID_LINK = re.compile(UUID_LINK + r"\Z")
_LINK_TAG = re.compile(r'^\[Link "([^"\n]{1,500})"\]', re.MULTILINE)
_NUMBER_ID = re.compile(r"(?:(?P<kind>live|daily)/)?(?P<digits>[0-9]{1,20})")
_PRINTABLE = re.compile(r"[!-~]+")


class GameNames(msgspec.Struct, frozen=True, gc=False):
    """What identifies one game, as one payload has it.

    Attributes:
        kind: `live` or `daily`; None where the payload doesn't tell.
        digits: The number in the game's link, None without one.
        uuid: The payload's uuid, None without one.
        others: Whatever else identifies the game alone, the uuid included.
    """

    kind: str | None
    digits: str | None
    uuid: str | None
    others: tuple[str, ...]

    @property
    def number(self) -> str | None:
        """Kind and number, `live/7`; None where one of them is not known."""
        return f"{self.kind}/{self.digits}" if self.kind and self.digits else None


class _Sent(msgspec.Struct, gc=False):
    """The members of a payload that tell which game it is."""

    url: Any = None
    uuid: Any = None
    time_class: Any = None


_SENT = msgspec.json.Decoder(_Sent)


def names_of(game: Any, pgn: Any) -> GameNames:
    """Return the names of a game as chess.com sent it.

    Args:
        game: The game's JSON value, an object unless the API sent something malformed.
        pgn: The game's PGN, whose Link tag has the number where the URL has none.
    """
    if not isinstance(game, dict):
        return _names(_Sent(), pgn)
    return _names(_Sent(game.get("url"), game.get("uuid"), game.get("time_class")), pgn)


def stored_names(game_id: str, payload: str, pgn: str | None) -> GameNames:
    """Return the names of a raw row: those of its texts, and the identity it was given."""
    names = _names(_sent_in(payload), pgn)
    if game_id in {names.uuid, names.digits, names.number}:
        return names
    return msgspec.structs.replace(names, others=(*names.others, game_id))


def typed_names(game_id: str, url: str | None, time_class: str | None) -> GameNames:
    """Return the names of a row of `games`: those of its link, and the identity it was given."""
    names = _names(_Sent(url=url, time_class=time_class), None)
    if names.digits is None and (match := _NUMBER_ID.fullmatch(game_id)):
        kind = match["kind"] or kind_of(time_class)
        others = names.others if kind else (*names.others, f" {match['digits']}")
        return msgspec.structs.replace(names, kind=kind, digits=match["digits"], others=others)
    if game_id in {names.digits, names.number, *names.others}:
        return names
    return msgspec.structs.replace(names, others=(*names.others, game_id))


def kind_of(time_class: Any) -> str | None:
    """Return the kind that a time class implies, for links that don't tell; None without one."""
    if not isinstance(time_class, str):
        return None
    return "daily" if time_class == "daily" else "live"


def game_id_of(names: GameNames, *content: str, taken: Collection[str] = ()) -> str:
    """Return the identity that a game is given.

    The uuid, else the number in its link, with `daily/` before it where it is a daily game's; else
    a hash of the content, so that no game is lost.

    Args:
        names: The game's names.
        content: The texts the hash is made of.
        taken: The identities that other games of the month have.
    """
    plain = names.digits if names.kind != "daily" else None
    for game_id in (names.uuid, plain, names.number):
        if game_id is not None and game_id not in taken:
            return game_id
    return f"sha256-{hashlib.sha256(''.join(content).encode()).hexdigest()}"


CONTRADICTIONS = "contradictions"
"""The fact that counts where a name stands for two games that cannot be one."""
CONTRADICTIONS_NAMED = "contradictions_named"
"""The fact that says which, the first ten of many."""

_NAMED = 10


def contradiction_facts(contradictions: Sequence[str]) -> dict[str, str]:
    """Return the facts about contradictions: how many, and where there are some, which."""
    counted = {CONTRADICTIONS: str(len(contradictions))}
    if not contradictions:
        return counted
    return counted | {CONTRADICTIONS_NAMED: "; ".join(contradictions[:_NAMED])}


class GameIndex:
    """Which games go by which names, told one row after another.

    Rows that agree in kind and number are one game, whatever their uuids: those may change. But
    where one answer has a number with two uuids, it lists two games. A row with a number that no
    other row has is the game whose uuid it has, unless that game has another number.

    Attributes:
        contradictions: Where a name stands for two games that cannot be one, in words.
    """

    def __init__(self) -> None:
        self.contradictions: list[str] = []
        self._numbers: list[str | None] = []
        self._by_number: dict[str, int] = {}
        self._by_other: dict[str, int] = {}
        self._uuids: dict[int, str] = {}

    def begin(self) -> None:
        """Begin another answer, or another month: uuids may have changed since."""
        self._uuids.clear()

    def is_known(self, names: GameNames) -> bool:
        """Return whether a row with the same number and the same uuid was told."""
        return self._by_both(names) is not None

    def place(self, names: GameNames, *, is_stored: bool = False, is_apart: bool = False) -> int:
        """Return which game a row is, from 0 in the order in which games were first told.

        Args:
            names: The row's names.
            is_stored: Whether it is a row that was kept apart from those told before: then a name
                other than the number that it shares with one of them is a contradiction.
            is_apart: Whether it is another game than that with its number.
        """
        number = names.number
        found = self._by_both(names)
        if found is None and number is not None:
            found = self._by_number.get(number)
        if found is not None and (is_apart or self._has_other_uuid(found, names)):
            self._note(f"{number} is the number of two games, {names.uuid} and another")
            found = len(self._numbers)
        elif found is None and not is_stored:
            found = self._by_uuid(names, number)
        if found is None:
            found = len(self._numbers)
        self._claim(found, names)
        if names.uuid is not None and not is_stored:
            self._uuids[found] = names.uuid
        return found

    def _claim(self, game: int, names: GameNames) -> None:
        number = names.number
        if game == len(self._numbers):
            self._numbers.append(None)
        if number is not None:
            self._numbers[game] = number
            self._by_number.setdefault(number, game)
        for name in names.others:
            owner = self._by_other.setdefault(name, game)
            if owner != game:
                games = (self._numbers[each] or "a game without a number" for each in (owner, game))
                self._note(f"{name.strip()} names {' and '.join(games)}")

    def _by_both(self, names: GameNames) -> int | None:
        owner = self._by_other.get(names.uuid) if names.uuid is not None else None
        number = names.number
        is_same = number is not None and owner is not None and self._numbers[owner] == number
        return owner if is_same else None

    def _has_other_uuid(self, game: int, names: GameNames) -> bool:
        uuid = self._uuids.get(game)
        return uuid is not None and names.uuid is not None and uuid != names.uuid

    def _by_uuid(self, names: GameNames, number: str | None) -> int | None:
        """Return the game that has one of the other names and no number that contradicts."""
        for name in names.others:
            owner = self._by_other.get(name)
            if owner is not None and (number is None or self._numbers[owner] is None):
                return owner
        return None

    def _note(self, said: str) -> None:
        if said not in self.contradictions:
            self.contradictions.append(said)


def _names(sent: _Sent, pgn: Any) -> GameNames:
    kind, digits = _link(sent.url)
    if (digits is None or kind is None) and isinstance(pgn, str):
        tag = _LINK_TAG.search(pgn)
        tag_kind, tag_digits = _link(tag[1]) if tag is not None else (None, None)
        if digits is None or digits == tag_digits:
            kind, digits = tag_kind, tag_digits
    kind = kind or kind_of(sent.time_class)
    uuid = sent.uuid
    is_uuid = isinstance(uuid, str) and len(uuid) <= _LONGEST_UUID and _PRINTABLE.fullmatch(uuid)
    others = [uuid] if is_uuid else []
    if isinstance(sent.url, str) and (match := _UUID_LINK.search(sent.url)):
        others.append(match["uuid"])
    if digits is not None and kind is None:
        others.append(f" {digits}")  # no uuid has a space
    return GameNames(kind, digits, uuid if is_uuid else None, tuple(dict.fromkeys(others)))


def _link(url: Any) -> tuple[str | None, str | None]:
    """Return the kind and the number that a link ends with."""
    match = _LINK.search(url) if isinstance(url, str) else None
    return (match["kind"], match["digits"]) if match is not None else (None, None)


def _sent_in(payload: str) -> _Sent:
    try:
        return _SENT.decode(payload)
    except ValueError:  # no object, or lone surrogates, which msgspec refuses
        pass
    try:
        game = json.loads(payload)
    except (ValueError, RecursionError):
        return _Sent()
    if not isinstance(game, dict):
        return _Sent()
    return _Sent(game.get("url"), game.get("uuid"), game.get("time_class"))
