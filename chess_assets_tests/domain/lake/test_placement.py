"""A file is read only where it belongs: by its own word, by its source, or by its games."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.parquet_file import UnreadableFile, encode
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import player_file
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.placement import MisplacedFile, place_facts
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.lake.read_partitions import read_partition
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import (
    GAMES,
    PLAYER_GAMES,
    POSITIONS,
    RATING_HISTORY,
)
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets.domain.store import FolderStore, Store
from chess_assets_tests.domain.raw_rows import raw_row, raw_table
from chess_assets_tests.renamed_chess_com import OTHER_ACCOUNT, OWNER, games_of

MAY, JUNE = Month(2022, 5), Month(2022, 6)
HIKARUS_MAY = Partition.of_player("hikaru", MAY)
URL = "https://api.chess.com/pub/player/{}/games/{}"
OF_THE_LAKE = "s3://other-bucket/x/{}/user={}/month={}/part-0.parquet"


def put(store: Store, schema: TableSchema, month: Month | None, facts: Mapping[str, str]) -> None:
    """Put a file without rows in hikaru's place."""
    path = partition_path(schema.name, "hikaru", month)
    store.put(path, encode(schema.empty(), facts), if_match=None)


MISPLACED: list[tuple[TableSchema, dict[str, str]]] = [
    (RAW, {"source_url": URL.format("gothamchess", "2022/05")}),
    (RAW, {"source_url": URL.format("hikaru", "2022/06")}),
    (RAW, place_facts("raw_pgn_archives", "gothamchess", MAY)),
    (RAW, place_facts("raw_pgn_archives", "hikaru", JUNE)),
    (RAW, place_facts("games", "hikaru", MAY)),
    (
        RAW,
        place_facts("positions", "hikaru", MAY) | {"source_url": URL.format("hikaru", "2022/05")},
    ),
    (RAW, {"source_uri": OF_THE_LAKE.format("raw_pgn_archives", "hikaru", "2022-05")}),
    (GAMES, {"source_uri": OF_THE_LAKE.format("raw_pgn_archives", "gothamchess", "2022-05")}),
    (GAMES, {"source_uri": OF_THE_LAKE.format("raw_pgn_archives", "hikaru", "2022-06")}),
    (GAMES, {"source_uri": OF_THE_LAKE.format("games", "hikaru", "2022-05")}),
    (GAMES, {"source_url": URL.format("gothamchess", "2022/05")}),
    (GAMES, {"fetched_at": "2022-07-01T00:00:00+00:00", "games_listed": "0"}),
    (POSITIONS, {"source_uri": OF_THE_LAKE.format("games", "hikaru", "2022-04")}),
    (POSITIONS, {"source_uri": OF_THE_LAKE.format("raw_pgn_archives", "hikaru", "2022-05")}),
]

IN_PLACE: list[tuple[TableSchema, dict[str, str]]] = [
    (RAW, {}),
    (RAW, {"source_url": URL.format("Hikaru", "2022/05")}),
    (RAW, {"source_url": "http://127.0.0.1:1/moved"}),
    (RAW, {"fetched_at": "2022-07-01T00:00:00+00:00", "games_listed": "0"}),
    (RAW, place_facts("raw_pgn_archives", "hikaru", MAY)),
    (GAMES, {}),
    (GAMES, {"source_uri": OF_THE_LAKE.format("raw_pgn_archives", "hikaru", "2022-05")}),
    (POSITIONS, {"source_uri": OF_THE_LAKE.format("games", "hikaru", "2022-05")}),
]


@pytest.mark.parametrize(("schema", "facts"), MISPLACED)
def test_misplaced_month(folder: FolderStore, schema: TableSchema, facts: dict[str, str]) -> None:
    """A month's file of another player, month or table is an error in every way of reading it."""
    put(folder, schema, MAY, facts)
    table = PlayerTable(folder, schema, "hikaru")
    assert table.states() == {}
    for read in (
        lambda: table.state(MAY),
        lambda: PlayerTable(folder, schema, "hikaru").read(MAY),
        lambda: LakeTable(folder, schema).file(HIKARUS_MAY).state(),
        lambda: LakeTable(folder, schema).file(HIKARUS_MAY).read_file(),
        lambda: read_partition(LakeTable(folder, schema), HIKARUS_MAY),
    ):
        with pytest.raises(MisplacedFile) as caught:
            read()
        said = str(caught.value)
        assert said.startswith(folder.uri_of(partition_path(schema.name, "hikaru", MAY)))
        assert "keep it" in said
        assert "delete" not in said


@pytest.mark.parametrize(("schema", "facts"), IN_PLACE)
def test_month_in_place(folder: FolderStore, schema: TableSchema, facts: dict[str, str]) -> None:
    """A month's file of an older lake is read where nothing that it says contradicts its place."""
    put(folder, schema, MAY, facts)
    assert PlayerTable(folder, schema, "hikaru").state(MAY) is not None
    read = read_partition(LakeTable(folder, schema), HIKARUS_MAY)
    assert read is not None
    assert read.num_rows == 0


def test_what_it_says(folder: FolderStore) -> None:
    """The error says whose the file is, and where it belongs."""
    put(folder, RAW, MAY, {"source_url": URL.format("gothamchess", "2022/06")})
    with pytest.raises(
        MisplacedFile,
        match=r"raw_pgn_archives of gothamchess 2022-06\. Move it to "
        r"raw_pgn_archives/user=gothamchess/month=2022-06/part-0\.parquet",
    ):
        PlayerTable(folder, RAW, "hikaru").state(MAY)


@pytest.mark.parametrize("text", ["\x1b[2J", "../../etc", "a" * 4000, "\n- x"])
def test_hostile_facts(folder: FolderStore, text: str) -> None:
    """What a file says of itself is shown only where it is harmless."""
    put(folder, RAW, MAY, {"table": "raw_pgn_archives", "user": text, "month": text})
    with pytest.raises(MisplacedFile) as caught:
        PlayerTable(folder, RAW, "hikaru").state(MAY)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000
    assert "Move it to where it belongs" in str(caught.value)


@pytest.mark.parametrize(
    ("schema", "facts"),
    [
        (PLAYER_GAMES, place_facts("player_games", "gothamchess", None)),
        (PLAYER_GAMES, place_facts("rating_history", "hikaru", None)),
        (RATING_HISTORY, {"source_uri": "/lake/player_games/user=gothamchess/part-0.parquet"}),
        (RATING_HISTORY, {"source_uri": "/lake/games/user=hikaru/part-0.parquet"}),
    ],
)
def test_misplaced_player_file(
    folder: FolderStore, schema: TableSchema, facts: dict[str, str]
) -> None:
    """A player's file of another player or table is an error too."""
    put(folder, schema, None, facts)
    file = player_file(folder, schema, "hikaru")
    for read in (file.state, file.read):
        with pytest.raises(MisplacedFile):
            read()


def rows_of(*games: Any) -> Any:
    """Return raw rows whose payloads are these games."""
    rows = [raw_row(f"g{n}") | {"payload": json.dumps(game)} for n, game in enumerate(games)]
    return raw_table(*rows)


@pytest.mark.parametrize(
    "games",
    [
        games_of(OTHER_ACCOUNT, "gothamchess", MAY, count=3),
        games_of(OWNER, "hikaru", JUNE, count=3),
    ],
)
def test_games_as_evidence(folder: FolderStore, games: list[Any]) -> None:
    """A raw file that says nothing is judged by its games: whose they are, and of which month."""
    path = partition_path(RAW.name, "hikaru", MAY)
    folder.put(path, encode(rows_of(*games), {"content_version": "x"}), if_match=None)
    with pytest.raises(MisplacedFile):
        PlayerTable(folder, RAW, "hikaru").state(MAY)


@pytest.mark.parametrize(
    "games",
    [
        games_of(OWNER, "Hikaru", MAY, count=3),
        games_of(OWNER, "hikaru", JUNE, count=1),
        [{"white": 7}, None, "text"],
    ],
)
def test_games_that_contradict_nothing(folder: FolderStore, games: list[Any]) -> None:
    """A raw file that says nothing is read where its games are the player's, or do not tell."""
    path = partition_path(RAW.name, "hikaru", MAY)
    folder.put(path, encode(rows_of(*games), {}), if_match=None)
    state = PlayerTable(folder, RAW, "hikaru").state(MAY)
    assert state is not None
    assert state.rows == len(games)


def test_put_in_place_later(folder: FolderStore) -> None:
    """A file that takes the place of one that was looked at before is judged as well."""
    put(folder, RAW, MAY, place_facts(RAW.name, "hikaru", MAY))
    table = PlayerTable(folder, RAW, "hikaru")
    state = table.state(MAY)
    table.save_index()
    assert state is not None
    other = encode(RAW.empty(), place_facts(RAW.name, "gothamchess", MAY))
    folder.put(partition_path(RAW.name, "hikaru", MAY), other, if_match=state.etag)
    with pytest.raises(MisplacedFile):
        table.read(MAY)
    with pytest.raises(UnreadableFile):
        PlayerTable(folder, RAW, "hikaru").state(MAY)
