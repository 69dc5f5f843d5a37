"""A real `dagster dev` (webserver, daemon, code server) for tests, in a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager, suppress
from pathlib import Path

import dagster as dg
import requests

REPOSITORY = Path(__file__).parent.parent
_PATIENCE_S = 300


@contextmanager
def dagster_dev(
    folder: Path,
    api_url: str,
    *,
    module: str = "chess_assets.definitions",
    environment: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Run `dagster dev` in a folder with the project's own dagster.yaml; give the UI's address.

    Args:
        folder: Where the instance and the lake are.
        api_url: The look-alike's.
        module: The code location.
        environment: More variables than those that name lake and API.
    """
    shutil.copy(REPOSITORY / "dagster.yaml", folder)
    port = _free_port()
    command = [sys.executable, "-m", "dagster", "dev", "-m", module]
    variables = {
        **{name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"},
        "CHESS_COM_API_URL": api_url,
        "CHESS_COM_CONTACT": "tests",
        "CHESS_LAKE_URI": str(folder / "lake"),
        **(environment or {}),
    }
    with (folder / "dev.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            env=variables,
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
def instance_of(folder: Path) -> Iterator[dg.DagsterInstance]:
    """Open a folder's instance from there: the paths in dagster.yaml are relative."""
    with chdir(folder), dg.DagsterInstance.from_config(str(folder)) as instance:
        yield instance


def wait_until(is_so: Callable[[], bool], patience_s: int) -> None:
    """Wait for a deployment to get there."""
    for _ in range(patience_s):
        if is_so():
            return
        time.sleep(1)
    raise AssertionError("The deployment did not get there.")


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
        except (requests.ConnectionError, requests.Timeout):
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
