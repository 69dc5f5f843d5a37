"""One table in one run: which file a partition has, what its failure means for the others."""

import logging
from functools import partial

import pytest

from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.outcomes import Action, Done, Failed
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import PartitionFile
from chess_assets.domain.lake.paths import file_path, index_path
from chess_assets.domain.lake.row_groups import RowGroupWriter
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets.domain.store import FolderStore, Store, StoreDenied, StoreError, StoreFull
from chess_assets_tests.domain.raw_rows import raw_row, raw_table
from chess_assets_tests.domain.wrapped_store import WrappedStore

MONTH = Partition.of_player("anna", Month(2022, 5))
PLAYER = Partition.of_player("anna")
OTHERS_MONTH = Partition.of_player("ben", Month(2022, 5))
PARTITIONS = [MONTH, PLAYER, OTHERS_MONTH, Partition((("day", "1"),)), Partition()]


def write(file: PartitionFile) -> Done:
    """Store a game."""
    writer = RowGroupWriter(RAW)
    writer.add(raw_table(raw_row("a")))
    written = writer.finish({"content_version": "v1"})
    return Done(Action.STORED, file.write(written, replacing=file.state()))


def test_files(store: Store) -> None:
    """Every kind of partition has its own file, which knows what it was written as."""
    table = LakeTable(store, RAW)
    for partition in PARTITIONS:
        assert table.file(partition).state() is None
        done = table.attempt(partition, partial(write, table.file(partition))).outcome
        assert isinstance(done, Done)
        assert done.state.uri == store.uri_of(file_path(RAW.name, partition))
    table.save_indexes()

    again = LakeTable(store, RAW)
    states = [again.file(partition).state() for partition in PARTITIONS]
    assert [each.rows if each else None for each in states] == [1] * 5
    assert {info.key for info in store.list("_index/")} == {
        index_path(RAW.name, user) for user in ("anna", "ben")
    }


@pytest.mark.parametrize("error", [StoreDenied("refused"), LookupError("a fault of ours")])
def test_one_fails(folder: FolderStore, error: Exception) -> None:
    """What a partition may fail with is its outcome, and the next is tried; all else is raised."""
    table = LakeTable(folder, RAW)

    def fail() -> Done:
        raise error

    if isinstance(error, StoreError):
        assert table.attempt(MONTH, fail).outcome == Failed(error)
    else:
        with pytest.raises(LookupError, match="a fault of ours"):
            table.attempt(MONTH, fail)
    assert isinstance(table.attempt(PLAYER, lambda: write(table.file(PLAYER))).outcome, Done)


def test_lake_out(folder: FolderStore) -> None:
    """After a fault of the whole lake no partition of any player is tried."""
    table, tried = LakeTable(folder, RAW), []

    def fail() -> Done:
        tried.append(1)
        raise StoreFull("full")

    outcomes = [table.attempt(partition, fail).outcome for partition in PARTITIONS]
    said = [str(each.error) for each in outcomes if isinstance(each, Failed)]
    assert said == ["full", *["not attempted, because: full"] * 4]
    assert tried == [1]


def test_index_refused(folder: FolderStore, caplog: pytest.LogCaptureFixture) -> None:
    """An index that cannot be stored is a warning; the other players' are stored."""

    class Refusing(WrappedStore):
        def put(self, key: str, body: bytes, *, if_match: str | None) -> str:
            if key == index_path(RAW.name, "anna"):
                raise StoreDenied("refused")
            return super().put(key, body, if_match=if_match)

    table = LakeTable(Refusing(folder), RAW)
    for partition in (MONTH, OTHERS_MONTH):
        write(table.file(partition))
    with caplog.at_level(logging.WARNING):
        table.save_indexes()
    assert "has to look at every file again: refused" in caplog.text
    assert [info.key for info in folder.list("_index/")] == [index_path(RAW.name, "ben")]
