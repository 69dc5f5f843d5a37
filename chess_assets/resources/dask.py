"""Where months are computed that take a rules engine: here, on this machine's cores, or a cluster.

Dask is loaded when a cluster is wanted and not before, which saves half a second of CPU, and
dagster-dask, another one and a half, when it is one of its types.
"""

import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

from dagster import ConfigurableResource
from pydantic import Field

from chess_assets.domain.lake.workers import InProcessWorkers, Workers, WorkersGone
from chess_assets.settings import read_settings


class DaskResource(ConfigurableResource[Workers]):
    """Workers for months: a cluster of one's own, a running scheduler, this machine's cores."""

    scheduler_address: str | None = Field(
        default=None,
        description="A running scheduler, tcp://host:8786; unset: DASK_SCHEDULER_ADDRESS.",
    )
    cluster: dict[str, Any] = Field(
        default={},
        description=(
            "A cluster to start for each run instead: one of dagster-dask's types (local, ssh, "
            "slurm, kube, fargate…) and its options, as {'slurm': {'cores': 8, …}}."
        ),
    )
    local_from_games: int = Field(
        default=10_000,
        ge=0,
        description=(
            "Without a scheduler or cluster: from how many games on processes are started, one a "
            "core. Starting them takes some seconds, as long as computing half of that."
        ),
    )
    games_a_task: int = Field(
        default=200,
        gt=0,
        description="On a cluster, months of fewer games share a task, which costs some 5 ms.",
    )
    connect_timeout_s: float = Field(
        default=30, gt=0, description="How long to try to reach the scheduler."
    )
    no_workers_timeout_s: float = Field(
        default=120, gt=0, description="How long to go on when a cluster has no worker at all."
    )

    @contextmanager
    def workers(self, run_id: str, partitions: int, rows: int) -> Generator[Workers]:
        """Give workers for what is due; what was started for them is ended with the block.

        Args:
            run_id: The Dagster run.
            partitions: How many partitions are due.
            rows: How many rows they follow from.

        Raises:
            WorkersGone: when the scheduler cannot be reached, or the cluster not started.
        """
        address = self.scheduler_address or read_settings().dask_scheduler_address
        if self.cluster:
            with self._on_own(_cluster(self.cluster), run_id) as workers:
                yield workers
        elif address:
            with self._on(address, run_id) as workers:
                yield workers
        elif rows >= self.local_from_games and (cores := _cores()) > 1:
            with self._on_own(_local(min(cores, partitions)), run_id) as workers:
                yield workers
        else:
            yield InProcessWorkers()

    @contextmanager
    def _on_own(self, start: Callable[[], Any], run_id: str) -> Generator[Workers]:
        """Start a cluster; it ends with the block."""
        with ExitStack() as opened:
            with _other_program():
                cluster = opened.enter_context(start())
            yield opened.enter_context(self._on(cluster, run_id))

    @contextmanager
    def _on(self, cluster: Any, run_id: str) -> Generator[Workers]:
        """Connect to a scheduler by its address, or to a cluster that was started here."""
        from dask.distributed import Client  # noqa: PLC0415 - loads only here

        from chess_assets.resources.dask_workers import DaskWorkers  # noqa: PLC0415 - as above

        try:
            client = Client(
                cluster,
                timeout=self.connect_timeout_s,
                set_as_default=False,
                name=f"chess_assets-{run_id[:8]}",
            )
        except (OSError, ValueError) as error:
            raise WorkersGone(
                f"There is no Dask scheduler at {cluster}: start it, or correct "
                "DASK_SCHEDULER_ADDRESS; without one, this machine's cores are used."
            ) from error
        with client:
            yield DaskWorkers(
                client,
                run_id,
                games_a_task=self.games_a_task,
                no_workers_timeout_s=self.no_workers_timeout_s,
            )


def _cores() -> int:
    from dask.system import CPU_COUNT  # noqa: PLC0415 - loads only here

    return int(CPU_COUNT)


def _local(processes: int) -> Callable[[], Any]:
    """Return what starts so many processes on this machine; dagster-dask's table is not needed."""
    from dask.distributed import LocalCluster  # noqa: PLC0415 - loads only here

    # Any free port: another cluster on this machine may have Dask's own.
    http = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
    return partial(LocalCluster, n_workers=processes, threads_per_worker=1, scheduler_kwargs=http)


def _cluster(config: dict[str, Any]) -> Callable[[], Any]:
    """Return what starts a cluster of one of dagster-dask's types."""
    from dagster_dask.resources import DaskClusterTypes  # noqa: PLC0415 - loads only here

    ((kind, options),) = config.items()
    if kind not in DaskClusterTypes:
        raise WorkersGone(f"{kind} is no cluster type: {', '.join(sorted(DaskClusterTypes))}.")
    module = DaskClusterTypes[kind]["module"]
    try:
        cluster_class = getattr(import_module(module), DaskClusterTypes[kind]["class"])
    except ImportError as error:
        raise WorkersGone(f"A cluster of type {kind} needs {module}: install it.") from error
    return partial(cluster_class, **options)


@contextmanager
def _other_program() -> Generator[None]:
    """Let processes that are spawned meanwhile know nothing of this one's program.

    Python lets a spawned process load its parent's program first: here all of Dagster, which
    costs each worker three seconds of CPU, and which no worker needs.
    """
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program
