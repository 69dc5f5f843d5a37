"""Months computed on a Dask cluster: bytes go out, bytes come back, and everything else stays here.

Small months share a task, and a few tasks more than there are cores are under way, so that no core
waits and no history lies in memory. Dask gives the work of a worker that died to another; what work
seems to have killed its workers is done once more by itself, since Dask blames whatever waited on
them. Which cluster it is belongs in `dask`.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from itertools import count, islice
from queue import Empty, Queue
from time import monotonic

from dask.distributed import Client, Future
from distributed.scheduler import KilledWorker

from chess_assets.domain.lake.computing import PartitionWork
from chess_assets.domain.lake.workers import NotDone, Result, WorkersGone, attempt

Task = list[PartitionWork]
Made = list[Result] | KilledWorker

_TASKS_A_CORE = 2  # one is computed, the next one waits on the worker
_LOOK_EVERY_S = 1.0
_CAUSE_LENGTH = 120


class DaskWorkers:
    """The workers behind a client.

    Args:
        client: A connected client.
        run_id: What makes the keys of the tasks this run's own: on a scheduler that others use
            too, Dask takes tasks with the same key for the same task.
        games_a_task: From how many games on months go out; smaller ones share a task.
        no_workers_timeout_s: How long to go on without a single worker.
    """

    def __init__(
        self, client: Client, run_id: str, *, games_a_task: int, no_workers_timeout_s: float
    ) -> None:
        self._client = client
        self._address = client.scheduler_info()["address"]
        self._run_id = run_id
        self._games_a_task = games_a_task
        self._no_workers_timeout_s = no_workers_timeout_s
        self._numbers = count()

    def __str__(self) -> str:
        return f"on the Dask cluster of {self._address}, {self._cores()} cores"

    def results(self, works: Iterable[PartitionWork]) -> Iterator[tuple[PartitionWork, Result]]:
        """Do the work; see `Workers`."""
        suspects = []
        for task, made in self._results(_tasks(works, self._games_a_task)):
            if isinstance(made, KilledWorker):
                suspects += task
            else:
                yield from zip(task, made, strict=True)
        for suspect in suspects:
            for _, made in self._results(iter([[suspect]])):
                yield suspect, _died(suspect, made) if isinstance(made, KilledWorker) else made[0]

    def _results(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Made]]:
        under_way: dict[Future[list[Result]], Task] = {}
        finished: Queue[Future[list[Result]]] = Queue()
        look_at = alone_since = monotonic()
        cores = 0
        while True:
            if monotonic() >= look_at:  # again and again: workers come and go
                cores = self._cores()
                look_at = monotonic() + _LOOK_EVERY_S
            alone_since = monotonic() if cores else alone_since
            self._check_patience(alone_since)
            for task in islice(tasks, max(0, max(1, _TASKS_A_CORE * cores) - len(under_way))):
                future = self._client.submit(_attempt_all, task, key=self._key(task))
                under_way[future] = task
                future.add_done_callback(finished.put)
            if not under_way:
                return
            try:
                future = finished.get(timeout=_LOOK_EVERY_S)
            except Empty:
                continue
            task = under_way.pop(future)
            yield task, self._made(task, future)

    def _cores(self) -> int:
        """Return how many threads the workers have now.

        Raises:
            WorkersGone: when there is no scheduler to say it.
        """
        self._check_connected()
        try:
            threads: dict[str, int] = self._client.nthreads()
        except OSError as error:
            raise self._gone() from error
        return sum(threads.values())

    def _key(self, task: Task) -> str:
        first = task[0]
        number = next(self._numbers)
        return f"{first.schema.name}-{self._run_id}/{first.partition.folder}{number}"

    def _check_patience(self, alone_since: float) -> None:
        if monotonic() - alone_since > self._no_workers_timeout_s:
            raise WorkersGone(
                f"The Dask scheduler at {self._address} has had no worker for "
                f"{self._no_workers_timeout_s:.0f} s: start some that have the same packages as "
                "here (their logs say what ended those that had not), and run the same again."
            )

    def _made(self, task: Task, future: "Future[list[Result]]") -> Made:
        if future.cancelled():
            raise self._gone()
        try:
            return future.result()
        except KilledWorker as error:
            return error
        except (OSError, CancelledError) as error:  # the work's own are results: this is the way
            raise self._gone() from error
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the cluster
            self._check_connected()
            return [self._not_done(work, error) for work in task]

    def _not_done(self, work: PartitionWork, error: Exception) -> NotDone:
        cause = " ".join(f"{type(error).__name__}: {error}".split())[:_CAUSE_LENGTH]
        return NotDone(
            f"{work.partition}: the Dask cluster of {self._address} could not do the work "
            f"({cause}). Its scheduler and its workers need the same packages as here."
        )

    def _check_connected(self) -> None:
        if self._client.status != "running":
            raise self._gone()

    def _gone(self) -> WorkersGone:
        return WorkersGone(
            f"The Dask scheduler at {self._address} is gone. What was computed before is stored; "
            "start it and run the same again: only the rest is computed."
        )


def _tasks(works: Iterable[PartitionWork], games_a_task: int) -> Iterator[Task]:
    """Yield the months in tasks that are large enough for what Dask adds not to count."""
    task: Task = []
    for work in works:
        task.append(work)
        if sum(each.source_state.rows for each in task) >= games_a_task:
            yield task
            task = []
    if task:
        yield task


def _attempt_all(task: Task) -> list[Result]:
    return list(map(attempt, task))


def _died(work: PartitionWork, error: KilledWorker) -> NotDone:
    return NotDone(
        f"{work.partition}: {error.allowed_failures + 1} workers died one after the "
        "other while computing it, out of memory perhaps; their logs say more."
    )
