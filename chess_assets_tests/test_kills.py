"""Processes of an automatic backfill killed at random moments, again and again.

`pytest --kills 10` kills ten times, which takes some minutes; by default it is once.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

import dagster as dg
import psutil  # type: ignore[import-untyped]

from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore
from chess_assets.partitions import partition_key
from chess_assets.sample import FixedHistories, SampleChessCom
from chess_assets_tests.asset_keys import GAMES_KEY, RAW_KEY
from chess_assets_tests.dagster_dev import dagster_dev, instance_of, wait_until
from chess_assets_tests.made_games import histories_of
from chess_assets_tests.moved_definitions import CLOCK_FILE

FIRST, OPEN = Month(2017, 1), Month(2024, 3)
MONTHS = list(months_between(FIRST, OPEN))
PLAYERS = ["alice", "bobby"]
GAMES_A_MONTH = 2
IN_FLIGHT = 3  # months that were fetched and not yet stored when their process died
WORKER, DAEMON, TREE = "spawn_main", "daemon run", "dagster dev"
_PATIENCE_S = 600
_LATENCY_S = 0.2
_SOON_S = 8


def test_killed_again_and_again(tmp_path: Path, kills: int) -> None:
    """Whatever is killed, and when: in the end all is stored and recorded once, no run goes on."""
    chance = random.Random(kills)
    now = OPEN.start + timedelta(days=2)
    with SampleChessCom(_histories(), now=lambda: now, latency_s=_LATENCY_S) as chess_com:
        for target in islice(cycle((TREE, WORKER, DAEMON)), kills):
            with _deployment(tmp_path, chess_com, now):
                _wait_for_request(chess_com)
                time.sleep(chance.uniform(0, _SOON_S))
                _kill(target)
                time.sleep(chance.uniform(0, _SOON_S))
            now += timedelta(hours=25)  # over the longest time that a month is left alone
        with _deployment(tmp_path, chess_com, now), instance_of(tmp_path) as instance:
            wait_until(lambda: _is_green(instance), _PATIENCE_S)
            wait_until(lambda: all(run.is_finished for run in instance.get_runs()), _PATIENCE_S)
        closed = [
            each.path for each in chess_com.month_requests() if str(OPEN.year) not in each.path
        ]
        assert len(closed) <= len(set(closed)) + IN_FLIGHT * kills
        assert chess_com.max_in_flight == 1
    _check_rows(FolderStore(tmp_path / "lake"))


def _histories() -> FixedHistories:
    first, second = (histories_of(MONTHS, GAMES_A_MONTH, user=player) for player in PLAYERS)
    return FixedHistories({**first.by_player, **second.by_player})


@contextmanager
def _deployment(folder: Path, chess_com: SampleChessCom, now: datetime) -> Iterator[None]:
    clock = folder / "clock"
    clock.write_text(now.isoformat())
    environment = {CLOCK_FILE: str(clock), "CHESS_PLAYERS": ",".join(PLAYERS)}
    module = "chess_assets_tests.moved_definitions"
    with dagster_dev(folder, chess_com.url, module=module, environment=environment):
        yield


def _wait_for_request(chess_com: SampleChessCom) -> None:
    asked = len(chess_com.month_requests())
    wait_until(lambda: len(chess_com.month_requests()) > asked, _PATIENCE_S)


def _kill(target: str) -> None:
    """Kill, as `kill -9` does, the processes below this one that were started as the target."""
    family = psutil.Process().children(recursive=True)
    chosen = family if target == TREE else [each for each in family if target in _words(each)]
    for process in chosen:
        process.kill()


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def _is_green(instance: dg.DagsterInstance) -> bool:
    keys = {str(partition_key(player, month)) for month in MONTHS for player in PLAYERS}
    return all(
        set(instance.get_materialized_partitions(each)) == keys for each in (RAW_KEY, GAMES_KEY)
    )


def _check_rows(lake: FolderStore) -> None:
    for player in PLAYERS:
        for schema in (RAW_PGN_ARCHIVES, GAMES):
            table = PlayerTable(lake, schema, player)
            ids = [
                game_id
                for month in MONTHS
                if (stored := table.read(month, ["game_id"])) is not None
                for game_id in stored[0]["game_id"].to_pylist()
            ]
            assert len(ids) == len(set(ids)) == GAMES_A_MONTH * len(MONTHS)
