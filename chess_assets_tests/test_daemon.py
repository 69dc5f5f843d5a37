"""The UI's way in: a real webserver and daemon, asked over GraphQL as the browser does."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from chess_assets.domain.months import Month, months_between
from chess_assets.partitions import USERS, partition_key
from chess_assets.sample import SampleChessCom
from chess_assets_tests.asset_keys import GAMES_KEY, RAW_KEY
from chess_assets_tests.dagster_dev import dagster_dev, instance_of
from chess_assets_tests.made_games import histories_of

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
        instance_of(tmp_path) as instance,
    ):
        instance.add_dynamic_partitions(USERS, PLAYERS)
        keys = [str(partition_key(player, month)) for player in PLAYERS for month in MONTHS]
        backfill = _backfill(ui, keys)
        assert backfill["status"] == "COMPLETED_SUCCESS"
        assert [run["status"] for run in backfill["runs"]] == ["SUCCESS", "SUCCESS"]
        assert len(chess_com.requests) == len(PLAYERS) * (len(MONTHS) + 1)
        assert chess_com.max_in_flight == 1
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
