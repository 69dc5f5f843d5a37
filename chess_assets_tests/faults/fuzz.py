"""The long search for a life of a lake, or a month of games, that breaks something: `make fuzz`.

It goes on where it last ended (`.hypothesis/fuzz.json`), so that an evening's minutes add up. Every
batch has a seed of its own: what it finds, the same seed finds again.
"""

import json
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import click
import pyarrow as pa
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from chess_assets.domain.store import FolderStore
from chess_assets_tests.domain.store.racing import count_up_together
from chess_assets_tests.faults.hostile_month import check_hostile_month
from chess_assets_tests.faults.lake_life import MEMORY, STEPS
from chess_assets_tests.faults.test_lake_life import ShortLakeLife

_HISTORIES_A_BATCH = 200
_MONTHS_A_BATCH = 20
_GAMES_A_MONTH = 100
_SETTINGS = settings(
    max_examples=_HISTORIES_A_BATCH,
    stateful_step_count=STEPS,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


@dataclass
class Tried:
    """What has been tried so far, over all runs."""

    batches: int = 0
    histories: int = 0
    months: int = 0
    games: int = 0
    seconds: float = 0

    @classmethod
    def before(cls, path: Path) -> "Tried":
        """Return what earlier runs have tried."""
        return cls(**json.loads(path.read_text())) if path.is_file() else cls()

    def save(self, path: Path) -> None:
        """Leave it to the next run."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")

    def __str__(self) -> str:
        return (
            f"{self.histories:,} histories and {self.games:,} hostile games "
            f"in {self.months:,} months, in {self.seconds / 60:.0f} minutes"
        )


@click.command()
@click.option("--minutes", default=10.0, help="How long this run may take.")
@click.option("--histories", default=10_000, help="How many histories are enough.")
@click.option("--games", default=100_000, help="How many hostile games are enough.")
@click.option("--state", default=".hypothesis/fuzz.json", type=click.Path(path_type=Path))
def main(minutes: float, histories: int, games: int, state: Path) -> None:
    """Search until the time is over or enough has been tried."""
    pa.set_cpu_count(1)  # tables of three rows are not worth a thread
    _race()
    tried, ends = Tried.before(state), time.monotonic() + 60 * minutes
    while time.monotonic() < ends and (tried.histories < histories or tried.games < games):
        started = time.monotonic()
        tried.batches += 1
        click.echo(f"batch {tried.batches}: {tried}")
        if tried.histories < histories:
            tried.histories += _lives(tried.batches)
        if tried.games < games:
            tried.games += _months(tried.batches)
            tried.months += _MONTHS_A_BATCH
        tried.seconds += time.monotonic() - started
        tried.save(state)
    click.echo(f"Nothing was lost in {tried}.")


def _race() -> None:
    """Let 16 writers at one object count it up a hundred times each."""
    with tempfile.TemporaryDirectory() as folder:
        counted = count_up_together(FolderStore(Path(folder)), "count", writers=16, rounds=100)
    click.echo(f"16 writers counted to {counted:,}.")
    assert counted == 1_600


def _lives(number: int) -> int:
    """Try a batch of histories; return how many there were."""

    @seed(number)
    class Counted(ShortLakeLife):
        lives = 0

        def teardown(self) -> None:
            Counted.lives += 1
            super().teardown()

    run_state_machine_as_test(Counted, settings=_SETTINGS)
    return Counted.lives


def _months(number: int) -> int:
    """Try a batch of hostile months; return how many games they had."""
    games = 0
    for each in range(_MONTHS_A_BATCH):
        folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        rng = Random(1_000_000 * number + each)
        try:
            check_hostile_month(rng, FolderStore(folder), _GAMES_A_MONTH)
        except BaseException:
            click.echo(f"The month of seed {1_000_000 * number + each} broke it.", err=True)
            raise
        finally:
            shutil.rmtree(folder)
        games += _GAMES_A_MONTH
    return games


if __name__ == "__main__":
    main()
