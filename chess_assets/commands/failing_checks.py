"""What the checks complain of, asked of the lake: for commands, which have no check page."""

from collections.abc import Iterator

from chess_assets.domain.checks.check import Severity, Verdict, verdict
from chess_assets.domain.checks.every_check import CHECKS
from chess_assets.domain.checks.stored_months import stored_months
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import Store


def failing_checks(raw: PlayerTable, games: PlayerTable) -> Iterator[Verdict]:
    """Yield the verdicts over a player's months that fail; no rows are read."""
    for table, partitions in ((raw, stored_months(raw)), (games, stored_months(games, raw))):
        for check in CHECKS[table.schema.name]:
            found = verdict(check, partitions)
            if not found.is_good:
                yield found


def errors(lake: Store, user: str) -> Iterator[str]:
    """Yield what is wrong with a player's months as the checks say, in a line each; no warnings."""
    raw, games = (PlayerTable(lake, schema, user) for schema in (RAW_PGN_ARCHIVES, GAMES))
    for found in failing_checks(raw, games):
        if found.check.severity is Severity.ERROR:
            yield complaint(user, found)


def complaint(user: str, found: Verdict) -> str:
    """Return a failed verdict over a player's months in a line."""
    return f"{user}: {found.check.severity}: {found.check.name}: {found.sentence()}"
