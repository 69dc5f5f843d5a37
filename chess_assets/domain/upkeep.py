"""What players' months need, as the lake says, and when it is worth looking again.

A look at a player costs a LIST and a GET a table, and a GET for the months listed; so a watch
remembers what it saw: by the freshness rule nothing is due before the moment that the look itself
names. Asking for what is due, and not asking too often, belongs to the callers and to `backoff`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.player_tables.player_games import player_games_content_version
from chess_assets.domain.raw_archives.listed_months import read_listed_months
from chess_assets.domain.raw_archives.stored_fetches import StoredFetches
from chess_assets.domain.registry import FollowedPlayer
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import Store, StoreError

LOOKS_A_TICK = 30
"""The most players looked at in one go: what a first look at many costs is spread over ticks."""

Recorded = Callable[[str, str, Collection[Month]], Collection[Month]]
"""Which of these months, of a table and a player, the history of runs shows as they are stored."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What one player's months needed when the lake was looked at.

    Attributes:
        seen_at: When that was.
        to_fetch: The missing and stale months, and when each was last asked for, by the clock of
            who asked (None: never).
        to_compute: The stored months that `games` lacks, or has from older rows or an older parser,
            and when each was last asked for, as in `to_fetch`.
        to_record: By table, the stored months that nothing is to be done for but to report them:
            the run that stored them was killed, or another history has it.
        without_raw: The months of which nothing readable is stored that `games` could follow from.
        games_version: The content version of `player_games` as made of the months that `games` has
            now; None where it has none.
        changes_at: When the clock alone makes another month due.
    """

    seen_at: datetime
    to_fetch: Mapping[Month, datetime | None]
    to_compute: Mapping[Month, datetime | None]
    to_record: Mapping[str, frozenset[Month]]
    without_raw: frozenset[Month]
    games_version: str | None
    changes_at: datetime

    def is_outdated(self, now: datetime) -> bool:
        """Whether a new look may find something else: the time came, or a run may have been."""
        has_needs = bool(self.to_fetch or self.to_compute or any(self.to_record.values()))
        return has_needs or now >= self.changes_at or now < self.seen_at


def needs_of(
    player: FollowedPlayer,
    store: Store,
    parser_version: str,
    rule: FreshnessRule,
    now: datetime,
    recorded: Recorded,
) -> Needs:
    """Look at a player's months in the lake, from the player's first to the open one.

    Raises:
        StoreError: when the lake does not answer.
    """
    raw = PlayerTable(store, RAW_PGN_ARCHIVES, player.name)
    games = PlayerTable(store, GAMES, player.name)
    fetches = StoredFetches(raw.states(), rule)
    listed = read_listed_months(store, player.name)
    named, open_month = listed or frozenset(), Month.of(now)
    asked = {
        month: fetches.asked_at(month, named)
        for month in months_between(player.first_month(listed, now), open_month)
    }
    is_due = {month: fetches.freshness(month, now, named).is_due for month in asked}
    later = [
        due_at
        for month in asked
        if not is_due[month] and (due_at := fetches.due_at(month, now, named)) is not None
    ]
    to_compute = {
        month for month in raw.states() if not _is_current(games, raw, month, parser_version)
    }
    current = {
        raw.schema.name: {month for month, at in asked.items() if at and not is_due[month]},
        # Without its raw month a month of games can't be reported: a run would only fail.
        games.schema.name: (
            (games.states().keys() & raw.states().keys() & asked.keys()) - to_compute
        ),
    }
    since = months_between(min([*asked, *raw.states()]), open_month)
    needs = Needs(
        seen_at=now,
        to_fetch={month: at for month, at in asked.items() if is_due[month]},
        to_compute={month: fetches.asked_at(month, named) for month in to_compute},
        to_record={
            table: frozenset(months - set(recorded(table, player.name, months)))
            for table, months in current.items()
        },
        without_raw=frozenset(since) - raw.states().keys(),
        games_version=player_games_content_version(made) if (made := games.states()) else None,
        changes_at=min([*later, open_month.end]),
    )
    for table in (raw, games):
        with suppress(StoreError):  # an index is only a cache
            table.save_index()  # what had to be read from files is not read again at every look
    return needs


def _is_current(games: PlayerTable, raw: PlayerTable, month: Month, parser_version: str) -> bool:
    try:
        return games.is_made_of(raw, month, parser_version)
    except (UnreadableFile, StoreError):
        return False


class Watch:
    """Remembers what players need, and looks again only at those for whom it may have changed.

    Attributes:
        unseen: The players who could not be looked at in the last look, and why.
    """

    unseen: dict[str, StoreError]

    def __init__(self, parser_version: str, looks_a_tick: int = LOOKS_A_TICK) -> None:
        self._parser_version = parser_version
        self._looks_a_tick = looks_a_tick
        self._seen: dict[str, Needs] = {}
        self.unseen = {}

    def needs(
        self,
        players: Collection[FollowedPlayer],
        store: Store,
        rule: FreshnessRule,
        now: datetime,
        recorded: Recorded,
    ) -> dict[str, Needs]:
        """Return what each player needs; a player who could not be looked at is left out.

        Raises:
            StoreError: when the whole lake does not answer.
        """
        self.unseen = {}
        for player in self._most_outdated(players, now):
            try:
                needs = needs_of(player, store, self._parser_version, rule, now, recorded)
            except StoreError as error:
                if error.ends_run:
                    raise
                self.unseen[player.name] = error
                self._seen.pop(player.name, None)
            else:
                self._seen[player.name] = needs
        self._seen = {each.name: self._seen[each.name] for each in players if self._knows(each)}
        return self._seen

    def _most_outdated(
        self, players: Iterable[FollowedPlayer], now: datetime
    ) -> list[FollowedPlayer]:
        outdated = [
            player
            for player in players
            if not self._knows(player) or self._seen[player.name].is_outdated(now)
        ]
        return sorted(outdated, key=self._seen_at)[: self._looks_a_tick]

    def _knows(self, player: FollowedPlayer) -> bool:
        return player.name in self._seen

    def _seen_at(self, player: FollowedPlayer) -> datetime:
        return self._seen[player.name].seen_at if self._knows(player) else _NEVER


_NEVER = datetime.min.replace(tzinfo=UTC)
