"""What a Dask cluster adds to computing positions: `python -m benchmarks.workers [COPIES]`.

The corpus' months, of COPIES (4) players, become `positions` in this process, then on a
running scheduler with one worker and with two. Wall time is of the whole backlog, files stored
included, with the workers warm; CPU time is of every process that takes part.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from benchmarks.compare import CORPUS
from benchmarks.parsing import months_of, raw_table
from chess_assets.domain.games.parsed_games import parse_games
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.outcomes import Done, PartitionOutcome
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partitioned_table import StoredPartitions, WorkersFor
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.lake.workers import InProcessWorkers, Workers
from chess_assets.domain.months import Month
from chess_assets.domain.positions import GAMES_COLUMNS, POSITIONS_VERSION, positions_from_games
from chess_assets.domain.schemas.tables import GAMES, POSITIONS
from chess_assets.domain.store import FolderStore
from chess_assets.resources.dask import DaskResource

DASK = Path(sys.executable).with_name("dask")
_TICKS_A_SECOND = 100


@dataclass(frozen=True)
class Cost:
    """What a backlog cost.

    Attributes:
        wall_s: From the first month read to the last one stored.
        cpu_s: User and system time of this process and the cluster's meanwhile.
        here_s: This process' part of it.
        plies: Positions stored.
    """

    wall_s: float
    cpu_s: float
    here_s: float
    plies: int


def store_games(folder: Path, copies: int) -> None:
    """Store the corpus' games as so many players'."""
    store = FolderStore(folder)
    for number, games in enumerate(months_of(CORPUS)):
        table = parse_games(raw_table(games), replayed_share=0).table
        for copy in range(copies):
            month = Month.parse(f"{2010 + number // 12}-{number % 12 + 1:02}")
            target = PlayerTable(store, GAMES, f"player{copy}")
            target.write(month, table, {"content_version": str(number)}, replacing=None)


def compute_positions(folder: Path, copies: int, workers: Workers) -> list[PartitionOutcome]:
    """Compute the positions of every month, as the asset does."""
    store = FolderStore(folder)
    games, positions = LakeTable(store, GAMES), LakeTable(store, POSITIONS)
    due = [
        Partition.of_player(user, month)
        for user in (f"player{copy}" for copy in range(copies))
        for month in sorted(games.months_of(user).states())
    ]
    source = StoredPartitions(games, {str(each): each for each in due}, GAMES_COLUMNS)
    table = source.map(positions_from_games, workers=_opened(workers))
    return list(table.updates(positions, due, POSITIONS_VERSION))


def _opened(workers: Workers) -> WorkersFor:
    """Return what gives workers that were connected to before the clock started."""

    def open_again(_partitions: int, _rows: int) -> AbstractContextManager[Workers]:
        return nullcontext(workers)

    return open_again


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[int]]]:
    """Run a scheduler and workers of one thread each; give its address and their pids."""
    place = folder / "scheduler.json"
    place.unlink(missing_ok=True)
    shared = ["--no-dashboard", "--scheduler-file", str(place)]
    with ExitStack() as opened:
        started = []
        for command in (
            ["scheduler", "--host", "127.0.0.1", "--port", "0"],
            *[["worker", "--nthreads", "1", "--no-nanny"]] * workers,
        ):
            process = subprocess.Popen(
                [DASK, *command, *shared],
                env={**os.environ, "OMP_NUM_THREADS": "1"},  # as a nanny does
                stderr=subprocess.DEVNULL,
            )
            opened.callback(process.wait)
            opened.callback(process.terminate)
            started.append(process.pid)
            while not place.exists():
                time.sleep(0.1)
        time.sleep(0.5)
        yield place.read_text().split('"address": "')[1].partition('"')[0], started


def cpu_s(pids: list[int]) -> float:
    """Return the CPU seconds of processes so far."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / _TICKS_A_SECOND


def cost(folder: Path, copies: int, workers: int) -> Cost:
    """Compute every month, on so many workers (0: here), after a first round that warms them."""
    with ExitStack() as opened:
        address, pids = opened.enter_context(cluster(folder, workers)) if workers else (None, [])
        dask = DaskResource(scheduler_address=address)
        for is_warm in (False, True):
            lake = folder / f"lake-{workers}-{is_warm}"
            connection = dask.workers(f"benchmark-{is_warm}", 0, 0) if workers else None
            given = opened.enter_context(connection) if connection else InProcessWorkers()
            cluster_s, here_s, start = cpu_s(pids), time.process_time(), time.monotonic()
            done = [each.outcome for each in compute_positions(lake, copies, given)]
            wall_s = time.monotonic() - start
            here_s = time.process_time() - here_s
            plies = sum(each.state.rows for each in done if isinstance(each, Done))
        return Cost(wall_s, here_s + cpu_s(pids) - cluster_s, here_s, plies)


def main() -> None:
    """Print the table."""
    copies = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    print("| | plies/s | wall s | CPU s | of it here | CPU µs a ply |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for workers in (0, 1, 2):
            for is_warm in (False, True):
                store_games(folder / f"lake-{workers}-{is_warm}", copies)
            spent = cost(folder, copies, workers)
            name = f"{workers} on Dask" if workers else "this process"
            print(
                f"| {name} | {spent.plies / spent.wall_s:,.0f} | {spent.wall_s:.1f} | "
                f"{spent.cpu_s:.1f} | {spent.here_s:.1f} | {1e6 * spent.cpu_s / spent.plies:.1f} |",
                flush=True,
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPeak memory of this process: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
