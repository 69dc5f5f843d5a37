"""What a tick of `automation` costs, in CPU and memory: `python benchmarks/ticks.py`.

The lake is imitated in memory, with indexes and listings as long as the real ones, so that the
figures are the code's own; a real store adds the CPU of its client, two requests a look and table.
Dagster's history is a SQLite file with a materialization of every month.
Each size runs in a process of its own, since memory is a process's.
"""

import json
import logging
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from subprocess import run
from tempfile import mkdtemp
from typing import Any

import dagster as dg
import pyarrow.fs
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable

from chess_assets.definitions import build_defs
from chess_assets.domain.games import PARSER_VERSION
from chess_assets.domain.lake.computing import content_version_of
from chess_assets.domain.lake.partition_file import PartitionState
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.store import ObjectInfo, StoredObject
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.partitions import USERS, partition_key
from chess_assets_tests.asset_keys import RAW_KEY

NOW = datetime(2024, 3, 10, tzinfo=UTC)
FIRST, OPEN = Month(2007, 8), Month(2024, 3)
SIZES = (100, 1000)


class Clock:
    """A clock to be moved."""

    at = NOW

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.at


@dataclass
class MemoryLake:
    """A lake in which every player has the same 200 months, or none."""

    players: int
    is_filled: bool

    def __post_init__(self) -> None:
        """Make the index of one player; it serves for all."""
        months = list(months_between(FIRST, OPEN))
        self._months = months if self.is_filled else []
        self._indexes = {name: _index(months, name) for name in ("raw_pgn_archives", "games")}
        self.registry = _registry(self.players)

    @property
    def uri(self) -> str:
        """Nowhere."""
        return "memory"

    def uri_of(self, key: str) -> str:
        """Return the key."""
        return f"memory/{key}"

    def get(self, key: str) -> StoredObject | None:
        """Return the registry or an index."""
        if key.startswith("_players/"):
            return StoredObject(self.registry, "1")
        if self._months and key.startswith(("_index/raw_pgn_archives", "_index/games")):
            return StoredObject(self._indexes[key.split("/")[1]], "1")
        return None

    def head(self, key: str) -> ObjectInfo | None:
        """Return nothing: the tables of all months are missing, which is asked for once a day."""

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield a player's months."""
        for month in self._months:
            yield ObjectInfo(f"{prefix}month={month}/part-0.parquet", '"etag"', 100_000, NOW)

    def put(self, key: str, body: bytes, *, if_match: str | None) -> str:
        """Refuse: a tick writes nothing."""
        raise AssertionError(f"a tick wrote {len(body)} bytes to {key} over {if_match}")

    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """Refuse: a tick reads no files."""
        raise AssertionError("a tick opened a file")


def _registry(players: int) -> bytes:
    entry = {"player_id": 1, "joined_at": FIRST.start.isoformat(), "added_at": NOW.isoformat()}
    return json.dumps({f"player-{number:04}": entry for number in range(players)}).encode()


def _index(months: list[Month], table: str) -> bytes:
    entries = {}
    for month in months:
        version = sha256(str(month).encode()).hexdigest()
        at = NOW if month == OPEN else month.end + timedelta(days=2)
        facts = {
            "fetched_at": at.isoformat(),
            "games_listed": "300",
            "source_url": "https://api.chess.com/pub/player/somebody/games/2024/01",
            "body_sha256": version,
            "etag": f'W/"{version[:32]}"',
            "last_modified": "Thursday, 17-Oct-2024 22:34:57 GMT+0000",
            "content_version": version,
        }
        if table == "games":
            source = PartitionState("memory", "1", 1, 1, facts)
            made_of = {"source_content_version": version, "source_uri": "memory"}
            facts = made_of | {"content_version": content_version_of(source, PARSER_VERSION)}
        entries[str(month)] = {"etag": '"etag"', "rows": 300, "facts": facts}
    return json.dumps(entries, indent=0).encode()


def _record_all(instance: dg.DagsterInstance, players: list[str]) -> None:
    """Write what a history of all months consists of, as far as a tick reads it."""
    log: Any = instance.event_log_storage
    months = list(months_between(FIRST, OPEN))
    with log.index_connection() as connection:
        for table in ("raw_pgn_archives", "games"):
            same = {
                "run_id": "",
                "event": "{}",
                "dagster_event_type": dg.DagsterEventType.ASSET_MATERIALIZATION.value,
                "timestamp": NOW.replace(tzinfo=None),
                "asset_key": dg.AssetKey(table).to_string(),
            }
            for player in players:
                keys = [str(partition_key(player, month)) for month in months]
                rows = [{**same, "partition": key} for key in keys]
                connection.execute(SqlEventLogStorageTable.insert(), rows)


class Ticks:
    """A deployment's `automation`, ticking."""

    def __init__(self, lake: MemoryLake) -> None:
        self.clock, self.instance = Clock(), dg.DagsterInstance.local_temp(mkdtemp())
        players = list(json.loads(lake.registry))
        self.instance.add_dynamic_partitions(USERS, players)
        if lake.is_filled:
            _record_all(self.instance, players)
        resources: dict[str, Any] = {"clock": self.clock, "lake": ParquetIOManager(lake)}
        self._repository = build_defs(resources).get_repository_def()
        self._cursor: str | None = None

    def tick(self) -> tuple[float, int]:
        """Return the CPU seconds that a tick takes, and how many months it asks for."""
        context = dg.build_sensor_context(
            self.instance, cursor=self._cursor, repository_def=self._repository
        )
        started = time.process_time()
        result = self._repository.get_sensor_def("automation").evaluate_tick(context)
        cpu_s = time.process_time() - started
        self._cursor = result.cursor
        self.clock.at += timedelta(seconds=30)
        return cpu_s, sum(_size(request) for request in result.run_requests or [])


def _size(request: dg.RunRequest) -> int:
    subset = request.asset_graph_subset
    if subset is None:
        return int(RAW_KEY in (request.asset_selection or []))
    if RAW_KEY not in subset.asset_keys:
        return 0
    return len(list(subset.get_partitions_subset(RAW_KEY).get_partition_keys()))


def measure(players: int) -> None:
    """Print the rows of one size."""
    lake = MemoryLake(players, is_filled=True)
    ticks = Ticks(lake)

    def row(what: str, count: int, before: Callable[[], None] = lambda: None) -> None:
        before()
        costs = [ticks.tick() for _ in range(count)]
        worst_s, asked = max(cpu_s for cpu_s, _ in costs), sum(asked for _, asked in costs)
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = f"{players} x {len(list(months_between(FIRST, OPEN)))}"
        print(f"| {size} | {what} | {worst_s:.2f} | {asked} | {peak_mb:.0f} |", flush=True)

    row("the first ticks of a process", players // 30 + 1)
    row("nothing is due", 10)

    def let_open_months_be_stale() -> None:
        ticks.clock.at = NOW + timedelta(hours=7)

    row("every open month is due", 3, let_open_months_be_stale)
    empty = Ticks(MemoryLake(players, is_filled=False))
    ticks = empty
    row("every history is missing", players // 30 + 3)


def main() -> None:
    """Measure each size in a process of its own."""
    if len(sys.argv) > 1:
        logging.disable(logging.CRITICAL)
        warnings.simplefilter("ignore")
        measure(int(sys.argv[1]))
        return
    print("| players x months | tick | worst CPU s | months asked for | peak MB |")
    print("|---|---|---|---|---|", flush=True)
    for players in SIZES:
        run([sys.executable, __file__, str(players)], check=True)


if __name__ == "__main__":
    main()
