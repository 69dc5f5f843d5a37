"""Where a cold run's time goes: samples of its stacks by what they are about.

`python -m benchmarks.cold_profile` prints a table. py-spy samples the whole process, threads that
wait left out; a sample belongs to the first of `_PARTS` that one of its frames belongs to.
"""

import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.compare import make_place
from benchmarks.contestants import CHESS_ASSETS, PEERS_PYTHON, environment
from benchmarks.look_alike import running_look_alike

_PLAYERS, _MONTHS = 3, 12
_SAMPLES_A_S = 200

# What a sample is about, by a part of one of its frames: function and file, as py-spy writes them.
_PARTS = {
    "Python's start, imports": ("_find_and_load (",),
    "counting for the checks": ("count_games (", "compute_and_count ("),
    "typing games": ("games_from_raw (",),
    "Parquet: encoding, decoding": ("lake/parquet_file.py", "lake/row_groups.py"),
    "raw rows: reading, merging": ("domain/raw_archives/merge.py", "domain/raw_archives/rows.py"),
    "asking chess.com, unpacking": ("domain/chess_com/",),
    "the rest of the tables: files, indexes": ("domain/lake/", "domain/raw_archives/"),
    "Dagster: its event log in SQLite": ("dagster/_core/storage/event_log/",),
    "Dagster: everything else": ("dagster/", "dagster_shared/"),
    "everything else": ("",),
}


def profile(folder: Path) -> list[str]:
    """Run a cold sync under py-spy, and return its samples: frames, and how often they were."""
    at = datetime.now(UTC)
    stacks = folder / "stacks.txt"
    with running_look_alike(at, _PLAYERS, _MONTHS) as look_alike:
        look_alike.set(at, 0)
        place = make_place(folder, look_alike.url)
        py_spy = [str(PEERS_PYTHON.with_name("py-spy")), "record", "--rate", str(_SAMPLES_A_S)]
        subprocess.run(
            [
                *(*py_spy, "--format", "raw", "--output", str(stacks), "--"),
                *CHESS_ASSETS.command(place, look_alike.players),
            ],
            env=environment(place),
            cwd=folder,
            check=True,
            capture_output=True,
        )
    return stacks.read_text().splitlines()


def table(samples: Iterable[str]) -> str:
    """Return the shares as Markdown."""
    counts: Counter[str] = Counter()
    for sample in samples:
        stack, _, count = sample.rpartition(" ")
        counts[_part_of(stack)] += int(count)
    lines = [f"| {part} | {counts[part] / counts.total():.0%} |" for part in _PARTS]
    return "\n".join(("| what | share |", "| --- | ---: |", *lines))


def _part_of(stack: str) -> str:
    return next(name for name, marks in _PARTS.items() if any(mark in stack for mark in marks))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        print(table(profile(Path(scratch))))
