"""docs/scaling.md is true: its commands and settings make a cluster that does the work."""

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import dagster as dg
import pytest
import yaml

from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.schemas.tables import POSITIONS
from chess_assets.domain.store import S3Store, S3Uri
from chess_assets.resources.dask import DaskResource
from chess_assets.sample import FixedHistories, SampleChessCom
from chess_assets_tests.asset_keys import POSITIONS_KEY
from chess_assets_tests.command_line import PROJECT, months_of
from chess_assets_tests.made_games import histories_of
from chess_assets_tests.postgres_server import postgres_binaries, serve_postgres
from chess_assets_tests.s3_server import ACCESS_KEY, REGION, SECRET_KEY, S3Server

DOCUMENT = (PROJECT / "docs" / "scaling.md").read_text()
MONTHS = months_of("2023-01", "2023-04")
PLAYERS = ("hikaru", "magnus")
_PATIENCE_S = 300


def blocks(language: str, about: str) -> str:
    """Return the document's example in a language that is about something."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
    (example,) = [block for block in found if about in block]
    return str(example)


def free_port() -> str:
    """Return a port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@contextmanager
def by_hand(folder: Path) -> Iterator[dict[str, str]]:
    """Start the scheduler and the workers that the document shows; give the variable it exports."""
    port = free_port()

    def shown(about: str) -> str:
        return blocks("sh", about).replace("8786", port).replace(".venv/bin", _BIN)

    with ExitStack() as opened:
        for about in ("dask scheduler", "dask worker"):
            log = opened.enter_context((folder / f"{about}.log").open("wb"))
            process = subprocess.Popen(shlex.split(shown(about)), cwd=folder, stderr=log)
            opened.callback(_end, process)
        name, _, value = shown("export").removeprefix("export ").strip().partition("=")
        yield {name: value}


_BIN = str(Path(sys.executable).parent)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def test_a_cluster_with_s3_and_postgres(
    tmp_path: Path, s3_server: S3Server, s3_bucket: str
) -> None:
    """Two runs at once, two workers started by hand, a bucket, Postgres: every month is there."""
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("there is no postgres on this machine (Debian: apt-get install postgresql)")
    histories = FixedHistories(
        {user: histories_of(MONTHS, user=user).by_player[user] for user in PLAYERS}
    )
    with (
        serve_postgres(binaries) as port,
        SampleChessCom(histories) as chess_com,
        by_hand(tmp_path) as exported,
    ):
        config = blocks("yaml", "postgres_db").replace("5432", str(port))
        (tmp_path / "dagster.yaml").write_text(f"{config}telemetry: {{enabled: false}}\n")
        variables = {
            **exported,
            "DAGSTER_HOME": str(tmp_path),
            "DAGSTER_PG_PASSWORD": "none",
            "CHESS_LAKE_URI": f"s3://{s3_bucket}/chess",
            "CHESS_COM_API_URL": chess_com.url,
            "CHESS_COM_CONTACT": "tests",
            "AWS_ENDPOINT_URL_S3": s3_server.url,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }
        run_at_once(tmp_path, variables)
        with patch.dict(os.environ, variables), dg.DagsterInstance.get() as instance:
            green = set(instance.get_materialized_partitions(POSITIONS_KEY))
    assert green == {f"{month}-01|{user}" for month in MONTHS for user in PLAYERS}
    assert (tmp_path / "dask scheduler.log").read_text().count("Receive client connection") == 2
    lake = S3Store(s3_server.client(), S3Uri(s3_bucket, "chess"))
    for user in PLAYERS:
        states = PlayerTable(lake, POSITIONS, user).states()
        assert {month: state.rows for month, state in states.items()} == dict.fromkeys(MONTHS, 16)


def run_at_once(folder: Path, variables: dict[str, str]) -> None:
    """Run the command that the document shows for each player, all at the same time."""
    command = blocks("sh", "sync").replace(".venv/bin", _BIN).strip()
    months = f" --from {MONTHS[0]} --to {MONTHS[-1]}"
    processes = [
        subprocess.Popen(
            shlex.split(command.replace("hikaru", user) + months),
            cwd=folder,
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for user in PLAYERS
    ]
    for process in processes:
        said, _ = process.communicate(timeout=_PATIENCE_S)
        assert process.returncode == 0, said


def test_a_cluster_that_starts_with_the_run() -> None:
    """The run config that the document shows is one that the resource takes."""
    config = yaml.safe_load(blocks("yaml", "resources:"))
    given = config["resources"]["dask"]["config"]
    assert DaskResource(**given).cluster == {"local": {"n_workers": 2, "threads_per_worker": 1}}


def test_defaults() -> None:
    """The settings that the document names have the defaults that it says."""
    dask = DaskResource()
    assert f"{dask.local_from_games:,} games or more (`local_from_games`)" in DOCUMENT
    assert f"fewer than {dask.games_a_task} games (`games_a_task`)" in DOCUMENT
    assert "for two minutes (`no_workers_timeout_s`)" in DOCUMENT
    assert dask.no_workers_timeout_s == 120
