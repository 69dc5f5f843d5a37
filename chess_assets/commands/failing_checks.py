"""What the checks complain of, asked of the lake: for commands, which have no check page."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from chess_assets.domain.checks.check import Stored, Verdict, verdict
from chess_assets.domain.checks.every_check import CHECKS
from chess_assets.domain.checks.stored_files import stored_file, stored_report
from chess_assets.domain.checks.stored_months import stored_months
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.paths import PLAYER_REPORT
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.schemas.tables import (
    GAMES,
    OPENING_REPERTOIRE,
    PLAYER_GAMES,
    RATING_HISTORY,
    RAW_PGN_ARCHIVES,
)
from chess_assets.domain.store import Store

_PLAYER_TABLES = (PLAYER_GAMES, RATING_HISTORY, OPENING_REPERTOIRE)


def failing_checks(raw: PlayerTable, games: PlayerTable) -> Iterator[Verdict]:
    """Yield the verdicts over a player's months that fail; no rows are read."""
    yield from _failing(RAW_PGN_ARCHIVES.name, stored_months(raw))
    yield from _failing(GAMES.name, stored_months(games, raw))


def failing_player_checks(lake: Store, user: str) -> Iterator[Verdict | UnreadableFile]:
    """Yield the verdicts over a player's own files that fail, and what says why a file has none.

    A file that is not stored, as of somebody who never made a report, fails nothing.
    """
    looks: dict[str, Callable[[], Sequence[Stored]]] = {
        schema.name: partial(stored_file, lake, schema, user) for schema in _PLAYER_TABLES
    }
    looks[PLAYER_REPORT] = partial(stored_report, lake, user)
    for table, look in looks.items():
        try:
            yield from _failing(table, look())
        except UnreadableFile as error:
            yield error


def month_errors(lake: Store, user: str) -> list[str]:
    """Return what is wrong with a player's months as the checks say, in a line each."""
    raw, games = (PlayerTable(lake, schema, user) for schema in (RAW_PGN_ARCHIVES, GAMES))
    return [complaint(user, each) for each in failing_checks(raw, games) if each.is_error]


def player_errors(lake: Store, user: str) -> list[str]:
    """Return what is wrong with a player's own files as the checks say, in a line each."""
    found = [each for each in failing_player_checks(lake, user) if isinstance(each, Verdict)]
    return [complaint(user, each) for each in found if each.is_error]


def complaint(user: str, found: Verdict) -> str:
    """Return a failed verdict over what is stored of a player in a line."""
    return f"{user}: {found.check.severity}: {found.check.name}: {found.sentence()}"


def _failing(table: str, partitions: Sequence[Stored]) -> Iterator[Verdict]:
    verdicts = (verdict(check, partitions) for check in CHECKS[table])
    return (found for found in verdicts if not found.is_good)
