"""A process that is gone between any two of fetch, put and event; then a run that ends well."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path

import dagster as dg
import pytest

from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore, S3Store, S3Uri, Store
from chess_assets.partitions import USERS, partition_key
from chess_assets.sample import SampleChessCom
from chess_assets_tests.asset_keys import GAMES_KEY, RAW_KEY
from chess_assets_tests.faults.crashing_run import CRASHED, LOG, Told, line_of
from chess_assets_tests.faults.month_range import NOW
from chess_assets_tests.made_games import USER, histories_of
from chess_assets_tests.s3_server import ACCESS_KEY, REGION, SECRET_KEY, S3Server

PROJECT = Path(__file__).parents[2]
MONTH = Month(2023, 1)
ENDED = {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}
Run = Callable[[Told], int]


@pytest.fixture
def run(s3_server: S3Server) -> Iterator[Run]:
    """Runs what it is told in a process of its own, and returns its exit status."""
    aws = {
        "AWS_ENDPOINT_URL_S3": s3_server.url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "chess_assets_tests.faults.crashing_run"],
        cwd=PROJECT,
        env=os.environ | aws,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        asking, answering = process.stdin, process.stdout
        assert asking is not None
        assert answering is not None

        def told(what: Told) -> int:
            asking.write(line_of(what))
            asking.flush()
            return int(answering.readline())

        yield told
        asking.close()


@pytest.fixture
def instance_folder(tmp_path: Path) -> Path:
    """A folder with an instance in which the player is registered, to be copied."""
    folder = tmp_path / "instance"
    folder.mkdir()
    shutil.copy(PROJECT / "dagster.yaml", folder)
    with chdir(folder), dg.DagsterInstance.from_config(str(folder)) as instance:
        instance.add_dynamic_partitions(USERS, [USER])
    return folder


@pytest.mark.parametrize(
    ("kind", "before"),
    [
        ("folder", ("ask", "put", "event")),
        ("s3", ("ask", "put")),  # the events are in Dagster's own storage, wherever the lake is
    ],
)
def test_crash_at_every_boundary(
    tmp_path: Path,
    instance_folder: Path,
    s3_server: S3Server,
    s3_bucket: str,
    run: Run,
    kind: str,
    before: tuple[str, ...],
) -> None:
    """Wherever a run dies, the next fetches only what was not stored, and all is green after it."""
    with SampleChessCom(histories_of([MONTH]), now=lambda: NOW) as chess_com:

        def told(number: int, crash_at: int) -> Told:
            place = {"folder": f"{tmp_path}/lake-{number}", "s3": f"s3://{s3_bucket}/{number}"}
            folder = str(tmp_path / str(number))
            return Told(
                folder, place[kind], chess_com.url, USER, str(MONTH), NOW.isoformat(), crash_at
            )

        whole = shutil.copytree(instance_folder, tmp_path / "0")
        assert run(told(0, 0)) == 0
        boundaries = (whole / LOG).read_text().splitlines()
        assert sum(name.startswith(("ask", "put", "event")) for name in boundaries) >= 14
        for number, died_before in enumerate(boundaries, start=1):
            if not died_before.startswith(before):
                continue
            folder = shutil.copytree(instance_folder, tmp_path / str(number))
            chess_com.recording.clear()
            assert run(told(number, number)) == CRASHED
            lake = lake_at(told(number, 0), s3_server, s3_bucket)
            was_stored = rows_in(lake, RAW_PGN_ARCHIVES) == 2
            assert run(told(number, 0)) == 0

            assert rows_in(lake, RAW_PGN_ARCHIVES) == rows_in(lake, GAMES) == 2, died_before
            asked = len(chess_com.month_requests())
            assert asked <= (1 if was_stored else 2), died_before
            check_history(folder, died_before)


def lake_at(told: Told, server: S3Server, bucket: str) -> Store:
    """Return the lake of a run, to look into."""
    if told.lake_uri.startswith("s3:"):
        prefix = told.lake_uri.rpartition("/")[2]
        return S3Store(server.client(), S3Uri(bucket, prefix), server.credentials)
    return FolderStore(Path(told.lake_uri))


def rows_in(lake: Store, schema: TableSchema) -> int | None:
    """Return how many rows the month has, None where it is not stored."""
    state = PlayerTable(lake, schema, USER).state(MONTH)
    return None if state is None else state.rows


def check_history(folder: Path, died_before: str) -> None:
    """Check that every partition is recorded, and no run goes on for ever."""
    with chdir(folder), dg.DagsterInstance.from_config(str(folder)) as instance:
        for key in (RAW_KEY, GAMES_KEY):
            assert set(instance.get_materialized_partitions(key)) == {partition_key(USER, MONTH)}, (
                died_before
            )
        runs = instance.get_runs()
        assert len(runs) == 2
        assert {run.status for run in runs} <= ENDED, died_before
        assert sum(run.status is dg.DagsterRunStatus.SUCCESS for run in runs) == 1
