"""A player's own files as checks see them: their footers and the page's own words, no rows."""

from chess_assets.domain.checks.check import Stored
from chess_assets.domain.lake.computing import content_version_of
from chess_assets.domain.lake.partition_file import PartitionState, player_file
from chess_assets.domain.lake.paths import report_path
from chess_assets.domain.report import REPORT_VERSION
from chess_assets.domain.report.facts import ReportFacts, facts_of
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import PLAYER_GAMES
from chess_assets.domain.store import Store


def stored_file(store: Store, schema: TableSchema, user: str) -> list[Stored]:
    """Return what is known of a player's file of a table; nothing where there is none.

    Raises:
        UnreadableFile: when what is stored is no Parquet file.
    """
    state = player_file(store, schema, user).state()
    return [] if state is None else [Stored(user, state.rows, state.facts)]


def stored_report(store: Store, user: str) -> list[Stored]:
    """Return what is known of a player's page; nothing where there is none of ours.

    Raises:
        UnreadableFile: when the player's `player_games` is no Parquet file.
    """
    page = store.get(report_path(user))
    facts = facts_of(page.body.decode(errors="replace")) if page is not None else None
    if facts is None:
        return []
    return [report_as_stored(user, facts, player_file(store, PLAYER_GAMES, user).state())]


def report_as_stored(user: str, facts: ReportFacts, games: PartitionState | None) -> Stored:
    """Return what checks know of a page: the games it counts, and what `player_games` says.

    A page that is not made of the `player_games` stored now has nothing to be compared with.
    """
    if games is None or facts.content_version != content_version_of(games, REPORT_VERSION):
        return Stored(user, facts.games, {})
    return Stored(user, facts.games, games.facts, source_rows=games.rows)
