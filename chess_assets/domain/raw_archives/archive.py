"""One player's raw months: which are due, what chess.com answers, what is stored of it.

Fetching and storing are two calls, so that the next month can be fetched while one is stored.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from chess_assets.domain.chess_com import (
    ChessComClient,
    ChessComError,
    MonthAnswer,
    TransientError,
)
from chess_assets.domain.freshness import Freshness, FreshnessRule
from chess_assets.domain.lake.player_table import CONTENT_VERSION, PartitionState, PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import Action, Done
from chess_assets.domain.raw_archives.merge import Merged, merge_answer, merge_late_answer
from chess_assets.domain.raw_archives.rows import distinct_games, raw_games
from chess_assets.domain.store import Conflict

_ATTEMPTS = 10
_FAILURES_BEFORE_A_PROBE = 3
FETCHED_AT = "fetched_at"
GAMES_LISTED = "games_listed"
"""The fact that counts the games of the newest answer, one that was sent twice once."""


class NotAsked(Exception):
    """A month that was not asked for, because an earlier answer said that it would be no use."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(f"not asked, because: {cause}")


@dataclass(frozen=True, slots=True)
class Kept:
    """Nothing is due: the stored month counts."""

    state: PartitionState


@dataclass(frozen=True, slots=True)
class NotListed:
    """The archives list, read at this time, names no games in the month; it was not asked for."""

    replacing: PartitionState | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """chess.com's word on a month asked for at this time; None: not changed since `replacing`."""

    replacing: PartitionState | None
    at: datetime
    answer: MonthAnswer | None


Fetched = Kept | NotListed | Answered


def fetched_at_of(state: PartitionState | None) -> datetime | None:
    """Return when a raw month was last fetched; None where nothing usable says so."""
    try:
        at = datetime.fromisoformat(state.facts[FETCHED_AT]) if state is not None else None
    except (KeyError, ValueError):
        return None
    return at if at is not None and at.tzinfo is not None else None


class RawPgnArchives:
    """One player's months of `raw_pgn_archives`, kept by the freshness rule."""

    def __init__(
        self,
        table: PlayerTable,
        client: ChessComClient,
        rule: FreshnessRule,
        now: Callable[[], datetime],
        *,
        is_refresh: bool = False,
    ) -> None:
        self.table = table
        self._client = client
        self._rule = rule
        self._now = now
        self._is_refresh = is_refresh
        self._listed: Sequence[Month] | None = None
        self._listed_at = self._time()
        self._stopped_by: Exception | None = None
        self._failures_in_a_row = 0

    def freshness(self, month: Month) -> Freshness:
        """Say what the stored month is worth now."""
        return self._rule.judge(month, fetched_at_of(self.table.state(month)), self._now())

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
        """
        if isinstance(fetched, Kept):
            return Done(Action.KEPT, fetched.state, self.freshness(month))
        if isinstance(fetched, Answered) and fetched.answer is None and fetched.replacing:
            return self._renew(month, fetched.replacing, {FETCHED_AT: fetched.at.isoformat()})
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._merge(month, fetched)
            except Conflict:
                continue  # another run wrote this month: merge with what it wrote
        return self._merge(month, fetched)

    def _ask(self, month: Month, state: PartitionState | None) -> Answered | NotListed:
        has_rows = state is not None and state.rows > 0
        is_open = month.end > self._now()
        if not has_rows and not is_open and month not in self._listed_months():
            return NotListed(state, self._listed_at)
        at = self._time()
        answer = self._client.month(self.table.user, month, _etag(state))
        return Answered(state, at, answer)

    def _listed_months(self) -> Sequence[Month]:
        if self._listed is None:
            self._listed_at = self._time()
            try:
                self._listed = self._client.archives(self.table.user)
            except ChessComError as error:
                self._stopped_by = error
                raise
        return self._listed

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
            self._client.archives(self.table.user)
        except ChessComError as error:
            self._stopped_by = error

    def _time(self) -> datetime:
        now = self._now().astimezone(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def _merge(self, month: Month, fetched: Answered | NotListed) -> Done:
        stored = self.table.read(month)
        rows, state = stored if stored is not None else (None, None)
        merged, facts = _merged(rows, state, fetched)
        facts[CONTENT_VERSION] = merged.content_version
        if state is not None and state.content_version == merged.content_version:
            return self._renew(month, state, facts)
        written = self.table.write(month, merged.table, facts, replacing=state)
        action = Action.EMPTY if isinstance(fetched, NotListed) else Action.FETCHED
        return Done(action, written, self.freshness(month), merged.new, merged.unlisted)

    def _renew(self, month: Month, state: PartitionState, facts: Mapping[str, str]) -> Done:
        renewed = self.table.renew(month, state, {**state.facts, **facts})
        return Done(Action.UNCHANGED, renewed, self.freshness(month))


def _merged(
    rows: pa.Table | None, state: PartitionState | None, fetched: Answered | NotListed
) -> tuple[Merged, dict[str, str]]:
    """Merge what was fetched with what is stored; return the rows and the facts about them."""
    answer = fetched.answer if isinstance(fetched, Answered) else None
    games = raw_games(answer.games if answer is not None else [])
    if rows is not None and state is not None and _is_late(fetched, state):
        return merge_late_answer(rows, games, fetched_at=fetched.at), dict(state.facts)
    last_fetched_at = fetched_at_of(state)
    merged = merge_answer(rows, games, fetched_at=fetched.at, last_fetched_at=last_fetched_at)
    # Counted apart from the merge, whose losses a check finds by it; of games that a number does
    # not tell apart the merge knows better.
    listed = max(distinct_games(games), merged.table.num_rows - merged.unlisted)
    return merged, _facts(fetched.at, answer, listed)


def _is_late(fetched: Answered | NotListed, stored: PartitionState) -> bool:
    """Whether another run stored a newer answer after this one was asked for."""
    is_as_decided = fetched.replacing is not None and fetched.replacing.etag == stored.etag
    stored_at = fetched_at_of(stored)
    return not is_as_decided and stored_at is not None and stored_at > fetched.at


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


def _facts(at: datetime, answer: MonthAnswer | None, listed: int) -> dict[str, str]:
    facts = {FETCHED_AT: at.isoformat(), GAMES_LISTED: str(listed)}
    if answer is None:
        return facts
    return facts | {
        "source_url": answer.url,
        "body_sha256": answer.body_sha256,
        "etag": answer.etag or "",
        "last_modified": answer.last_modified or "",
    }
