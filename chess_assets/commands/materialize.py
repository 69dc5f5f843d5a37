"""A Dagster run in this process, with the command's own lake, clock and chess.com."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from dagster import (
    AssetKey,
    DagsterExecutionInterruptedError,
    DagsterUserCodeExecutionError,
)

from chess_assets.commands.workplace import Workplace
from chess_assets.definitions import build_defs
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.partitions import RANGE_END, RANGE_START
from chess_assets.resources.progress import Progress
from chess_assets.run_processes import locked_run


def materialize(
    workplace: Workplace,
    assets: Sequence[AssetKey],
    first_key: str,
    last_key: str,
    *,
    progress: Progress | None = None,
    ops: Mapping[str, Any] | None = None,
) -> None:
    """Materialize a range of partitions of assets in one run, recorded as any run is.

    Args:
        workplace: What the run works with.
        assets: The assets; all of them have these partitions.
        first_key: The first partition's key.
        last_key: The last partition's key.
        progress: Who is told of each month.
        ops: Run config by step.

    Raises:
        KeyboardInterrupt: when the run was interrupted.
        Failure: when partitions failed; the others landed.
        Exception: what else went wrong, as it was raised.
    """
    job = build_defs(
        {
            "lake": ParquetIOManager(workplace.lake, progress=progress),
            "chess_com": workplace.chess_com,
            "freshness": workplace.freshness,
            "clock": workplace.clock,
        }
    ).resolve_implicit_job_def_def_for_assets(assets)
    if job is None:
        raise ValueError(f"{assets} have no partitions in common.")
    run_id = str(uuid4())
    try:
        with locked_run(workplace.instance, run_id):
            job.execute_in_process(
                instance=workplace.instance,
                asset_selection=list(assets),
                tags={RANGE_START: first_key, RANGE_END: last_key},
                run_id=run_id,
                run_config={
                    "ops": dict(ops or {}),
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
            )
    except DagsterExecutionInterruptedError as error:
        raise KeyboardInterrupt from error
    except DagsterUserCodeExecutionError as error:
        raise error.user_exception from error
