"""Nobody presses anything: a real daemon, two names in CHESS_PLAYERS, and a clock that is moved."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg

from chess_assets.domain.months import Month, months_between
from chess_assets.partitions import partition_key
from chess_assets.sample import SampleChessCom
from chess_assets_tests.asset_keys import GAMES_KEY, PLAYER_GAMES_KEY, RAW_KEY
from chess_assets_tests.dagster_dev import dagster_dev, instance_of, wait_until
from chess_assets_tests.made_games import histories_of
from chess_assets_tests.moved_definitions import CLOCK_FILE

FIRST, CLOSING = Month(2023, 12), Month(2024, 3)
PLAYERS = ["alice", "bobby"]
_PATIENCE_S = 400


def test_it_looks_after_itself(tmp_path: Path) -> None:
    """Two named players' months and tables are made, and the month that closes is fetched again."""
    histories = histories_of(list(months_between(FIRST, CLOSING)), user=PLAYERS[0])
    histories.by_player |= histories_of(
        list(months_between(FIRST, CLOSING)), user=PLAYERS[1]
    ).by_player
    clock = tmp_path / "clock"

    def set_clock(at: datetime) -> None:
        clock.with_suffix(".new").write_text(at.isoformat())
        clock.with_suffix(".new").replace(clock)

    def now() -> datetime:
        return datetime.fromisoformat(clock.read_text())

    set_clock(CLOSING.end - timedelta(days=3))
    environment = {CLOCK_FILE: str(clock), "CHESS_PLAYERS": "Alice, bobby, no name"}
    with (
        SampleChessCom(histories, now=now) as chess_com,
        dagster_dev(
            tmp_path,
            chess_com.url,
            module="chess_assets_tests.moved_definitions",
            environment=environment,
        ),
        instance_of(tmp_path) as instance,
    ):
        wait_until(lambda: green(instance, RAW_KEY) == keys(CLOSING), _PATIENCE_S)
        set_clock(CLOSING.end + timedelta(hours=30))
        wait_until(lambda: green(instance, GAMES_KEY) == keys(CLOSING.next()), _PATIENCE_S)
        wait_until(lambda: green(instance, PLAYER_GAMES_KEY) == set(PLAYERS), _PATIENCE_S)
        wait_until(lambda: all(run.is_finished for run in instance.get_runs()), _PATIENCE_S)
        assert {run.status for run in instance.get_runs()} == {dg.DagsterRunStatus.SUCCESS}
        asked = Counter(request.path[-7:] for request in chess_com.month_requests())
        once = dict.fromkeys(("2023/12", "2024/01", "2024/02", "2024/04"), len(PLAYERS))
        assert asked == once | {"2024/03": 2 * len(PLAYERS)}
        assert chess_com.max_in_flight == 1


def keys(last: Month) -> set[str]:
    """Return the partitions of both players up to a month."""
    months = months_between(FIRST, last)
    return {str(partition_key(player, month)) for month in months for player in PLAYERS}


def green(instance: dg.DagsterInstance, asset: dg.AssetKey) -> set[str]:
    """Return the partitions that the UI shows as materialized."""
    return set(instance.get_materialized_partitions(asset))
