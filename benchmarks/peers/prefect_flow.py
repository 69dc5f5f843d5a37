"""The plain script as a Prefect flow: a task a month, cached by the hash of its inputs.

The first argument is the task runner: `threads` or `dask`.
"""

import sys
from pathlib import Path
from typing import Any

from months import archives, save_month
from prefect import flow, task
from prefect.cache_policies import INPUTS
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect_dask import DaskTaskRunner

_WORKERS = 2


@task(cache_policy=INPUTS, persist_result=True, retries=2)
def month(url: str, player: str, out: Path) -> str:
    """Save a month; the same inputs are not computed again."""
    return save_month(url, player, out)


@flow
def history(api: str, out: Path, players: list[str]) -> list[str]:
    """Save every month of every player."""
    futures = [
        month.submit(url, player, out) for player in players for url in archives(api, player)
    ]
    return [future.result() for future in futures]


def _runner(kind: str) -> TaskRunner[Any]:
    if kind == "threads":
        return ThreadPoolTaskRunner(max_workers=_WORKERS)
    return DaskTaskRunner(
        cluster_kwargs={
            "n_workers": _WORKERS,
            "threads_per_worker": 1,
            "dashboard_address": None,
            "host": "127.0.0.1",
        }
    )


if __name__ == "__main__":
    kind, api, folder, *players = sys.argv[1:]
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    print(history.with_options(task_runner=_runner(kind))(api, out, players))
