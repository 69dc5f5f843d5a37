"""A year of months that are due in a table that follows another, and what became of them."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from chess_assets.domain.lake.backlog import Backlog
from chess_assets.domain.lake.derived_table import Computation, DerivedTable

from chess_assets.domain.lake.outcomes import Done, Failed, TableOutcome
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.columns import column
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets.domain.store import FolderStore
from chess_assets_tests.domain.raw_rows import raw_row, raw_table

USER = "hikaru"
MONTHS = [Month(2022, month) for month in range(1, 13)]
IDS = TableSchema("ids", pa.schema([column("game_id", pa.string(), "The key.")]))
ALL_COMPUTED = {str(month): "computed" for month in MONTHS}


def backlog(
    folder: Path, compute: Callable[[pa.Table], pa.Table], odd_month: str | None = None
) -> Backlog:
    """Return a year of months that are due; June holds the odd game."""
    store = FolderStore(folder)
    source, target = (PlayerTable(store, schema, USER) for schema in (RAW, IDS))
    for month in MONTHS:
        ids = [odd_month] if odd_month and month == Month(2022, 6) else [f"{month}-1", f"{month}-2"]
        rows = raw_table(*map(raw_row, ids))
        source.write(month, rows, {"content_version": str(month)}, replacing=None)
    due = Backlog()
    due.add(DerivedTable(source, target, Computation("1", compute)), MONTHS)
    return due


def by_month(outcomes: list[TableOutcome]) -> dict[str, str]:
    """Return each month's action, or why it failed; no month comes twice."""
    told = {str(each.month): _told(each.outcome) for each in outcomes}
    assert len(told) == len(outcomes)
    return told


def _told(outcome: Done | Failed) -> str:
    return outcome.action.value if isinstance(outcome, Done) else str(outcome.error)
