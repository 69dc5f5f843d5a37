"""What is computed from another partition: kept while content and version are the same.

A file's content version is a hash of what it follows from and of the computation's version: where
it is the stored one, nothing is read, computed or written. The work of a partition is bytes in and
bytes out, so that it can be done in any process.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from chess_assets.domain.lake.outcomes import Action, Done
from chess_assets.domain.lake.parquet_file import decode, encode
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import (
    CONTENT_VERSION,
    PartitionFile,
    PartitionState,
)
from chess_assets.domain.lake.placement import place_facts
from chess_assets.domain.lake.row_groups import EncodedFile
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import until_first

Compute = Callable[[pa.Table], pa.Table]
"""Makes a partition's rows of another's. What it says in the schema's metadata becomes file
metadata, if the table's columns are declared."""

COMPUTATION_VERSION = "computation_version"
"""File metadata: which version of the computation made the file. A computation that is done in
other processes says it in its rows' metadata, since those may have another version installed."""

_CAUSE_LENGTH = 200


class SourceMissing(LookupError):
    """A partition that cannot be computed because what it follows from is not stored."""

    def __init__(self, source: str, partition: object) -> None:
        super().__init__(f"{partition}: {source} is not stored; materialize {source} for it first.")


class NotComputed(Exception):
    """A partition over whose rows the computation failed."""

    def __init__(self, target: str, partition: object, error: Exception) -> None:
        cause = " ".join(f"{type(error).__name__}: {error}".split())[:_CAUSE_LENGTH]
        super().__init__(
            f"{partition}: {target} could not be computed ({cause}). "
            "This is a fault of the program: report it."
        )


class OtherVersion(Exception):
    """A partition that was computed by another version of the program than the one that asked."""

    def __init__(self, target: str, partition: object, done_by: str, wanted: str) -> None:
        super().__init__(
            f"{partition}: {target} was computed by version {done_by} of the computation and not "
            f"by {wanted}: install the same chess_assets wherever partitions are computed."
        )


def content_version_of(source: PartitionState, version: str) -> str:
    """Return the content version of what a computation of this version makes of a source."""
    return hashlib.sha256(f"{source.content_version} {version}".encode()).hexdigest()


def combined_version(members: Mapping[str, PartitionState], version: str) -> str:
    """Return the content version of what is made of several partitions.

    Args:
        members: The partitions, by what tells them apart: months by their names.
        version: The computation's version.
    """
    lines = [f"{name} {state.content_version}" for name, state in sorted(members.items())]
    return hashlib.sha256("\n".join([*lines, version]).encode()).hexdigest()


def is_current(state: PartitionState, content_version: str) -> bool:
    """Whether a stored file has this content and every column that is declared by now."""
    return state.content_version == content_version and not state.lacking


def keep_or_replace(
    target: PartitionFile,
    content_version: str,
    make: Callable[[], EncodedFile],
    *,
    action: Action = Action.COMPUTED,
) -> Done:
    """Leave a file that has this content version, else store what `make` returns.

    Args:
        target: The file.
        content_version: What it should contain.
        make: Makes a file that does.
        action: What it is called when it was stored.

    Raises:
        UnreadableFile: when what is stored is no file of its form.
        Conflict: when other writers are first again and again.
    """

    def change() -> Done:
        current = target.state()
        if current is not None and is_current(current, content_version):
            return Done(Action.KEPT, current)
        file = make()
        written = target.write(file, replacing=current)
        return Done(action, written, columns=file.columns)

    return until_first(change)


@dataclass(frozen=True, slots=True)
class PartitionWork:
    """A partition to be computed: all that it takes, in any process that has this package.

    Attributes:
        partition: The partition.
        source: The file that it follows from.
        source_state: What is known of that file.
        source_schema: The table it is of.
        columns: The columns that `compute` is given; None for all.
        schema: The table to be made.
        compute: How its rows follow.
        version: The computation's version.
        replacing: What the result takes the place of; None where there is nothing.
    """

    partition: Partition
    source: bytes = field(repr=False)
    source_state: PartitionState
    source_schema: TableSchema
    columns: Sequence[str] | None
    schema: TableSchema
    compute: Compute
    version: str
    replacing: PartitionState | None

    def file(self) -> EncodedFile:
        """Return the computed file.

        Raises:
            UnreadableFile: when the source is no Parquet file of its table.
            Exception: whatever the computation fails with.
        """
        state = self.source_state
        given = decode(self.source, self.source_schema, self.columns, where=state.uri).table
        return encoded(
            self.compute(given),
            self.schema,
            {
                CONTENT_VERSION: content_version_of(state, self.version),
                "source_uri": state.uri,
                "source_content_version": state.content_version,
                COMPUTATION_VERSION: self.version,
                **place_of(self.schema, self.partition),
            },
        )


def place_of(schema: TableSchema, partition: Partition) -> dict[str, str]:
    """Return the metadata by which a player's file says whose it is; none for other partitions."""
    user, month = partition.user, partition.month
    return {} if user is None else place_facts(schema.name, user, month)


def encoded(rows: pa.Table, schema: TableSchema, metadata: dict[str, str]) -> EncodedFile:
    """Return rows as a file; with declared columns, what the rows' metadata says is added to it."""
    if schema.declared is None:
        body = encode(rows, metadata, is_declared=False)
        return EncodedFile(body, rows.num_rows, metadata, rows.schema)
    said = {name.decode(): text.decode() for name, text in (rows.schema.metadata or {}).items()}
    metadata = {**metadata, **said}
    body = encode(schema.enforce(rows), metadata)
    return EncodedFile(body, rows.num_rows, metadata)
