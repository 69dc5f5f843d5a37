"""`PartitionedTable`: a run's partitions of one table, which assets take and return.

Nothing is read, fetched or computed before it is asked for, and only a few partitions are in memory
at once. An asset gets the stored partitions of an upstream asset and returns what follows from
them, which the IO manager stores partition by partition:

    @asset(partitions_def=months_by_user, code_version="1", io_manager_key="lake", …)
    def long_games(games: StoredPartitions) -> PartitionedTable:
        return games.map(lambda month: month.filter(pc.field("plies") > 120))
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import pyarrow as pa

from chess_assets.domain.lake.computing import (
    COMPUTATION_VERSION,
    Compute,
    NotComputed,
    OtherVersion,
    PartitionWork,
    SourceMissing,
    combined_version,
    content_version_of,
    is_current,
    keep_or_replace,
    place_of,
)
from chess_assets.domain.lake.lake_table import FAILS_ITS_PARTITION_ONLY, LakeTable
from chess_assets.domain.lake.lost_games import (
    IDENTITY_COLUMNS,
    games_missing,
    missing_games,
)
from chess_assets.domain.lake.outcomes import Action, Done, Failed, Outcome, PartitionOutcome
from chess_assets.domain.lake.parquet_file import UnreadableFile, decode
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import CONTENT_VERSION, PartitionFile, PartitionState
from chess_assets.domain.lake.row_groups import EncodedFile, RowGroupWriter
from chess_assets.domain.lake.workers import InProcessWorkers, NotDone, Result, Workers
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import Conflict

WorkersFor = Callable[[int, int], AbstractContextManager[Workers]]
"""Opens workers for so many partitions, which follow from so many rows."""


def in_this_process(partitions: int, rows: int) -> AbstractContextManager[Workers]:  # noqa: ARG001 - WorkersFor
    """Return workers that compute in this process, one partition after another."""
    return nullcontext(InProcessWorkers())


class PartitionedTable(ABC):
    """What an asset returns: how each of the run's partitions is brought up to date."""

    @abstractmethod
    def updates(
        self, target: LakeTable, partitions: Sequence[Partition], version: str
    ) -> Iterator[PartitionOutcome]:
        """Bring partitions up to date one by one, yielding each one's outcome once it is stored.

        Args:
            target: The table of the asset that returned this.
            partitions: The run's partitions of it.
            version: The asset's `code_version`.

        Raises:
            WorkersGone: when nothing is left to compute on; partitions yielded before are stored.
        """


class StoredPartitions(PartitionedTable):
    """What an asset gets for an upstream asset: partitions as they are stored, by partition key.

    Args:
        table: The upstream table.
        partitions: Its partitions, by Dagster's key; what is not stored may be among them.
        columns: The columns that are read; None for all.
    """

    def __init__(
        self,
        table: LakeTable,
        partitions: Mapping[str, Partition],
        columns: Sequence[str] | None = None,
    ) -> None:
        self.table = table
        self.partitions = partitions
        self.columns = columns

    def __getitem__(self, key: str) -> pa.Table:
        """Read the rows of one partition.

        Raises:
            SourceMissing: when it is not stored.
            UnreadableFile: when what is stored is no Parquet file of the table.
        """
        return self.read(self.partitions[key], self.columns)[0]

    def read(
        self, partition: Partition, columns: Sequence[str] | None
    ) -> tuple[pa.Table, PartitionState]:
        """Read these columns of one partition, and its state; raises as `[]` does."""
        body, state = _read_source(self.table.file(partition))
        return decode(body, self.table.schema, columns, where=state.uri).table, state

    def states(self) -> dict[Partition, PartitionState]:
        """Return the state of every partition that is stored, ascending.

        Raises:
            UnreadableFile: when what is stored as one is no Parquet file: what is made of the
                others would pass for the whole.
        """
        found = ((each, self.table.file(each).state()) for each in sorted(self.partitions.values()))
        return {partition: state for partition, state in found if state is not None}

    def map(self, compute: Compute, workers: WorkersFor = in_this_process) -> PartitionedTable:
        """Return a table of the same partitions, each computed from the one here.

        Args:
            compute: Makes a partition's rows; for workers elsewhere, what pickle can send.
            workers: Where it is done.
        """
        return _Computed(self, compute, workers)

    def combine(self, combine: "Combine") -> PartitionedTable:
        """Return a table of fewer partitions, each made of all those here that it contains."""
        return _Combined(self, combine)

    def updates(
        self, target: LakeTable, partitions: Sequence[Partition], version: str
    ) -> Iterator[PartitionOutcome]:
        """Copy the partitions as they are; see `PartitionedTable`."""
        return self.map(lambda rows: rows).updates(target, partitions, version)


Combine = Callable[[StoredPartitions, PartitionFile], tuple[RowGroupWriter, Mapping[str, str]]]
"""Makes a partition's rows of those that it contains, given the file that they replace; returns
them, and what the new file's metadata says of them."""


class _Computed(PartitionedTable):
    """Partitions that are each computed from the same partition of another table."""

    def __init__(self, source: StoredPartitions, compute: Compute, workers: WorkersFor) -> None:
        self._source = source
        self._compute = compute
        self._workers = workers

    def updates(
        self, target: LakeTable, partitions: Sequence[Partition], version: str
    ) -> Iterator[PartitionOutcome]:
        due, rows = [], 0
        for partition in partitions:
            try:
                target.outage.check()
                source = self._source.table.file(partition).state()
                current = target.file(partition).state()
            except FAILS_ITS_PARTITION_ONLY as error:
                target.outage.note(error)
                yield PartitionOutcome(partition, Failed(error))
                continue
            if source and current and is_current(current, content_version_of(source, version)):
                yield PartitionOutcome(partition, Done(Action.KEPT, current))
            else:
                due.append(partition)
                rows += source.rows if source else 0
        if due:
            yield from self._computed(target, due, rows, version)

    def _computed(
        self, target: LakeTable, due: Sequence[Partition], rows: int, version: str
    ) -> Iterator[PartitionOutcome]:
        unread: list[PartitionOutcome] = []
        with self._workers(len(due), rows) as workers:
            works = self._works(target, due, version, unread)
            for work, result in workers.results(works):
                yield target.note(work.partition, self._stored(target, work, result))
        yield from unread

    def _works(
        self,
        target: LakeTable,
        due: Iterable[Partition],
        version: str,
        unread: list[PartitionOutcome],
    ) -> Iterator[PartitionWork]:
        """Read what is due, one partition at a time; what cannot be read is set aside."""
        for partition in due:
            try:
                target.outage.check()
                yield self._work(target.file(partition), version)
            except FAILS_ITS_PARTITION_ONLY as error:
                unread.append(target.note(partition, Failed(error)))

    def _work(self, target: PartitionFile, version: str) -> PartitionWork:
        replacing = target.state()
        source = self._source.table.file(target.partition)
        stored = _read_source(source)
        if replacing is not None and replacing.rows:
            _check_games_kept(source.schema, stored, target)
        return PartitionWork(
            target.partition,
            *stored,
            source.schema,
            self._source.columns,
            target.schema,
            self._compute,
            version,
            replacing,
        )

    def _stored(self, target: LakeTable, work: PartitionWork, result: Result) -> Outcome:
        try:
            if isinstance(result, EncodedFile):
                return self._store(target.file(work.partition), work, result)
        except FAILS_ITS_PARTITION_ONLY as error:
            return Failed(error)
        if isinstance(result, (UnreadableFile, NotDone)):
            return Failed(result)
        return Failed(NotComputed(work.schema.name, work.partition, result))

    def _store(self, target: PartitionFile, work: PartitionWork, file: EncodedFile) -> Done:
        done_by = file.facts[COMPUTATION_VERSION]
        if done_by != work.version:
            raise OtherVersion(target.schema.name, target.partition, done_by, work.version)
        try:
            written = target.write(file, replacing=work.replacing)
            return Done(Action.COMPUTED, written, columns=file.columns)
        except Conflict:
            # Another run was first, and most often with the same: no reason to go to the workers.
            return self._update_here(target, work.version)

    def _update_here(self, target: PartitionFile, version: str) -> Done:
        work = self._work(target, version)
        return keep_or_replace(target, content_version_of(work.source_state, version), work.file)


class _Combined(PartitionedTable):
    """Partitions that are each made of all the partitions of another table that they contain."""

    def __init__(self, source: StoredPartitions, combine: Combine) -> None:
        self._source = source
        self._combine = combine

    def updates(
        self, target: LakeTable, partitions: Sequence[Partition], version: str
    ) -> Iterator[PartitionOutcome]:
        for partition, group in self._groups(partitions):
            file = target.file(partition)
            yield target.attempt(partition, partial(self._update, file, group, version))

    def _groups(
        self, partitions: Sequence[Partition]
    ) -> Iterator[tuple[Partition, StoredPartitions]]:
        names = {name for partition in partitions for name, _ in partition.dimensions}
        members: dict[Partition, dict[str, Partition]] = defaultdict(dict)
        for key, member in self._source.partitions.items():
            members[member.only(names)][key] = member
        for partition in partitions:
            columns = self._source.columns
            yield partition, StoredPartitions(self._source.table, members[partition], columns)

    def _update(self, target: PartitionFile, group: StoredPartitions, version: str) -> Done:
        states = group.states()
        if not states:
            raise SourceMissing(group.table.schema.name, target.partition)
        content_version = _combined_version(target, states, version)
        return keep_or_replace(
            target, content_version, lambda: self._encoded(target, group, version)
        )

    def _encoded(self, target: PartitionFile, group: StoredPartitions, version: str) -> EncodedFile:
        try:
            writer, metadata = self._combine(group, target)
        except FAILS_ITS_PARTITION_ONLY:
            raise
        except Exception as error:
            raise NotComputed(target.schema.name, target.partition, error) from error
        states = group.states()  # as they were read: another run may have been here meanwhile
        return writer.finish(
            {
                CONTENT_VERSION: _combined_version(target, states, version),
                COMPUTATION_VERSION: version,
                **place_of(target.schema, target.partition),
                **metadata,
            }
        )


def _combined_version(
    target: PartitionFile, states: Mapping[Partition, PartitionState], version: str
) -> str:
    members = {each.within(target.partition): state for each, state in states.items()}
    return combined_version(members, version)


def _check_games_kept(
    schema: TableSchema, source: tuple[bytes, PartitionState], target: PartitionFile
) -> None:
    """Raise, if the target has games that its source lacks; a GET of what is replaced."""
    if not all(
        set(IDENTITY_COLUMNS) <= set(each.columns.names) for each in (schema, target.schema)
    ):
        return  # not a table of games
    stored = target.read_file()
    if stored is None:
        return
    given, kept = (
        decode(body, each, IDENTITY_COLUMNS, where=state.uri).table
        for (body, state), each in ((source, schema), (stored, target.schema))
    )
    if missing := missing_games(kept, [given]):
        whose, table, uri = str(target.partition), target.schema.name, stored[1].uri
        raise games_missing(whose, table, uri, schema.name, missing)


def _read_source(source: PartitionFile) -> tuple[bytes, PartitionState]:
    stored = source.read_file()
    if stored is None:
        raise SourceMissing(source.schema.name, source.partition)
    return stored
