"""What chess.com's newest list of a player's months said, kept in the lake for later runs.

The list is read only in runs that need it. What it names may lie outside of such a run's range, or
before the month of joining; so it is kept where `status`, automation and the next run see it.
"""

import json
import logging
from collections.abc import Callable, Collection, Sequence

from chess_assets.domain.chess_com import ArchivesList, ChessComClient, ChessComError
from chess_assets.domain.lake.paths import listed_months_path
from chess_assets.domain.months import Month
from chess_assets.domain.store import Conflict, Store, StoreError

_LOGGER = logging.getLogger("chess_assets.raw_archives")
_ATTEMPTS = 10
_MONTHS = "months"


class ListOfMonths:
    """A player's list of months as one run sees it.

    Args:
        client: Asks chess.com.
        store: The lake.
        user: The player.
        check: Raises a `ChessComError` for a list that is another account's.

    Attributes:
        newest: What this run was answered; None where it did not ask, or in vain.
        error: Why the last request for it failed; None where none did.
    """

    def __init__(
        self,
        client: ChessComClient,
        store: Store,
        user: str,
        check: Callable[[Sequence[Month]], None],
    ) -> None:
        self.newest: ArchivesList | None = None
        self.error: ChessComError | None = None
        self._client = client
        self._store = store
        self._user = user
        self._check = check
        self._kept: Collection[Month] | None = None

    def read(self) -> ArchivesList:
        """Ask for the list, and keep what it says for later runs.

        Raises:
            ChessComError: when the answer did not come, is none, or is another account's.
        """
        try:
            newest = self._client.archives(self._user)
            self._check(newest.months)
        except ChessComError as error:
            self.error = error
            raise
        self.newest, self.error = newest, None
        keep_listed_months(self._store, self._user, newest.months)
        return newest

    def named(self) -> Collection[Month]:
        """Return the months that the newest list names: this run's, else the one that is kept."""
        if self.newest is not None:
            return self.newest.months
        if self._kept is None:
            self._kept = read_listed_months(self._store, self._user) or ()
        return self._kept


def read_listed_months(store: Store, user: str) -> frozenset[Month] | None:
    """Return the months that the newest list named; None where none is kept that can be read.

    Raises:
        StoreError: when the lake does not answer.
    """
    stored = store.get(listed_months_path(user))
    return None if stored is None else _decode(stored.body)


def keep_listed_months(store: Store, user: str, months: Collection[Month]) -> None:
    """Keep the months that a list named, where the one before said something else.

    A run does not fail for it: what is not kept is found when the list is read the next time.
    """
    key, wanted = listed_months_path(user), frozenset(months)
    try:
        for _ in range(_ATTEMPTS):
            stored = store.get(key)
            if stored is not None and _decode(stored.body) == wanted:
                return
            try:
                store.put(key, _encode(wanted), if_match=None if stored is None else stored.etag)
            except Conflict:
                continue  # another run has read a list: look at what it says
            else:
                return
    except StoreError as error:
        _LOGGER.warning("%s: the list of months could not be kept in the lake: %s", user, error)


def _encode(months: Collection[Month]) -> bytes:
    return json.dumps({_MONTHS: [str(month) for month in sorted(months)]}).encode()


def _decode(body: bytes) -> frozenset[Month] | None:
    try:
        return frozenset(Month.parse(text) for text in json.loads(body)[_MONTHS])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None  # as good as none: the next list takes its place
