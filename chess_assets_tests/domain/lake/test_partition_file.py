"""A partition's one file: what it says of itself, its rows, and another in its place."""

import pytest

from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import ParquetPartition, player_file
from chess_assets.domain.lake.paths import file_path
from chess_assets.domain.lake.row_groups import EncodedFile, RowGroupWriter
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets.domain.store import Conflict, FolderStore, ObjectInfo, Store
from chess_assets_tests.domain.raw_rows import raw_row, raw_table
from chess_assets_tests.domain.wrapped_store import WrappedStore

OF_OTHERS = Partition((("country", "DE"), ("day", "2022-05-01")))


def encoded(*game_ids: str) -> EncodedFile:
    """Return a file of these games."""
    writer = RowGroupWriter(RAW)
    writer.add(raw_table(*map(raw_row, game_ids)))
    return writer.finish({"content_version": "v1"})


@pytest.mark.parametrize("partition", [Partition.of_player("hikaru"), OF_OTHERS, Partition()])
def test_state(store: Store, partition: Partition) -> None:
    """A file's state without its rows being read is the one it has when they are."""
    file = ParquetPartition(store, RAW, partition)
    assert (file.state(), file.read(), file.read_file()) == (None, None, None)
    written = file.write(encoded("a", "b", "c"), replacing=None)
    state = file.state()
    assert state is not None
    assert (state.uri, state.etag, state.rows) == (written.uri, written.etag, 3)
    assert (state.content_version, state.lacking) == ("v1", ())
    read = file.read(["game_id"])
    assert read is not None
    assert read[0].to_pydict() == {"game_id": ["a", "b", "c"]}
    whole = file.read_file()
    assert whole is not None
    assert state == read[1] == whole[1]
    assert len(whole[0]) == state.size_bytes == written.size_bytes


def test_another_first(store: Store) -> None:
    """A file that another writer replaced, made or deleted is not written over."""
    file = player_file(store, RAW, "hikaru")
    first = file.write(encoded("a"), replacing=None)
    with pytest.raises(Conflict):
        file.write(encoded("b"), replacing=None)
    file.write(encoded("a", "c"), replacing=first)
    with pytest.raises(Conflict):
        file.write(encoded("b"), replacing=first)
    state = file.state()
    assert state is not None
    assert state.rows == 2


def test_replaced_while_looked_at(store: Store) -> None:
    """What was decided from a file that was replaced during the look at it is not written."""

    class Overtaken(WrappedStore):
        """A store in which somebody writes between a HEAD and what follows it."""

        def head(self, key: str) -> ObjectInfo | None:
            info = super().head(key)
            assert info is not None
            mine = player_file(self._store, RAW, "hikaru")
            mine.write(encoded("other", "games"), replacing=mine.state())
            return info

    player_file(store, RAW, "hikaru").write(encoded("a"), replacing=None)
    file = player_file(Overtaken(store), RAW, "hikaru")
    with pytest.raises(Conflict):
        file.write(encoded("a", "b"), replacing=file.state())
    read = file.read(["game_id"])
    assert read is not None
    assert read[0]["game_id"].to_pylist() == ["other", "games"]


def test_unreadable(folder: FolderStore) -> None:
    """Something else in the file's place is named in every way of reading it."""
    file = ParquetPartition(folder, RAW, OF_OTHERS)
    folder.put(file_path(RAW.name, OF_OTHERS), b"my notes", if_match=None)
    for read in (file.state, file.read, file.read_file):
        with pytest.raises(UnreadableFile, match=r"country=DE/day=2022-05-01/part-0\.parquet is "):
            read()
