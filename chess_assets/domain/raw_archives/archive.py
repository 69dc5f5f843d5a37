"""One player's raw months: which are due, what chess.com answers, what is stored of it.

Fetching and storing are two calls, so that the next month can be fetched while one is stored.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.chess_com import (
    ArchivesList,
    ChessComClient,
    ChessComError,
    MonthAnswer,
    NotModified,
    ResponseTimes,
    TransientError,
)
from chess_assets.domain.freshness import Freshness, FreshnessRule
from chess_assets.domain.lake.outage import NotAttempted
from chess_assets.domain.lake.outcomes import Action, Done
from chess_assets.domain.lake.partition_file import CONTENT_VERSION, PartitionState
from chess_assets.domain.lake.placement import place_facts
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.raw_archives.account_check import GAMES_LISTED, AccountCheck
from chess_assets.domain.raw_archives.identity import contradiction_facts
from chess_assets.domain.raw_archives.listed_months import ListOfMonths
from chess_assets.domain.raw_archives.merge import Merged, merge_answer, merge_late_answer
from chess_assets.domain.raw_archives.rows import distinct_games, raw_games
from chess_assets.domain.raw_archives.stored_fetches import (
    FETCH_FACTS,
    StoredFetches,
    fetch_facts,
    fetched_at_of,
    was_never_asked_for,
)
from chess_assets.domain.registry import FollowedPlayer
from chess_assets.domain.store import Conflict

_ATTEMPTS = 10
_FAILURES_BEFORE_A_PROBE = 3


class NotAsked(NotAttempted):
    """A month that was not asked for, because an earlier answer said that it would be no use."""

    done = "asked"


@dataclass(frozen=True, slots=True)
class Kept:
    """Nothing is due: the stored month counts."""

    state: PartitionState


@dataclass(frozen=True, slots=True)
class NotListed:
    """The archives list, read at these times, names no games in the month; it was not asked for."""

    replacing: PartitionState | None
    times: ResponseTimes


@dataclass(frozen=True, slots=True)
class Answered:
    """chess.com's word on a month: its games, or that they are as in `replacing`."""

    replacing: PartitionState | None
    answer: MonthAnswer | NotModified

    @property
    def times(self) -> ResponseTimes:
        """When it was fetched."""
        return self.answer.times


Fetched = Kept | NotListed | Answered


class RawPgnArchives:
    """One player's months of `raw_pgn_archives`, kept by the freshness rule.

    Attributes:
        account: Which account the games are of, as far as this run has seen.
    """

    def __init__(
        self,
        table: PlayerTable,
        client: ChessComClient,
        rule: FreshnessRule,
        now: Callable[[], datetime],
        *,
        is_refresh: bool = False,
        followed: FollowedPlayer | None = None,
    ) -> None:
        self.table = table
        self.account = AccountCheck(table, client, followed, now)
        self._client = client
        self._rule = rule
        self._now = now
        self._is_refresh = is_refresh
        self._fetches: StoredFetches | None = None
        self._list = ListOfMonths(client, table.store, table.user, self.account.check_list)
        self._is_list_needed = False
        self._stopped_by: Exception | None = None
        self._failures_in_a_row = 0

    def expect(self, months: Collection[Month]) -> None:
        """Take note of a run's months before the first of them is fetched.

        Where one of them needs the list of months, it is read before any month is kept for empty
        only because an earlier list did not name it.
        """
        states, now = self.table.states(), self._now()
        is_any_unasked = any(
            month in states and was_never_asked_for(states[month]) for month in months
        )
        named = self._named_months() if is_any_unasked else ()
        self._is_list_needed = any(
            self._needs_list(month, states.get(month))
            and (self._is_refresh or self._stored().freshness(month, now, named).is_due)
            for month in months
            if month not in self.table.unreadable()
        )

    def freshness(self, month: Month) -> Freshness:
        """Say what the stored month is worth now.

        Raises:
            UnreadableFile: when what is stored of the month cannot be read.
        """
        state = self.table.state(month)
        is_unasked = state is not None and was_never_asked_for(state)
        named = self._named_months() if is_unasked else ()
        return self._stored().freshness(month, self._now(), named, self._client.newest_times)

    def fetch(self, month: Month) -> Fetched:
        """Ask chess.com for a month if it is due.

        Raises:
            ChessComError: when the answer did not come or is none.
            NotAsked: when an earlier answer made it pointless to ask.
            UnreadableFile: when what is stored of the month cannot be read.
        """
        state = self.table.state(month)
        if state is not None and not self._is_refresh and not self.freshness(month).is_due:
            return Kept(state)
        if self._stopped_by is not None:
            raise NotAsked(self._stopped_by)
        try:
            fetched = self._ask(month, state)
        except ChessComError as error:
            self._note_failure(error)
            raise
        if isinstance(fetched, Answered):
            self._failures_in_a_row = 0
        return fetched

    def store(self, month: Month, fetched: Fetched) -> Done:
        """Store what was fetched, merged with what is there.

        Raises:
            Conflict: when other writers are first again and again.
            UnreadableFile: when what is stored of the month cannot be read.
            ChessComError: when the answer is of another account than what is stored.
        """
        if isinstance(fetched, Kept):
            return Done(Action.KEPT, fetched.state, self.freshness(month))
        if isinstance(fetched, Answered) and isinstance(fetched.answer, NotModified):
            if fetched.replacing is None:
                raise AssertionError("an unchanged month is stored")
            facts = fetch_facts(fetched.times, fetched.answer.url)
            return self._renew(month, fetched.replacing, facts)
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._merge(month, fetched)
            except Conflict:
                continue  # another run wrote this month: merge with what it wrote
        return self._merge(month, fetched)

    def _ask(self, month: Month, state: PartitionState | None) -> Answered | NotListed:
        if self._needs_list(month, state):
            listed = self._listed()
            if month not in listed.months:
                return NotListed(state, listed.times)
        elif self._may_show_holes(month):
            self._try_list()
        answer = self._client.month(self.table.user, month, _etag(state))
        if isinstance(answer, MonthAnswer):
            self.account.check_answer(month, answer)
        return Answered(state, answer)

    def _needs_list(self, month: Month, state: PartitionState | None) -> bool:
        """Whether a month is asked for only if the list names it."""
        has_rows = state is not None and state.rows > 0
        is_open = month.end > self._now()
        return not has_rows and not is_open

    def _may_show_holes(self, month: Month) -> bool:
        """Whether to read the list though a month does not need it: once, when the month settles.

        Else a player of whom every month is sealed or has games would never be asked for what an
        earlier list lacked. It costs a request a month, and none for players without empty months.
        """
        is_settled = self._now() >= month.end + self._rule.settles_after
        is_any_unasked = any(map(was_never_asked_for, list(self.table.states().values())))
        return is_settled and is_any_unasked and not self._is_refresh

    def _listed(self) -> ArchivesList:
        """Return the list of months, read once a run, or in vain once.

        A list that fails stops the months that need it, and no others.
        """
        if self._list.newest is not None:
            return self._list.newest
        if self._list.error is not None:
            raise NotAsked(self._list.error)
        return self._list.read()

    def _try_list(self) -> None:
        """Read the list if it was not tried yet; no month fails for it."""
        is_tried = self._list.newest is not None or self._list.error is not None
        if not is_tried and self._stopped_by is None:
            try:
                self._list.read()
            except ChessComError as error:
                self._note_failure(error)

    def _named_months(self) -> Collection[Month]:
        if self._is_list_needed:
            self._try_list()
        return self._list.named()

    def _stored(self) -> StoredFetches:
        if self._fetches is None:
            self._fetches = StoredFetches(self.table.states(), self._rule)
        return self._fetches

    def _note_failure(self, error: ChessComError) -> None:
        if error.ends_run:
            self._stopped_by = error
        if not isinstance(error, TransientError):
            return
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= _FAILURES_BEFORE_A_PROBE and self._stopped_by is None:
            self._probe()

    def _probe(self) -> None:
        """Ask for the list once more: if that fails too, chess.com is down, not a few months."""
        self._failures_in_a_row = 0
        try:
            self._list.read()
        except ChessComError as error:
            self._stopped_by = error

    def _merge(self, month: Month, fetched: Answered | NotListed) -> Done:
        stored = self.table.read_to_rewrite(month)
        rows, state = stored if stored is not None else (None, None)
        merged, facts = _merged(rows, state, fetched)
        if rows is not None and _has_lost_all(rows, merged.table):
            self._check_vanished()
        facts |= place_facts(self.table.schema.name, self.table.user, month)
        facts |= contradiction_facts(merged.contradictions)
        facts[CONTENT_VERSION] = merged.content_version
        if state is not None and state.content_version == merged.content_version:
            return self._renew(month, state, facts)
        written = self.table.write(month, merged.table, facts, replacing=state)
        action = Action.EMPTY if isinstance(fetched, NotListed) else Action.FETCHED
        return Done(action, written, self.freshness(month), merged.new, merged.unlisted)

    def _check_vanished(self) -> None:
        try:
            self.account.check_vanished()
        except ChessComError as error:
            self._note_failure(error)
            raise

    def _renew(self, month: Month, state: PartitionState, facts: Mapping[str, str]) -> Done:
        kept = {name: text for name, text in state.facts.items() if name not in FETCH_FACTS}
        renewed = self.table.renew(month, state, {**kept, **facts})
        return Done(Action.UNCHANGED, renewed, self.freshness(month))


def _merged(
    rows: pa.Table | None, state: PartitionState | None, fetched: Answered | NotListed
) -> tuple[Merged, dict[str, str]]:
    """Merge what was fetched with what is stored; return the rows and the facts about them."""
    answer = _month_of(fetched)
    fetched_at = fetched.times.fetched_at
    games = raw_games(answer.games if answer is not None else [])
    if rows is not None and state is not None and _is_late(fetched, state):
        return merge_late_answer(rows, games, fetched_at=fetched_at), dict(state.facts)
    last_fetched_at = fetched_at_of(state)
    merged = merge_answer(rows, games, fetched_at=fetched_at, last_fetched_at=last_fetched_at)
    # Counted apart from the merge, whose losses a check finds by it; of games that a number does
    # not tell apart the merge knows better.
    listed = max(distinct_games(games), merged.table.num_rows - merged.unlisted)
    return merged, _facts(fetched.times, answer, listed)


def _month_of(fetched: Answered | NotListed) -> MonthAnswer | None:
    answer = fetched.answer if isinstance(fetched, Answered) else None
    return answer if isinstance(answer, MonthAnswer) else None


def _has_lost_all(before: pa.Table, after: pa.Table) -> bool:
    """Whether games were listed before, and none of them is any more."""
    listed = before.filter(before["is_listed"])["game_id"]
    still = after.filter(after["is_listed"])["game_id"]
    return len(listed) > 0 and not pc.any(pc.is_in(listed, still)).as_py()


def _is_late(fetched: Answered | NotListed, stored: PartitionState) -> bool:
    """Whether another run stored a newer answer after this one was asked for."""
    is_as_decided = fetched.replacing is not None and fetched.replacing.etag == stored.etag
    stored_at = fetched_at_of(stored)
    return not is_as_decided and stored_at is not None and stored_at > fetched.times.fetched_at


def _etag(state: PartitionState | None) -> str | None:
    """Return what to send as If-None-Match; None where the whole answer is wanted.

    That is also so for a month with fewer games than its own file says were listed: a 304 would
    leave it like that for ever. Files from before games sent twice were counted once are such.
    """
    if state is None:
        return None
    listed = state.facts.get(GAMES_LISTED, "")
    has_lost_some = listed.isascii() and listed.isdecimal() and int(listed) > state.rows
    return None if has_lost_some else state.facts.get("etag") or None


def _facts(times: ResponseTimes, answer: MonthAnswer | None, listed: int) -> dict[str, str]:
    if answer is None:
        return fetch_facts(times, None) | {GAMES_LISTED: "0"}
    return fetch_facts(times, answer.url) | {
        GAMES_LISTED: str(listed),
        "body_sha256": answer.body_sha256,
        "etag": answer.etag or "",
        "last_modified": answer.last_modified or "",
    }
