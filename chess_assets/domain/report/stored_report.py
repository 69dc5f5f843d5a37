"""A player's report in the lake: kept while it says what `player_games` says, else made again."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from chess_assets.domain.lake.derived_table import NotComputed, SourceMissing
from chess_assets.domain.lake.paths import PLAYER_REPORT, report_path
from chess_assets.domain.lake.player_file import PlayerFile
from chess_assets.domain.lake.player_table import PartitionState
from chess_assets.domain.outcomes import Action
from chess_assets.domain.report import REPORT_VERSION
from chess_assets.domain.report.facts import ReportFacts, facts_of, with_facts
from chess_assets.domain.report.numbers.played import COLUMNS
from chess_assets.domain.schemas.tables import PLAYER_GAMES
from chess_assets.domain.store import Conflict, Store, StoredObject

_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A page that is in the lake.

    Attributes:
        uri: Where.
        size_bytes: Its size.
        facts: What it says about itself.
    """

    uri: str
    size_bytes: int
    facts: ReportFacts


@dataclass(frozen=True, slots=True)
class ReportDone:
    """A report that is as it should be, and what it took: `COMPUTED` or `KEPT`."""

    action: Action
    stored: StoredReport


def update_report(store: Store, user: str, made_at: datetime) -> ReportDone:
    """Bring a player's report up to date with their `player_games`.

    Raises:
        SourceMissing: when `player_games` is not stored for the player.
        NotComputed: when the report stumbles over its rows.
        UnreadableFile: when it is no Parquet file.
        Conflict: when other writers are first again and again.
    """
    games, path = PlayerFile(store, PLAYER_GAMES, user), report_path(user)
    for attempt in range(_ATTEMPTS):
        current = store.get(path)
        if kept := _kept(games, current):
            return ReportDone(Action.KEPT, StoredReport(store.uri_of(path), *kept))
        html, facts = _make(games, made_at)
        body = with_facts(html, facts).encode()
        try:
            store.put(path, body, if_match=current.etag if current else None)
        except Conflict:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            stored = StoredReport(store.uri_of(path), len(body), facts)
            return ReportDone(Action.COMPUTED, stored)
    raise AssertionError("unreachable")


def _kept(games: PlayerFile, current: StoredObject | None) -> tuple[int, ReportFacts] | None:
    """Return the size and the facts of the stored page if it is the one that would be made."""
    upstream = games.state()
    if upstream is None:
        raise SourceMissing(games.schema.name, games.user)
    facts = facts_of(current.body.decode(errors="replace")) if current else None
    if (
        current is None
        or facts is None
        or facts.content_version != report_content_version(upstream)
    ):
        return None
    return len(current.body), facts


def _make(games: PlayerFile, made_at: datetime) -> tuple[str, ReportFacts]:
    # What is kept never pays for matplotlib.
    from chess_assets.domain.report.render import render_report  # noqa: PLC0415 - see above

    stored = games.read(COLUMNS)
    if stored is None:
        raise SourceMissing(games.schema.name, games.user)
    rows, state = stored
    try:
        report = render_report(games.user, rows, made_at)
    except Exception as error:
        raise NotComputed(PLAYER_REPORT, games.user, error) from error
    facts = ReportFacts(report_content_version(state), report.numbers, report.pictures)
    return report.html, facts


def report_content_version(games: PartitionState) -> str:
    """Return the content version of the report that is made of these `player_games`."""
    return hashlib.sha256(f"{games.content_version} {REPORT_VERSION}".encode()).hexdigest()
