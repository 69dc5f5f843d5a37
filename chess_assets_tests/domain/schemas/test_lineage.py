"""Lineage is true: every column has one, every source exists, and changing a source proves it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from chess_assets.domain.games import games_from_raw
from chess_assets.domain.player_tables.account import Account
from chess_assets.domain.player_tables.player_games import GAMES_COLUMNS, player_games
from chess_assets.domain.raw_archives.merge import merge_answer
from chess_assets.domain.raw_archives.rows import raw_games
from chess_assets.domain.schemas.lineage import LINEAGES
from chess_assets.domain.schemas.tables import TABLES
from chess_assets_tests.domain.games.raw_games import made_games

AT = datetime(2024, 5, 20, tzinfo=UTC)
KEY = "game_id"


def test_every_derived_table() -> None:
    """Every table but raw says what it follows from."""
    assert LINEAGES.keys() == TABLES.keys() - {"raw_pgn_archives"}


@pytest.mark.parametrize("table", LINEAGES)
def test_every_column(table: str) -> None:
    """Every column of a derived table has sources, and each of them is a column upstream."""
    lineage = LINEAGES[table]
    upstream = set(TABLES[lineage.source].columns.names)
    assert set(lineage.columns) == set(TABLES[table].columns.names)
    assert all(set(sources) <= upstream for sources in lineage.columns.values())
    assert all(lineage.columns.values())


@pytest.fixture(scope="module")
def raw() -> pa.Table:
    """Raw rows of made-up players' games."""
    sent = raw_games(made_games(2)[:60])
    return merge_answer(None, sent, fetched_at=AT, last_fetched_at=None).table


def moved(source: pa.Table, column: str) -> pa.Table:
    """Return a table in which each row has another row's value of a column."""
    index = source.column_names.index(column)
    values = source[column].combine_chunks()
    turned = pa.concat_arrays([values.slice(7), values.slice(0, 7)])
    return source.set_column(index, source.schema.field(column), turned)


def measured(source: pa.Table, compute: Callable[[pa.Table], pa.Table]) -> Mapping[str, set[str]]:
    """Return by which columns of the source each column of what is computed changes."""
    usual = {row[KEY]: row for row in compute(source).to_pylist()}
    found: dict[str, set[str]] = defaultdict(set)
    for column in set(source.column_names) - {KEY}:
        for row in compute(moved(source, column)).to_pylist():
            for name, value in row.items():
                if value != usual[row[KEY]][name]:
                    found[name].add(column)
    return found


def undeclared(table: str, found: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the sources that were found and are not in a table's lineage."""
    columns = LINEAGES[table].columns
    missing = {name: sources - set(columns[name]) for name, sources in found.items()}
    return {name: sources for name, sources in missing.items() if sources}


def test_games_change_with_their_sources(raw: pa.Table) -> None:
    """A column of `games` changes only with raw columns of its lineage; the payload shows in it."""
    found = measured(raw, games_from_raw)
    assert undeclared("games", found) == {}
    assert found["white"] == {"payload"}
    assert found["moves_uci"] == {"payload", "pgn"}


def test_player_games_change_with_their_sources(raw: pa.Table) -> None:
    """A column of `player_games` changes only with those columns of `games` in its lineage."""
    games = games_from_raw(raw).select(GAMES_COLUMNS)
    names = Counter(games["white"].to_pylist() + games["black"].to_pylist())
    player = Account(names.most_common(1)[0][0].lower())
    found = measured(games, lambda table: player_games(table, player))
    assert undeclared("player_games", found) == {}
    assert found["score"] == {"white", "black", "result"}
