"""What Dagster itself costs: two assets that do nothing, over a player's months, in one run.

`python -m benchmarks.empty_run MONTHS`, in a folder with a dagster.yaml. The same partitions,
executor and instance as this project's; each asset reports each partition, without metadata.
"""

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
from chess_assets.domain.months import Month
from chess_assets.partitions import USERS, months_by_user, partition_key

_USER = "nobody"


@multi_asset(
    specs=[AssetSpec("first"), AssetSpec("second", deps=["first"])],
    partitions_def=months_by_user,
    backfill_policy=BackfillPolicy.single_run(),
)
def nothing(context: AssetExecutionContext) -> Iterator[MaterializeResult[None]]:
    """Report every partition of both assets."""
    for asset_key in sorted(context.selected_asset_keys):
        yield MaterializeResult(asset_key=asset_key)


def main(months: int) -> None:
    """Materialize the last months of a player."""
    first, *_, last = last_months(months, Month.of(datetime.now(UTC)))
    defs = Definitions(assets=[nothing], executor=in_process_executor)
    with DagsterInstance.from_config(str(Path.cwd())) as instance:
        instance.add_dynamic_partitions(USERS, [_USER])
        defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance,
            tags={
                "dagster/asset_partition_range_start": partition_key(_USER, first),
                "dagster/asset_partition_range_end": partition_key(_USER, last),
            },
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
