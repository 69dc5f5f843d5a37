"""The comparison: every contestant cold, warm and late, side by side on one look-alike.

Cold: nothing is stored. Warm: the same again at once. Late: hours later the open month has grown.
"""

import json
import shutil
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import click

from benchmarks.contestants import (
    CONTESTANTS,
    LATE_HOURS,
    PEERS_PYTHON,
    ROOT,
    Contestant,
    Place,
    environment,
)
from benchmarks.look_alike import LookAlike, Traffic, running_look_alike
from benchmarks.measure import Measurement, measure
from benchmarks.prefect_server import running_prefect_server
from benchmarks.stored import Stored, stored

CORPUS = ROOT.parent / "shared" / "corpus" / "hikaru"
RESULTS = ROOT / "benchmarks" / "results"
DATA = ("made", "corpus")
RUNS = ("cold", "warm", "late")


@dataclass(frozen=True)
class Scenario:
    """One run of one contestant.

    Attributes:
        data: `made`, or `corpus` for recorded months.
        latency_ms: What every answer takes.
        run: `cold`, `warm` or `late`.
    """

    data: str
    latency_ms: int
    run: str


@dataclass(frozen=True)
class Result:
    """What a run of a contestant cost and left."""

    contestant: str
    scenario: Scenario
    measurement: Measurement
    traffic: Traffic
    stored: Stored


def compare(
    contestants: Sequence[Contestant],
    look_alike: LookAlike,
    at: datetime,
    data: str,
    latency_ms: int,
    runs: Sequence[str],
) -> Iterator[Result]:
    """Run every contestant, each in a new folder, and yield what every run cost and left."""
    for contestant in contestants:
        with tempfile.TemporaryDirectory(prefix="benchmark-", ignore_cleanup_errors=True) as folder:
            place = make_place(Path(folder), look_alike.url)
            with _environment(contestant, place) as env:
                for run in runs:
                    scenario = Scenario(data, latency_ms, run)
                    yield _run(contestant, look_alike, place, env, scenario, at)


@contextmanager
def _environment(contestant: Contestant, place: Place) -> Generator[dict[str, str]]:
    env = environment(place)
    if not contestant.is_prefect:
        yield env
        return
    with running_prefect_server(PEERS_PYTHON, env, place.folder / "server.log") as with_server:
        yield with_server


def make_place(folder: Path, api_url: str) -> Place:
    """Return a contestant's folder with this project's Dagster instance file in it."""
    shutil.copy(ROOT / "dagster.yaml", folder)
    return Place(folder, api_url)


def _run(
    contestant: Contestant,
    look_alike: LookAlike,
    place: Place,
    env: dict[str, str],
    scenario: Scenario,
    at: datetime,
) -> Result:
    is_late = scenario.run == "late"
    look_alike.set(at + timedelta(hours=LATE_HOURS) if is_late else at, scenario.latency_ms / 1000)
    command = contestant.late_command if is_late else contestant.command
    measurement = measure(
        command(place, look_alike.players),
        env,
        place.folder,
        place.folder / f"{scenario.run}.log",
    )
    traffic = look_alike.traffic()
    truth = look_alike.plies_by_game()
    return Result(contestant.name, scenario, measurement, traffic, stored(contestant, place, truth))


def _made_results(
    contestants: Sequence[Contestant], players: int, months: int, latencies_ms: Sequence[int]
) -> Iterator[Result]:
    at = datetime.now(UTC)
    with running_look_alike(at, players, months) as look_alike:
        for latency_ms in latencies_ms:
            runs = RUNS[:2] if latency_ms else RUNS  # a late run is late at any latency
            yield from compare(contestants, look_alike, at, "made", latency_ms, runs)


def _corpus_results(contestants: Sequence[Contestant]) -> Iterator[Result]:
    if CORPUS.is_dir():
        at = datetime.now(UTC)
        with running_look_alike(at, corpus=CORPUS) as look_alike:
            yield from compare(contestants, look_alike, at, "corpus", 0, RUNS[:1])


def _keep(out: Path, result: Result) -> None:
    """Write a result among the earlier ones, in place of the one of the same run."""
    everything = (
        {_place(each): each for each in json.loads(out.read_text())} if out.exists() else {}
    )
    newest = asdict(result)
    everything[_place(newest)] = newest
    out.write_text(json.dumps([everything[place] for place in sorted(everything)], indent=1))


def _place(result: dict[str, Any]) -> tuple[int, int, int, int]:
    """Return where a result belongs: by data, latency, run and contestant."""
    scenario = result["scenario"]
    contestants = [contestant.name for contestant in CONTESTANTS]
    return (
        DATA.index(scenario["data"]),
        scenario["latency_ms"],
        RUNS.index(scenario["run"]),
        contestants.index(result["contestant"]),
    )


@click.command()
@click.option("--players", default=3, show_default=True)
@click.option("--months", default=12, show_default=True)
@click.option("--latency-ms", "latencies_ms", multiple=True, default=(0, 150), show_default=True)
@click.option("--only", multiple=True, type=click.Choice([each.name for each in CONTESTANTS]))
@click.option("--data", multiple=True, type=click.Choice(DATA), default=DATA, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=RESULTS / "compare.json")
def main(
    *,
    players: int,
    months: int,
    latencies_ms: tuple[int, ...],
    only: tuple[str, ...],
    data: tuple[str, ...],
    out: Path,
) -> None:
    """Run the comparison, or part of it, and keep its figures."""
    contestants = [each for each in CONTESTANTS if not only or each.name in only]
    made = _made_results(contestants, players, months, latencies_ms) if "made" in data else ()
    corpus = _corpus_results(contestants) if "corpus" in data else ()
    for result in chain(made, corpus):
        _keep(out, result)
        measured, scenario, left = result.measurement, result.scenario, result.stored
        click.echo(
            f"{scenario.data:6} {scenario.latency_ms:3} ms {scenario.run:4} {result.contestant:16} "
            f"{measured.wall_s:6.1f} s  {measured.cpu_s:6.1f} CPU s  {measured.peak_mib:5.0f} MiB  "
            f"{result.traffic.requests:3} requests  {left.rows:6} rows  {left.lost} lost  "
            f"{left.doubled} doubled"
        )


if __name__ == "__main__":
    main()
