"""A Prefect server that runs beside the flows, as people who use Prefect have one.

Its CPU time and memory are counted for nobody.
"""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

_START_WITHIN_S = 180
_END_WITHIN_S = 20


@contextmanager
def running_prefect_server(
    python: Path, env: dict[str, str], log: Path
) -> Generator[dict[str, str]]:
    """Run a server on a free port of 127.0.0.1; give the environment that names it."""
    port = _free_port()
    command = [str(python), "-m", "prefect", "server", "start", "--host", "127.0.0.1"]
    url = f"http://127.0.0.1:{port}/api"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*command, "--port", str(port), "--no-ui"], env=env, stdout=output, stderr=output
        ) as process,
    ):
        try:
            _wait_for(f"{url}/health", process)
            yield {**env, "PREFECT_API_URL": url}
        finally:
            process.terminate()
            process.wait(_END_WITHIN_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_WITHIN_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own loopback address
                return
        except (URLError, ConnectionError, TimeoutError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.2)
