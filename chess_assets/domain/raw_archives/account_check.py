"""Whether an answer is about the player and month asked for, and about the account stored so far.

A name may pass to another account, and a proxy may send another player's month. The games tell
for free: their sides carry names and the accounts' uuids. Where they do not tell, the player's
profile is asked for, once a run at most, and only where something speaks against the account.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from chess_assets.domain.chess_com import (
    ChessComClient,
    MonthAnswer,
    OtherAccount,
    OtherDocument,
    UnknownPlayer,
)
from chess_assets.domain.chess_com.questions import Question
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.partition_file import PartitionState
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.profile_check import check_account
from chess_assets.domain.registry import FollowedPlayer
from chess_assets.domain.sent_games import (
    Sides,
    are_of_another,
    most_frequent_player,
    other_month_of,
    sides_of,
)

GAMES_LISTED = "games_listed"
_PROFILE_HOLDS_FOR = timedelta(days=1)
_MONTHS_LOOKED_AT = 3  # stored months read in search of the account's uuid


def stored_uuid(table: PlayerTable, names: Sequence[str]) -> str | None:
    """Return the uuid that a player has in the newest stored games that tell.

    Args:
        table: The player's `raw_pgn_archives`.
        names: The player's name and former names, in lower case.
    """
    filled = [month for month, state in list(table.states().items()) if state.rows]
    for month in sorted(filled, reverse=True)[:_MONTHS_LOOKED_AT]:
        try:
            stored = table.read(month, ["payload"])
        except UnreadableFile:
            continue  # said when that month is looked at
        payloads = stored[0]["payload"].to_pylist() if stored is not None else []
        for payload in reversed(payloads):
            sides = sides_of(json.loads(payload))
            uuid = _uuid_of(sides, names) if sides is not None else None
            if uuid is not None:
                return uuid
    return None


class AccountCheck:
    """Compares what chess.com sends in one run with the account that a player's table is of.

    Args:
        table: The player's `raw_pgn_archives`.
        client: Asks chess.com for the profile where games do not tell.
        followed: The player's entry in the registry; None where there is none, and then only the
            stored games say which account it is.
        now: The clock that `followed.added_at` is compared with.

    Attributes:
        followed: As given.
    """

    def __init__(
        self,
        table: PlayerTable,
        client: ChessComClient,
        followed: FollowedPlayer | None,
        now: Callable[[], datetime],
    ) -> None:
        self._table = table
        self._client = client
        self.followed = followed
        self._now = now
        former = followed.former_names if followed is not None else ()
        self._names = (table.user, *former)
        self._uuid = followed.uuid if followed is not None else None
        self._is_stored_searched = False
        self._is_confirmed = False
        self._is_name_asked = False

    @property
    def uuid(self) -> str | None:
        """The account's uuid as far as it is known: from the registry or from games."""
        return self._uuid

    def check_answer(self, month: Month, answer: MonthAnswer) -> None:
        """Compare a month's games with the player, the month and the account.

        Raises:
            OtherDocument: when the games are another player's, or all of another month.
            OtherAccount, PlayerRenamed: when they are those of another account.
            ChessComError: when the profile had to be asked for and did not come.
        """
        question = Question.games(self._table.user, month)
        if (other := other_month_of(answer.games, month)) is not None:
            raise OtherDocument(question, f"all games of the answer are of {other}")
        known = self._uuid
        if known is not None and all(_has(game, known) for game in answer.games):
            self._is_confirmed = self._is_confirmed or bool(answer.games)
            return  # the usual case, at a tenth of the price
        sides = [each for each in map(sides_of, answer.games) if each is not None]
        if sides:
            self._check_sides(question, sides)

    def _check_sides(self, question: Question, sides: Sequence[Sides]) -> None:
        known = self._known_uuid()
        if are_of_another(sides, own=sum(self._is_in(each, known) for each in sides)):
            self._check_former_name(question, sides)
            return
        uuids = Counter(each.get(self._table.user) for each in sides)
        others = {uuid: count for uuid, count in uuids.items() if uuid and uuid != known}
        of_known = sum(known in each.values() for each in sides) if known else 0
        if known is not None and others and sum(others.values()) >= of_known:
            cause = f"the games are of the account {min(others)}, those stored of {known}"
            raise OtherAccount(question, cause)
        if of_known:
            self._is_confirmed = True
            return
        self._confirm_unless_new()
        if known is None and others:
            self._uuid = max(others, key=others.__getitem__)
            self._is_confirmed = True

    def check_list(self, listed: Sequence[Month]) -> None:
        """Look at a list of months: one that lacks months with stored games may be somebody else's.

        Raises:
            OtherAccount, PlayerRenamed: when the profile says so.
            ChessComError: when the profile did not come.
        """
        states = list(self._table.states().items())
        if any(_lists_games(state) and month not in listed for month, state in states):
            self._confirm()

    def check_vanished(self) -> None:
        """Look at an answer that has none of the games that the one before listed.

        Raises:
            OtherAccount, PlayerRenamed: when the profile says so.
            ChessComError: when the profile did not come.
        """
        self._confirm()

    def _is_in(self, sides: Sides, known: str | None) -> bool:
        is_named = any(name in sides for name in self._names)
        return is_named or (known is not None and known in sides.values())

    def _known_uuid(self) -> str | None:
        if self._uuid is None and not self._is_stored_searched:
            self._is_stored_searched = True
            self._uuid = stored_uuid(self._table, self._names)
        return self._uuid

    def _check_former_name(self, question: Question, games: Sequence[Sides]) -> None:
        """Accept games under a former name of the same account, which its profile shows."""
        if self.followed is None and self._uuid is None:
            return  # nothing says which account it is: these may be games under a former name
        name, count = most_frequent_player(games)
        is_one_players = count == len(games) > 1
        if is_one_players and self._uuid is None and self._is_own_name(name):
            self._names = (*self._names, name)
            self._uuid = games[-1][name]
            return
        whose = f" but {name}'s" if is_one_players else ""
        cause = f"the {len(games)} games of the answer are not {self._table.user}'s{whose}"
        raise OtherDocument(question, cause)

    def _is_own_name(self, name: str) -> bool:
        """Whether chess.com leads from a name to the followed account; asked once a run."""
        if self.followed is None or self._is_name_asked:
            return False
        self._is_name_asked = True
        try:
            return self._client.profile(name).player_id == self.followed.player_id
        except UnknownPlayer:
            return False

    def _confirm_unless_new(self) -> None:
        """Ask for the profile, unless it was read when the player was added just now."""
        followed = self.followed
        if followed is not None and self._now() - followed.added_at >= _PROFILE_HOLDS_FOR:
            self._confirm()

    def _confirm(self) -> None:
        if self._is_confirmed or self.followed is None:
            return
        profile = self._client.profile(self._table.user)
        check_account(self.followed, profile)
        self._is_confirmed = True


def _has(game: Any, uuid: str) -> bool:
    try:
        return bool(game["white"]["uuid"] == uuid or game["black"]["uuid"] == uuid)
    except (TypeError, KeyError):
        return False


def _uuid_of(sides: Sides, names: Iterable[str]) -> str | None:
    return next((uuid for name in names if (uuid := sides.get(name))), None)


def _lists_games(state: PartitionState) -> bool:
    return state.rows > 0 and state.facts.get(GAMES_LISTED, "0") != "0"
