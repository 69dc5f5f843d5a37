"""CPU time of several ways to do the same, taking turns so that the machine is alike for all."""

import time
from collections.abc import Callable, Mapping
from statistics import median

import pyarrow as pa

Ways = Mapping[str, Callable[[pa.Table], object]]


def cpu_s(ways: Ways, months: list[pa.Table], repeats: int) -> dict[str, float]:
    """Return the CPU seconds of all months by way: the sum of each month's median."""
    total = dict.fromkeys(ways, 0.0)
    for month in months:
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(repeats):
            for name, way in ways.items():
                started = time.process_time()
                way(month)
                times[name].append(time.process_time() - started)
        for name in ways:
            total[name] += median(times[name])
    return total
