"""The harness' end of the look-alike: starts its process, moves its clock, reads its recording."""

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Traffic:
    """What was asked while something was measured."""

    requests: int
    month_requests: int
    max_in_flight: int


class LookAlike:
    """A running look-alike.

    Attributes:
        url: The API's address.
        players: Whose games it has.
        months: How many months each has.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        greeting = self._read()
        self.url: str = greeting["url"]
        self.players: list[str] = greeting["players"]
        self.months: int = greeting["months"]

    def set(self, at: datetime, latency_s: float) -> None:
        """Move the clock, prepare all answers, and forget what was asked."""
        self._ask({"at": at.isoformat(), "latency_s": latency_s, "clear": True})

    def traffic(self) -> Traffic:
        """Return what was asked since `set`."""
        return Traffic(**self._ask({}))

    def plies_by_game(self) -> dict[str, int]:
        """Return what a tool should have now: every ended game's uuid, with its plies."""
        return self._ask({"games": True})

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        if self._process.stdin is None:
            raise RuntimeError("The look-alike's stdin is not a pipe.")
        self._process.stdin.write(f"{json.dumps(order)}\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise RuntimeError("The look-alike ended; its words are on stderr.")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def running_look_alike(
    at: datetime, players: int = 3, months: int = 12, corpus: Path | None = None
) -> Generator[LookAlike]:
    """Run a look-alike with made players, or with a folder of recorded months."""
    command = [sys.executable, "-m", "benchmarks.server", "--at", at.isoformat()]
    command += ["--players", str(players), "--months", str(months)]
    command += ["--corpus", str(corpus)] if corpus else []
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield LookAlike(process)
        finally:
            process.terminate()
