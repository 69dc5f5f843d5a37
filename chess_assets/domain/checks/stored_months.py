"""A player's months of a table as checks see them: from the partition index, no file is read."""

from chess_assets.domain.checks.check import Stored
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month


def stored_months(table: PlayerTable, source: PlayerTable | None = None) -> list[Stored]:
    """Return what is known of every month that is stored, ascending.

    Args:
        table: The table.
        source: What it follows from, month by month; None where it follows from nothing.
    """
    return [
        Stored(
            user=table.user,
            rows=state.rows,
            facts=state.facts,
            month=month,
            source_rows=_source_rows(source, month, state.facts.get("source_content_version")),
        )
        for month, state in sorted(table.states().items())
    ]


def _source_rows(source: PlayerTable | None, month: Month, made_of: str | None) -> int | None:
    upstream = source.states().get(month) if source is not None else None
    is_made_of_it = upstream is not None and upstream.content_version == made_of
    return upstream.rows if upstream is not None and is_made_of_it else None
