"""`sync` runs that die at a boundary: a process that forks one for every line it is told.

`python -m chess_assets_tests.faults.crashing_run` reads a JSON object a line (`Told`), runs it in a
fork of itself, and answers with the fork's exit status. What is imported once need not be again,
and nothing runs in the parent that a fork could tear apart.
"""

import json
import os
import sys
from collections.abc import Callable, Generator
from contextlib import chdir, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

import boto3
import dagster as dg
from dagster_aws.s3 import S3Resource

from chess_assets.commands.sync import sync
from chess_assets.commands.workplace import Workplace
from chess_assets.domain.chess_com import (
    ArchivesList,
    ChessComClient,
    Limits,
    MonthAnswer,
    NotModified,
)
from chess_assets.domain.chess_com.limits import DEFAULT_LIMITS
from chess_assets.domain.games import games_from_raw
from chess_assets.domain.lake.paths import CHESS_COM_LEASE
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.domain.store import Lease, Store
from chess_assets.io_managers.lake import open_store
from chess_assets.resources.chess_com import ChessComResource
from chess_assets.resources.freshness import Clock, FreshnessResource
from chess_assets_tests.domain.wrapped_store import WrappedStore

CRASHED = 9
LOG = "crossings"
_EVENTS = {
    dg.DagsterEventType.ASSET_MATERIALIZATION,
    dg.DagsterEventType.STEP_SUCCESS,
    dg.DagsterEventType.RUN_SUCCESS,
}


@dataclass(frozen=True)
class Told:
    """One run: in which folder, over which lake, of which month, and where it dies.

    Attributes:
        folder: an instance's, with its dagster.yaml; the boundaries crossed are written there.
        crash_at: the number of the boundary that is not crossed, from 1; 0: the run ends well.
    """

    folder: str
    lake_uri: str
    api_url: str
    user: str
    month: str
    now: str
    crash_at: int = 0


class Boundaries:
    """Between fetch, put and event; at the one that was told, the process is gone."""

    def __init__(self, crash_at: int, log: Path) -> None:
        self._crash_at = crash_at
        self._log = log
        self._crossed = 0
        self._lock = Lock()

    def cross(self, name: str) -> None:
        """Go on to what has this name, or die before it."""
        with self._lock:
            self._crossed += 1
            with self._log.open("a") as log:
                log.write(f"{name}\n")
            if self._crossed == self._crash_at:
                os._exit(CRASHED)


class _Client(ChessComClient):
    cross: Callable[[str], None]

    def archives(self, player: str) -> ArchivesList:
        self.cross("ask archives")
        return super().archives(player)

    def month(
        self, player: str, month: Month, etag: str | None = None
    ) -> MonthAnswer | NotModified:
        self.cross(f"ask {month}")
        return super().month(player, month, etag)


class _ChessCom(ChessComResource):
    @contextmanager
    def client(
        self,
        now: Callable[[], datetime],
        lake: Store,
        limits: Limits = DEFAULT_LIMITS,
        run_id: str | None = None,
    ) -> Generator[ChessComClient]:
        with (
            Lease(lake, CHESS_COM_LEASE, "asking chess.com", run_id=run_id) as lease,
            _Client(self.api_url or "", "tests", limits, now=now, lease=lease) as client,
        ):
            client.cross = _BOUNDARIES[0].cross
            yield client


class _Store(WrappedStore):
    """The store given, with a boundary before every write."""

    def put(self, key: str, body: bytes, *, if_match: str | None) -> str:
        _BOUNDARIES[0].cross(f"put {key}")
        return super().put(key, body, if_match=if_match)


class _StillClock(Clock):
    at: str

    def now(self) -> datetime:
        return datetime.fromisoformat(self.at)


_BOUNDARIES: list[Boundaries] = []


def _run(told: Told) -> None:
    """Run `sync` as told, in a process that is only for that."""
    _BOUNDARIES.append(Boundaries(told.crash_at, Path(told.folder, LOG)))
    with chdir(told.folder), dg.DagsterInstance.from_config(told.folder) as instance:
        _watch_events(instance)
        workplace = Workplace(
            instance,
            _Store(open_store(told.lake_uri, S3Resource())),
            _ChessCom(api_url=told.api_url),
            FreshnessResource(),
            _StillClock(at=told.now),
        )
        month = Month.parse(told.month)
        sync(workplace, told.user, month, month)


def _watch_events(instance: dg.DagsterInstance) -> None:
    """Put a boundary before the events that say what was done."""
    storage = instance.event_log_storage
    store = storage.store_event

    def store_event(event: dg.EventLogEntry) -> None:
        said = event.dagster_event
        if said is not None and said.event_type in _EVENTS:
            _BOUNDARIES[0].cross(f"event {said.event_type_value}")
        store(event)

    vars(storage)["store_event"] = store_event


def _in_a_fork(told: Told) -> int:
    child = os.fork()
    if child == 0:
        with Path(told.folder, "output").open("a") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        try:
            _run(told)
        except BaseException as error:  # noqa: BLE001 - the parent's loop must not go on here
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def line_of(told: Told) -> str:
    """Return the line that tells of a run."""
    return json.dumps(asdict(told)) + "\n"


if __name__ == "__main__":
    # What these load need be loaded only once.
    boto3.client("s3", region_name="none")
    games_from_raw(RAW_PGN_ARCHIVES.empty())
    for line in sys.stdin:
        print(_in_a_fork(Told(**json.loads(line))), flush=True)
