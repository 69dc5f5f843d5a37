"""A table that follows another is computed when it must be, and only then."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pyarrow as pa
import pytest

from chess_assets.domain.lake.computing import (
    COMPUTATION_VERSION,
    NotComputed,
    PartitionWork,
    SourceMissing,
)
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.outcomes import Action
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import PartitionFile
from chess_assets.domain.lake.partitioned_table import StoredPartitions
from chess_assets.domain.lake.paths import file_path
from chess_assets.domain.lake.row_groups import RowGroupWriter
from chess_assets.domain.lake.workers import InProcessWorkers, Result, Workers, WorkersGone
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets.domain.store import Conflict, FolderStore, Store, StoreFull
from chess_assets_tests.domain.lake.following import (
    JUNE,
    LINKS,
    MAY,
    PLAYER,
    USER,
    ids,
    linked,
    store_raw,
    told,
    update,
    update_all,
)
from chess_assets_tests.domain.wrapped_store import WrappedStore

EITHER = pytest.mark.parametrize("partition", [MAY, PLAYER], ids=["month", "player"])
YEAR = [Partition.of_player(USER, Month(2022, month)) for month in range(1, 13)]


def never(rows: pa.Table) -> pa.Table:
    """Stand for a computation that must not be asked."""
    raise AssertionError(rows)


@EITHER
def test_first(store: Store, partition: Partition) -> None:
    """What is not there is computed from the source, and its metadata says from what."""
    store_raw(store, partition, "a", "b")
    done = update(store, partition)
    assert (done.action, done.freshness, done.state.rows) == (Action.COMPUTED, None, 2)
    assert linked(store, partition) == ["a", "b"]
    metadata = done.state.facts
    assert metadata["source_uri"] == store.uri_of(file_path(RAW.name, partition))
    assert metadata["source_content_version"] == "v1"
    assert metadata["computation_version"] == "1"


@EITHER
def test_nothing_changed(store: Store, partition: Partition) -> None:
    """A partition that is as it would be is neither read, computed nor written."""
    store_raw(store, partition, "a")
    first = update(store, partition)
    before = store.head(file_path(LINKS.name, partition))
    again = update(store, partition, never)
    assert (again.action, again.state) == (Action.KEPT, first.state)
    assert store.head(file_path(LINKS.name, partition)) == before


@EITHER
def test_content_or_version_changed(store: Store, partition: Partition) -> None:
    """Other content upstream, or another version of the computation, computes it anew, once."""
    store_raw(store, partition, "a")
    update(store, partition)
    store_raw(store, partition, "a", "b", version="v2")
    assert update(store, partition).action is Action.COMPUTED
    assert linked(store, partition) == ["a", "b"]
    assert update(store, partition, version="2").action is Action.COMPUTED
    assert update(store, partition, never, version="2").action is Action.KEPT


def test_only_what_changed(store: Store) -> None:
    """Only the month whose source changed is computed again."""
    for month in (MAY, JUNE):
        store_raw(store, month, "a")
    update_all(store, [MAY, JUNE])
    store_raw(store, MAY, "a", "b", version="v2")
    assert told(update_all(store, [MAY, JUNE])) == {
        "hikaru 2022-05": "computed",
        "hikaru 2022-06": "kept",
    }


def test_metadata_renewed(store: Store) -> None:
    """A source that was only looked at again, or rewritten alike, computes nothing."""
    store_raw(store, MAY, "a")
    update(store, MAY)
    months = LakeTable(store, RAW).months_of(USER)
    state = months.state(Month(2022, 5))
    assert state is not None
    months.renew(Month(2022, 5), state, {**state.facts, "fetched_at": "later"})
    months.save_index()
    assert update(store, MAY, never).action is Action.KEPT
    store_raw(store, MAY, "a")
    assert update(store, MAY, never).action is Action.KEPT


@EITHER
def test_source_missing(folder: FolderStore, partition: Partition) -> None:
    """A source that is not stored is named, with whose it is and what to do."""
    words = f"{partition}: raw_pgn_archives is not stored; materialize raw_pgn_archives"
    with pytest.raises(SourceMissing, match=words):
        update(folder, partition)


def test_source_deleted(folder: FolderStore) -> None:
    """What follows a source that was deleted is not called current, and stays."""
    store_raw(folder, MAY, "a")
    update(folder, MAY)
    Path(folder.uri_of(file_path(RAW.name, MAY))).unlink()
    with pytest.raises(SourceMissing):
        update(folder, MAY)
    assert linked(folder, MAY) == ["a"]


@EITHER
def test_unreadable(folder: FolderStore, partition: Partition) -> None:
    """A source or a target that cannot be read is named, and not replaced."""
    for table in (RAW, LINKS):
        path = file_path(table.name, partition)
        folder.put(path, b"nonsense", if_match=None)
        with pytest.raises(UnreadableFile, match=f"{table.name}/user=hikaru/"):
            update(folder, partition)
        stored = folder.get(path)
        assert stored is not None
        assert stored.body == b"nonsense"
        Path(folder.uri_of(path)).unlink()
        store_raw(folder, partition, "a")


@EITHER
def test_computation_fails(folder: FolderStore, partition: Partition) -> None:
    """Whatever a computation raises fails one partition by name; old rows stay."""
    store_raw(folder, partition, "a")
    update(folder, partition)
    store_raw(folder, partition, "b", version="v2")
    with pytest.raises(NotComputed, match=rf"{partition}: links could not be computed \(Assertion"):
        update(folder, partition, never)
    assert linked(folder, partition) == ["a"]


@EITHER
def test_another_run_stored_the_same(store: Store, partition: Partition) -> None:
    """When another run stores the same meanwhile, its result is kept and nothing is redone."""
    store_raw(store, partition, "a")
    asked = []

    def overtaken(rows: pa.Table) -> pa.Table:
        asked.append(rows.num_rows)
        update(store, partition)
        return ids(rows)

    assert update(store, partition, overtaken).action is Action.KEPT
    assert asked == [1]


@EITHER
def test_another_run_changed_both(store: Store, partition: Partition) -> None:
    """When another run stores a newer source and what follows, ours never goes back behind it."""
    store_raw(store, partition, "a")
    asked = []

    def overtaken(rows: pa.Table) -> pa.Table:
        asked.append(rows.num_rows)
        if len(asked) == 1:
            store_raw(store, partition, "a", "b", version="v2")
            update(store, partition)
        return ids(rows)

    update(store, partition, overtaken)
    assert linked(store, partition) == ["a", "b"]
    assert update(store, partition, never).action is Action.KEPT


def test_target_deleted_meanwhile(folder: FolderStore) -> None:
    """A target that vanishes while it is being replaced is simply written."""
    store_raw(folder, MAY, "a")
    update(folder, MAY)
    store_raw(folder, MAY, "b", version="v2")
    target = Path(folder.uri_of(file_path(LINKS.name, MAY)))

    def vanishing(rows: pa.Table) -> pa.Table:
        target.unlink(missing_ok=True)
        return ids(rows)

    assert update(folder, MAY, vanishing).action is Action.COMPUTED
    assert linked(folder, MAY) == ["b"]


def test_others_always_first(folder: FolderStore) -> None:
    """A run that is never first gives up with a Conflict, instead of computing for ever."""
    store_raw(folder, PLAYER, "a")
    versions = iter(range(100))

    def overtaken(rows: pa.Table) -> pa.Table:
        update(folder, PLAYER, version=f"other {next(versions)}")
        return ids(rows)

    with pytest.raises(Conflict):
        update(folder, PLAYER, overtaken)
    assert next(versions) < 50


def test_one_partition_fails_alone(folder: FolderStore) -> None:
    """Partitions that fail, for whatever reason, are named, and all others are stored."""
    for month in YEAR:
        store_raw(folder, month, "bad" if month == JUNE else f"{month}", version=f"{month}")
    Path(folder.uri_of(file_path(RAW.name, YEAR[0]))).unlink()
    Path(folder.uri_of(file_path(RAW.name, YEAR[1]))).write_bytes(b"nonsense")

    def careful(rows: pa.Table) -> pa.Table:
        if "bad" in rows["game_id"].to_pylist():
            raise ZeroDivisionError("by a game")
        return ids(rows)

    said = told(update_all(folder, YEAR, careful))
    assert said.pop("hikaru 2022-01").startswith("hikaru 2022-01: raw_pgn_archives is not stored")
    assert "is not a readable Parquet file" in said.pop("hikaru 2022-02")
    assert said.pop("hikaru 2022-06").endswith("This is a fault of the program: report it.")
    assert (len(said), set(said.values())) == (9, {"computed"})


def test_another_program_version(folder: FolderStore) -> None:
    """What a worker with another version of the program computed is not stored."""

    def old(rows: pa.Table) -> pa.Table:
        return ids(rows).replace_schema_metadata({COMPUTATION_VERSION: "0"})

    store_raw(folder, MAY, "a")
    (said,) = told(update_all(folder, [MAY], old)).values()
    assert "computed by version 0 of the computation and not by 1" in said
    assert folder.head(file_path(LINKS.name, MAY)) is None


def with_workers(workers: Workers) -> Callable[[int, int], AbstractContextManager[Workers]]:
    """Return what gives these workers to a run."""
    return lambda partitions, rows: nullcontext(workers)  # noqa: ARG005 - WorkersFor's


def test_another_run_was_first_everywhere(folder: FolderStore) -> None:
    """Months that another run stored while they were computed are kept as that left them."""
    for month in YEAR:
        store_raw(folder, month, "a")

    class Late(InProcessWorkers):
        def results(self, works: Iterable[PartitionWork]) -> Iterator[tuple[PartitionWork, Result]]:
            made = list(super().results(works))
            assert set(told(update_all(folder, YEAR)).values()) == {"computed"}
            yield from made

    said = told(update_all(folder, YEAR, workers=with_workers(Late())))
    assert (len(said), set(said.values())) == (12, {"kept"})


def test_workers_gone(folder: FolderStore) -> None:
    """When the workers are gone, what came before is stored and due no more."""
    for month in YEAR:
        store_raw(folder, month, "a")

    class Leaving(InProcessWorkers):
        def results(self, works: Iterable[PartitionWork]) -> Iterator[tuple[PartitionWork, Result]]:
            for count, result in enumerate(super().results(works)):
                if count == 3:
                    raise WorkersGone("They are gone.")
                yield result

    with pytest.raises(WorkersGone):
        update_all(folder, YEAR, workers=with_workers(Leaving()))
    said = list(told(update_all(folder, YEAR)).values())
    assert (said.count("kept"), said.count("computed")) == (3, 9)


def test_workers_are_told_what_is_due(folder: FolderStore) -> None:
    """Workers are opened for what is due, by partitions and rows, and not at all for nothing."""
    for month in YEAR:
        store_raw(folder, month, "a", "b")
    asked = []

    def opened(partitions: int, rows: int) -> AbstractContextManager[Workers]:
        asked.append((partitions, rows))
        return nullcontext(InProcessWorkers())

    update_all(folder, YEAR[:4], workers=opened)
    update_all(folder, YEAR, workers=opened)
    update_all(folder, YEAR, workers=opened)
    assert asked == [(4, 8), (8, 16)]


def test_columns(store: Store) -> None:
    """A computation is given only the columns that were asked for, and its table says from what."""
    store_raw(store, PLAYER, "a", "b")
    given = []

    def compute(rows: pa.Table) -> pa.Table:
        given.append(rows.column_names)
        return ids(rows)

    source = StoredPartitions(LakeTable(store, RAW), {USER: PLAYER}, ["game_id"])
    updated = list(source.map(compute).updates(LakeTable(store, LINKS), [PLAYER], "1"))
    assert told(updated) == {USER: "computed"}
    assert given == [["game_id"]]
    assert linked(store, PLAYER) == ["a", "b"]


def test_source_goes_away(folder: FolderStore) -> None:
    """Partitions whose source goes away or breaks after the look at it fail alone, by name."""
    for month in YEAR:
        store_raw(folder, month, "a")

    def opened(partitions: int, rows: int) -> AbstractContextManager[Workers]:
        Path(folder.uri_of(file_path(RAW.name, YEAR[0]))).write_bytes(b"nonsense")
        Path(folder.uri_of(file_path(RAW.name, JUNE))).unlink()
        return nullcontext(InProcessWorkers())

    said = told(update_all(folder, YEAR, workers=opened))
    assert "is not a readable Parquet file" in said.pop("hikaru 2022-01")
    assert said.pop("hikaru 2022-06").startswith("hikaru 2022-06: raw_pgn_archives is not stored")
    assert (len(said), set(said.values())) == (10, {"computed"})


def test_lake_full(folder: FolderStore) -> None:
    """Where the lake takes nothing any more, what came before is stored and nothing is tried on."""
    for month in YEAR:
        store_raw(folder, month, "a")
    computed: list[int] = []

    def compute(rows: pa.Table) -> pa.Table:
        computed.append(rows.num_rows)
        return ids(rows)

    class Full(WrappedStore):
        """A store whose disk is full after two writes."""

        def put(self, key: str, body: bytes, *, if_match: str | None) -> str:
            if len(computed) > 2:
                raise StoreFull("the disk is full")
            return super().put(key, body, if_match=if_match)

    source = StoredPartitions(LakeTable(folder, RAW), {str(each): each for each in YEAR})
    target = LakeTable(Full(folder), LINKS)
    said = list(told(list(source.map(compute).updates(target, YEAR, "1"))).values())
    assert said[:3] == ["computed", "computed", "the disk is full"]
    assert set(said[3:]) == {"not attempted, because: the disk is full"}
    assert len(computed) <= 4


def test_combined(store: Store) -> None:
    """A player's partition is made of all stored months, and again when one of them changes."""
    store_raw(store, MAY, "a")
    store_raw(store, JUNE, "b", version="v2")

    def everything(
        months: StoredPartitions, file: PartitionFile
    ) -> tuple[RowGroupWriter, dict[str, str]]:
        assert file.partition == PLAYER
        writer = RowGroupWriter(LINKS)
        for month in months.states():
            writer.add(ids(months.read(month, None)[0]))
        return writer, {"months": str(len(months.states()))}

    def combined() -> str:
        source = StoredPartitions(LakeTable(store, RAW), {str(each): each for each in YEAR})
        target = LakeTable(store, LINKS)
        (said,) = told(list(source.combine(everything).updates(target, [PLAYER], "1"))).values()
        return said

    assert (combined(), combined()) == ("computed", "kept")
    assert linked(store, PLAYER) == ["a", "b"]
    store_raw(store, MAY, "a", "c", version="v3")
    assert (combined(), combined()) == ("computed", "kept")
    assert linked(store, PLAYER) == ["a", "c", "b"]


def test_read_by_key(folder: FolderStore) -> None:
    """A stored partition is read by its key, with only the columns that were asked for."""
    store_raw(folder, MAY, "a")
    stored = StoredPartitions(LakeTable(folder, RAW), {"may": MAY, "june": JUNE}, ["game_id"])
    assert stored["may"].to_pydict() == {"game_id": ["a"]}
    with pytest.raises(SourceMissing, match="hikaru 2022-06: raw_pgn_archives is not stored"):
        _ = stored["june"]
