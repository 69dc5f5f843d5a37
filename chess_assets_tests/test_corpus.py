"""Ten real months of one player through the whole: HTTP, Dagster, Parquet, read back."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from chess_assets.domain.months import Month
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.sample import FixedHistories
from chess_assets_tests.workbench import Workbench, open_workbench

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus" / "hikaru"
FILES = sorted(CORPUS.glob("*.json.gz"))
USER = "hikaru"

pytestmark = pytest.mark.skipif(not FILES, reason=f"the corpus is not at {CORPUS}")


def test_every_game_lands(tmp_path: Path) -> None:
    """All 4,548 games of the corpus are in both tables, typed, and pass every check."""
    months = {
        Month.parse(file.name[:7]): json.loads(gzip.decompress(file.read_bytes()))["games"]
        for file in FILES
    }
    first, last = min(months), max(months)
    histories = FixedHistories({USER: months})
    with open_workbench(tmp_path, histories, datetime(2024, 1, 1, tzinfo=UTC)) as bench:
        result = bench.materialize(first, last, user=USER)
        assert result.success
        assert [each.passed for each in result.get_asset_check_evaluations()] == [True] * 9
        assert len(bench.chess_com.requests) == len(months) + 1
        raw, games = (_all(bench, schema, months) for schema in (RAW_PGN_ARCHIVES, GAMES))
    assert raw.num_rows == games.num_rows == 4548
    assert set(raw["game_id"].to_pylist()) == set(games["game_id"].to_pylist())
    assert games["parse_error"].null_count == games.num_rows
    bughouse = games.filter(pc.equal(games["rules"], "bughouse"))
    assert (bughouse.num_rows, bughouse["moves_uci"].null_count) == (52, 52)
    sent = [json.dumps(without_pgn(game)) for month in sorted(months) for game in months[month]]
    assert sorted(map(normal, raw["payload"].to_pylist())) == sorted(map(normal, sent))


def without_pgn(game: dict[str, object]) -> dict[str, object]:
    """Return a game's JSON object without its PGN."""
    return {key: value for key, value in game.items() if key != "pgn"}


def normal(payload: str) -> str:
    """Return a JSON text in one way of writing."""
    return json.dumps(json.loads(payload), sort_keys=True)


def _all(bench: Workbench, schema: TableSchema, months: dict[Month, list[object]]) -> pa.Table:
    return pa.concat_tables([bench.rows(month, schema, USER) for month in sorted(months)])
