"""How this project's cost grows: with players, with months, and what of it is Dagster's own.

Cold and warm runs of the command line; and runs of assets that do nothing over the same partitions.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import click

from benchmarks.compare import RESULTS, make_place
from benchmarks.contestants import CHESS_ASSETS, Place, environment
from benchmarks.histories import last_months
from benchmarks.look_alike import LookAlike, running_look_alike
from benchmarks.measure import Measurement, measure
from chess_assets.domain.months import FIRST_MONTH, Month

_PLAYERS = (1, 3, 10)
_MONTHS = (12, 24, 240)
_YEAR = 12
_REPEATS = 3


@dataclass(frozen=True)
class Growth:
    """What one run cost.

    Attributes:
        what: `start` for a command that only opens everything, `cold` and `warm` for `sync`,
            `empty` for assets that do nothing.
        players: For how many players.
        months: For how many months each.
        requests: What was asked of the look-alike.
        stored_bytes: The lake's size after it.
        measurement: What it cost.
    """

    what: str
    players: int
    months: int
    requests: int
    stored_bytes: int
    measurement: Measurement


def by_players() -> Iterator[Growth]:
    """Measure more and more players with a year each, and the same of nothing."""
    at = datetime.now(UTC)
    with running_look_alike(at, max(_PLAYERS), _YEAR) as look_alike:
        for players in _PLAYERS:
            names = look_alike.players[:players]
            yield from _cold_and_warm(look_alike, at, names, _YEAR)
            yield from _empty(players, _YEAR)


def by_months() -> Iterator[Growth]:
    """Measure more and more months of one player, and the same of nothing."""
    at = datetime.now(UTC)
    longest = min(max(_MONTHS), _months_since_first(at))
    with running_look_alike(at, 1, longest) as look_alike:
        for months in (min(months, longest) for months in _MONTHS):
            yield from _cold_and_warm(look_alike, at, look_alike.players, months)
            yield from _empty(1, months)


def _cold_and_warm(
    look_alike: LookAlike, at: datetime, names: list[str], months: int
) -> Iterator[Growth]:
    first = last_months(months, Month.of(at))[0]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        place = make_place(Path(folder), look_alike.url)
        command = [*CHESS_ASSETS.command(place, names), "--from", str(first)]
        for number in range(1 + _REPEATS):
            look_alike.set(at, 0)
            measurement = _measured(command, place)
            yield Growth(
                "warm" if number else "cold",
                len(names),
                months,
                look_alike.traffic().requests,
                sum(path.stat().st_size for path in place.out.rglob("*") if path.is_file()),
                measurement,
            )


def start_up() -> Iterator[Growth]:
    """Measure a command that opens lake and instance and finds nothing."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        place = make_place(Path(folder), "http://127.0.0.1:9")
        command = [CHESS_ASSETS.command(place, [])[0], "players", "list"]
        for _ in range(_REPEATS):
            yield Growth("start", 0, 0, 0, 0, _measured(command, place))


def _empty(players: int, months: int) -> Iterator[Growth]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        place = make_place(Path(folder), "http://127.0.0.1:9")
        command = [sys.executable, "-m", "benchmarks.empty_run", str(players), str(months)]
        for _ in range(_REPEATS):
            yield Growth("empty", players, months, 0, 0, _measured(command, place))


def _measured(command: list[str], place: Place) -> Measurement:
    return measure(command, environment(place), place.folder, place.folder / "run.log")


def _months_since_first(at: datetime) -> int:
    now = Month.of(at)
    return 12 * (now.year - FIRST_MONTH.year) + now.month - FIRST_MONTH.month + 1


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=RESULTS / "growth.json")
def main(out: Path) -> None:
    """Measure the growth and keep the figures."""
    results = []
    for growth in chain(start_up(), by_players(), by_months()):
        results.append(asdict(growth))
        cost = growth.measurement
        click.echo(
            f"{growth.what:5} {growth.players:2} players × {growth.months:3} months  "
            f"{cost.wall_s:6.1f} s  {cost.cpu_s:6.2f} CPU s  {cost.peak_mib:5.0f} MiB  "
            f"{growth.requests} requests"
        )
    out.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
