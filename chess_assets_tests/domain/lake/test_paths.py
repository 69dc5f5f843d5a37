"""Keys are made of checked parts only, whatever comes in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.paths import (
    InvalidTableName,
    file_path,
    index_path,
    month_in,
    partition_path,
    player_prefix,
    report_path,
    table_name,
    table_prefix,
)
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.players import InvalidPlayerName
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore, InvalidKey
from chess_assets.domain.store.keys import is_key
from chess_assets_tests.domain.hostile_names import HOSTILE_NAMES
from chess_assets_tests.domain.raw_rows import raw_row, raw_table

MONTH = Month(2022, 5)
PARTS = st.text(min_size=1, max_size=10)
MONTHS = st.builds(Month, st.integers(2008, 2999), st.integers(1, 12))


def test_hive() -> None:
    """Files lie in the Hive folders of the design."""
    assert partition_path("games", "hikaru", MONTH) == (
        "games/user=hikaru/month=2022-05/part-0.parquet"
    )
    assert partition_path("player_games", "hikaru", None) == (
        "player_games/user=hikaru/part-0.parquet"
    )


def test_case() -> None:
    """A player has one folder, however the name is written."""
    assert player_prefix("games", "HiKaRu") == player_prefix("games", "hikaru")


def test_index() -> None:
    """The index lies outside the table's own folder, which holds nothing but its files."""
    assert index_path("games", "hikaru") == "_index/games/user=hikaru/index.json"


@given(MONTHS)
def test_month_of_a_path(month: Month) -> None:
    """A path says which month it is of."""
    assert month_in(partition_path("games", "hikaru", month)) == month


@pytest.mark.parametrize(
    "path",
    [
        "",
        "games/user=hikaru/part-0.parquet",
        "games/user=hikaru/month=2022-05/part-1.parquet",
        "games/user=hikaru/month=2022-05/part-0.parquet\n",
        "games/user=hikaru/month=2022-05/part-0.parquet/x",
        "games/user=hikaru/month=2022-13/part-0.parquet",
        "games/user=hikaru/month=9999-12/part-0.parquet",
        "games/user=hikaru/month=may/part-0.parquet",
        "games/user=hikaru/month=2022-05/part-0xparquet",
    ],
)
def test_no_month(path: str) -> None:
    """A path of any other form is of no month."""
    assert month_in(path) is None


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=lambda name: ascii(name)[:30])
def test_hostile_players(name: str, tmp_path: Path) -> None:
    """No key is made of what is no player's name, and nothing is read or written anywhere."""
    table = PlayerTable(FolderStore(tmp_path / "lake"), RAW_PGN_ARCHIVES, name)
    rows = raw_table(raw_row())

    for door in (
        lambda: player_prefix("games", name),
        lambda: partition_path("games", name, MONTH),
        lambda: partition_path("games", name, None),
        lambda: index_path("games", name),
        lambda: report_path(name),
        table.states,
        lambda: table.read(MONTH),
        lambda: table.write(MONTH, rows, {}, replacing=None),
    ):
        with pytest.raises(InvalidPlayerName):
            door()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "table",
    [
        *("", "..", "../games", "games/", "/games", "games//x", "_index", "games\n"),
        *("games/../raw", "games/_index", ".games", "game s", "user=a", "gämes", "%2e", "games%"),
    ],
)
def test_hostile_tables(table: str) -> None:
    """No key is made of what is no table's name either."""
    doors: list[Callable[[], str]] = [
        lambda: table_prefix(table),
        lambda: file_path(table, Partition()),
        lambda: player_prefix(table, "hikaru"),
        lambda: index_path(table, "hikaru"),
    ]
    for door in doors:
        with pytest.raises(InvalidTableName):
            door()


def test_long_table(folder: FolderStore) -> None:
    """A table whose name is longer than a folder's can be is refused before anything is written."""
    path = file_path(table_name(["a" * 201]), Partition())
    with pytest.raises(InvalidKey):
        folder.put(path, b"", if_match=None)


@given(st.lists(PARTS, min_size=1, max_size=3), st.lists(PARTS, min_size=1, max_size=3))
def test_any_table(key: list[str], other: list[str]) -> None:
    """Whatever an asset's key is, its table has a folder of its own, and none of the lake's."""
    path = file_path(table_name(key), Partition())

    assert is_key(path)
    assert path.startswith(table_prefix(table_name(key)))
    assert not any(part.startswith(("_", ".")) for part in path.split("/"))
    assert (file_path(table_name(other), Partition()) == path) == (other == key)


@given(PARTS, PARTS, PARTS)
def test_any_partition(dimension: str, value: str, other: str) -> None:
    """Whatever a partition's key is, it has a folder of its own below the table's."""
    path, other_path = (
        file_path("moves", Partition(((dimension, text),))) for text in (value, other)
    )

    assert is_key(path)
    assert len(path.split("/")) == 3
    assert (path == other_path) == (value == other)


@given(st.text(), MONTHS)
def test_any_player(name: str, month: Month) -> None:
    """Any name is refused or leads to a key below the table's own folder."""
    try:
        path = partition_path("games", name, month)
    except InvalidPlayerName:
        return
    assert is_key(path)
    assert path == f"games/user={name.lower()}/month={month}/part-0.parquet"
