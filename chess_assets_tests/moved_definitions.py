"""A code location whose clock is a file, so that a test can move it for every process at once."""

from datetime import datetime
from pathlib import Path

from dagster import EnvVar

from chess_assets.definitions import build_defs
from chess_assets.resources.freshness import Clock

CLOCK_FILE = "CHESS_TESTS_CLOCK"
"""The environment variable that names the file."""


class FileClock(Clock):
    """A clock that shows what is in a file."""

    path: str

    def now(self) -> datetime:
        """Return the time that the file says, with its offset from UTC."""
        return datetime.fromisoformat(Path(self.path).read_text())


defs = build_defs({"clock": FileClock(path=EnvVar(CLOCK_FILE))})
