"""What Dagster itself costs: two assets that do nothing, over players' months, a run a player.

`python -m benchmarks.empty_run PLAYERS MONTHS`, in a folder with a dagster.yaml. The same
partitions, executor and instance as this project's; each asset reports each partition, without
metadata.
"""

import gc
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from dagster import (
    AssetExecutionContext,
    AssetSpec,
    BackfillPolicy,
    DagsterInstance,
    Definitions,
    MaterializeResult,
    in_process_executor,
    multi_asset,
)

from benchmarks.histories import last_months
from chess_assets.cli import GARBAGE_FROM_OBJECTS
from chess_assets.domain.months import Month
from chess_assets.partitions import (
    RANGE_END,
    RANGE_START,
    USERS,
    months_by_user,
    partition_key,
)


@multi_asset(
    specs=[AssetSpec("first"), AssetSpec("second", deps=["first"])],
    partitions_def=months_by_user,
    backfill_policy=BackfillPolicy.single_run(),
)
def nothing(context: AssetExecutionContext) -> Iterator[MaterializeResult[None]]:
    """Report every partition of both assets."""
    for asset_key in sorted(context.selected_asset_keys):
        yield MaterializeResult(asset_key=asset_key)


def main(players: int, months: int) -> None:
    """Materialize the last months of players."""
    gc.freeze()
    gc.set_threshold(GARBAGE_FROM_OBJECTS)
    first, *_, last = last_months(months, Month.of(datetime.now(UTC)))
    users = [f"nobody{number:02}" for number in range(players)]
    defs = Definitions(assets=[nothing], executor=in_process_executor)
    with DagsterInstance.from_config(str(Path.cwd())) as instance:
        instance.add_dynamic_partitions(USERS, users)
        for user in users:
            defs.resolve_implicit_global_asset_job_def().execute_in_process(
                instance=instance,
                tags={
                    RANGE_START: partition_key(user, first),
                    RANGE_END: partition_key(user, last),
                },
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
