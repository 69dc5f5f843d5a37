"""What a step learnt of tables, saved for the next run."""

from dagster import AssetExecutionContext

from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.store import StoreError


def save_indexes(context: AssetExecutionContext, *tables: PlayerTable) -> None:
    """Save the tables' partition indexes; they are only caches: a run never fails over one."""
    for table in tables:
        try:
            table.save_index()
        except StoreError as error:
            context.log.warning("The next run has to look at every file again: %s", error)
