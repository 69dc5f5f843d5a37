"""Ten real months of one player: every aggregate is what SQL makes of the JSON that was sent.

`sent_games.sql` reads the corpus by DuckDB alone; our own files are read back beside it.
"""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from chess_assets.domain.games import games_from_raw
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.player_tables.opening_repertoire import (
    PLAYED_COLUMNS,
    opening_repertoire_of,
)
from chess_assets.domain.player_tables.rating_history import RATED_COLUMNS, rating_history_of
from chess_assets.domain.raw_archives.rows import raw_games
from chess_assets.domain.schemas.tables import (
    GAMES,
    OPENING_REPERTOIRE,
    PLAYER_GAMES,
    RATING_HISTORY,
    RAW_PGN_ARCHIVES,
)
from chess_assets.domain.store import FolderStore
from chess_assets_tests.domain.player_lake import one_file, update, update_player_games
from chess_assets_tests.domain.raw_rows import raw_row

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "hikaru"
FILES = sorted(CORPUS.glob("*.json.gz"))
SENT = (Path(__file__).parent / "sent_games.sql").read_text()
USER = "hikaru"

Rows = Callable[[str], list[tuple[Any, ...]]]

pytestmark = pytest.mark.skipif(not FILES, reason=f"the corpus is not at {CORPUS}")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Asks SQL questions of what was sent and of the three files that were made of it."""
    store = FolderStore(tmp_path_factory.mktemp("lake"))
    games = PlayerTable(store, GAMES, USER)
    for file in FILES:
        games.write(Month.parse(file.name[:7]), typed_games(file), {}, replacing=None)
    update_player_games(store, USER)
    for schema, compute, columns in (
        (RATING_HISTORY, rating_history_of, RATED_COLUMNS),
        (OPENING_REPERTOIRE, opening_repertoire_of, PLAYED_COLUMNS),
    ):
        made = one_file(store, PLAYER_GAMES, USER, columns).map(compute)
        update(made, store, schema, Partition.of_player(USER), "1")
    return asker(store)


def typed_games(file: Path) -> pa.Table:
    """Return a month of the corpus as `games`."""
    sent = json.loads(gzip.decompress(file.read_bytes()))["games"]
    raw = [
        raw_row(game.game_id, url=game.url, end_time=game.end_time)
        | {"payload": game.payload, "pgn": game.pgn}
        for game in raw_games(sent)
    ]
    return games_from_raw(pa.Table.from_pylist(raw, schema=RAW_PGN_ARCHIVES.columns))


def asker(store: FolderStore) -> Rows:
    """Return what answers SQL over `sent` and the three tables."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(SENT, {"files": [str(file) for file in FILES], "player": USER})
    for schema in (PLAYER_GAMES, RATING_HISTORY, OPENING_REPERTOIRE):
        path = f"{store.uri}/{schema.name}/user={USER}/part-0.parquet"
        connection.execute(
            f"CREATE VIEW {schema.name} AS FROM read_parquet('{path}', hive_partitioning = false)"
        )
    return lambda question: connection.execute(question).fetchall()


def test_games(rows: Rows) -> None:
    """Every game of the 4,548 is seen as its JSON and PGN say, in the order of time."""
    question = (
        "SELECT game_id, {end}, rules, time_class, is_rated, is_white, rating, opponent, "
        "opponent_rating, opponent_uuid, outcome, score, how, eco, "
        "replace(opening_family, '-', ' '), accuracy, opponent_accuracy, clock_left_ms, url {games}"
    )
    ours = rows(question.format(end="epoch(end_time)::BIGINT", games="FROM player_games"))
    sent = rows(question.format(end="end_s", games="FROM sent ORDER BY end_s, game_id"))
    assert len(sent) == 4_548
    assert ours == sent


def test_outcomes(rows: Rows) -> None:
    """Games, wins, draws and losses for each rules and time class are those of the JSON."""
    counted = (
        "SELECT rules, time_class, count(*), count(*) FILTER (outcome = 'win'), "
        "count(*) FILTER (outcome = 'draw'), count(*) FILTER (outcome = 'loss'), sum(score) "
        "FROM {} GROUP BY ALL ORDER BY ALL"
    )
    assert rows(counted.format("player_games")) == rows(counted.format("sent"))


def test_variants(rows: Rows) -> None:
    """`kingofthehill` and `threecheck` are how games were lost: by whoever has the code."""
    ours = rows(
        "SELECT game_id, outcome = 'loss' FROM player_games "
        "WHERE how IN ('kingofthehill', 'threecheck') ORDER BY game_id"
    )
    sent = rows(
        "SELECT game_id, code IN ('kingofthehill', 'threecheck') FROM sent "
        "WHERE how IN ('kingofthehill', 'threecheck') ORDER BY game_id"
    )
    assert ours == sent
    assert {is_lost for _, is_lost in ours} == {True, False}


def test_bughouse(rows: Rows) -> None:
    """Bughouse games, which have no PGN, keep their rows: result and ratings, no moves."""
    assert rows(
        "SELECT count(*), count(outcome), count(rating), count(plies), count(moves_uci), "
        "count(clock_left_ms) FROM player_games WHERE rules = 'bughouse'"
    ) == [(52, 52, 52, 0, 0, 0)]


def test_ratings(rows: Rows) -> None:
    """Every day's first, last, highest and lowest rating are those of the JSON."""
    ours = rows("FROM rating_history ORDER BY rules, time_class, day")
    sent = rows(
        "SELECT rules, time_class, day, count(*), sum(score), "
        "arg_min(rating, (end_s, game_id)), arg_max(rating, (end_s, game_id)), "
        "max(rating), min(rating) "
        "FROM sent WHERE is_rated GROUP BY ALL ORDER BY rules, time_class, day"
    )
    assert len(sent) > 100
    assert ours == sent


def test_openings(rows: Rows) -> None:
    """Every opening's games, outcomes, opponents and performance are those of the JSON."""
    exact = (
        "SELECT is_white, replace(opening_family, '-', ' ') AS family, eco, {} "
        "ORDER BY is_white, family, eco"
    )
    ours = rows(
        exact.format(
            "games, wins, draws, losses, score, epoch(last_played)::BIGINT, "
            "round(mean_opponent_rating, 6), round(performance_rating, 6) FROM opening_repertoire"
        )
    )
    sent = rows(
        exact.format(
            "count(*), count(*) FILTER (outcome = 'win'), count(*) FILTER (outcome = 'draw'), "
            "count(*) FILTER (outcome = 'loss'), sum(score), max(end_s), "
            "round(avg(opponent_rating), 6), round(avg(opponent_rating) + CASE avg(score) "
            "WHEN 0 THEN -800 WHEN 1 THEN 800 "
            "ELSE greatest(-800, least(800, -400 * log10(1 / avg(score) - 1))) END, 6) "
            "FROM sent WHERE rules = 'chess' GROUP BY ALL"
        )
    )
    assert len(sent) > 100
    assert ours == sent
