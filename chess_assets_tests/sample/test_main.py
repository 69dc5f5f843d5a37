"""The look-alike on its own."""

import subprocess
import sys

import requests

from chess_assets_tests.sample.conftest import AGENT


def test_starts_on_its_own() -> None:
    """`python -m chess_assets.sample` prints its URL first and serves the players it names."""
    command = [sys.executable, "-m", "chess_assets.sample"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            assert requests.get(f"{url}/player/tamsintempo", headers=AGENT, timeout=10).ok
        finally:
            process.terminate()
        assert "tamsintempo, bramblepawn" in process.communicate()[1]
