"""The UI's way in: a real webserver and daemon, asked over GraphQL as the browser does."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import requests

from chess_assets.assets.games import GAMES_KEY
from chess_assets.assets.raw_pgn_archives import RAW_KEY
from chess_assets.domain.months import Month, months_between
from chess_assets.partitions import USERS, partition_key
from chess_assets.sample import SampleChessCom
from chess_assets_tests.made_games import histories_of

REPOSITORY = Path(__file__).parent.parent
MONTHS = list(months_between(Month(2022, 1), Month(2023, 12)))
PLAYERS = ["first-player", "second-player"]
_PATIENCE_S = 300
_LAUNCH = """
mutation Launch($backfill: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $backfill) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
_STATUS = """
query Status($id: String!) {
  partitionBackfillOrError(backfillId: $id) {
    ... on PartitionBackfill { status runs { id status } }
  }
}
"""


def test_backfill_of_two_players(tmp_path: Path) -> None:
    """A UI backfill of two players by 24 months makes two runs and ends COMPLETED_SUCCESS."""
    histories = histories_of(MONTHS, user=PLAYERS[0])
    histories.by_player |= histories_of(MONTHS, user=PLAYERS[1]).by_player
    with (
        SampleChessCom(histories, now=lambda: datetime(2024, 3, 1, tzinfo=UTC)) as chess_com,
        dagster_dev(tmp_path, chess_com.url) as ui,
    ):
        keys = [str(partition_key(player, month)) for player in PLAYERS for month in MONTHS]
        backfill = _backfill(ui, keys)
        assert backfill["status"] == "COMPLETED_SUCCESS"
        assert [run["status"] for run in backfill["runs"]] == ["SUCCESS", "SUCCESS"]
        assert len(chess_com.requests) == len(PLAYERS) * (len(MONTHS) + 1)
        assert chess_com.max_in_flight == 1
        with _instance_of(tmp_path) as instance:
            for key in (RAW_KEY, GAMES_KEY):
                assert set(instance.get_materialized_partitions(key)) == set(keys)


def _backfill(ui: str, keys: list[str]) -> dict[str, Any]:
    """Launch a backfill of both assets, wait for its end and return it."""
    selection = [{"path": list(key.path)} for key in (RAW_KEY, GAMES_KEY)]
    parameters = {"assetSelection": selection, "partitionNames": keys}
    launched = _ask(ui, _LAUNCH, backfill=parameters)["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    for _ in range(_PATIENCE_S):
        backfill = _ask(ui, _STATUS, id=launched["backfillId"])["partitionBackfillOrError"]
        if backfill["status"].startswith(("COMPLETED", "FAILED")):
            return dict(backfill)
        time.sleep(1)
    raise AssertionError(f"The backfill did not end: {backfill}")


def _ask(ui: str, query: str, **variables: Any) -> dict[str, Any]:
    answer = requests.post(
        f"{ui}/graphql", json={"query": query, "variables": variables}, timeout=60
    ).json()
    assert "errors" not in answer, answer
    return dict(answer["data"])


@contextmanager
def dagster_dev(folder: Path, api_url: str) -> Iterator[str]:
    """Run `dagster dev` in a folder with the project's own dagster.yaml; give the UI's address."""
    shutil.copy(REPOSITORY / "dagster.yaml", folder)
    with _instance_of(folder) as instance:
        instance.add_dynamic_partitions(USERS, PLAYERS)
    port = _free_port()
    command = [sys.executable, "-m", "dagster", "dev", "-m", "chess_assets.definitions"]
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"},
        "CHESS_COM_API_URL": api_url,
        "CHESS_COM_CONTACT": "tests",
        "CHESS_LAKE_URI": str(folder / "lake"),
    }
    with (folder / "dev.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            ui = f"http://127.0.0.1:{port}"
            _wait_for(ui, server, folder / "dev.log")
            yield ui
        finally:
            _stop(server)


@contextmanager
def _instance_of(folder: Path) -> Iterator[dg.DagsterInstance]:
    """Open a folder's instance from there: the paths in dagster.yaml are relative."""
    with chdir(folder), dg.DagsterInstance.from_config(str(folder)) as instance:
        yield instance


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(ui: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(_PATIENCE_S):
        assert server.poll() is None, log.read_text()
        try:
            if requests.get(f"{ui}/server_info", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(1)
    raise AssertionError(f"dagster dev did not start: {log.read_text()}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the whole tree of processes: gently, then for certain."""
    server.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        server.wait(timeout=30)
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
