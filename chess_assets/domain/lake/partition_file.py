"""One partition's file: its state, its bytes, its rows, a new file in its place.

Every write is compare-and-swap against the state it was decided from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from chess_assets.domain.lake.outage import try_a_write
from chess_assets.domain.lake.parquet_file import Footer, decode, read_footer
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.paths import file_path
from chess_assets.domain.lake.placement import check_place
from chess_assets.domain.lake.row_groups import EncodedFile
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import Store

CONTENT_VERSION = "content_version"


@dataclass(frozen=True, slots=True)
class PartitionState:
    """What is known of a stored partition without reading its rows.

    Attributes:
        uri: Where it is.
        etag: What a write that replaces it has to match.
        size_bytes: Its size.
        rows: How many rows it has.
        facts: The file's metadata.
        lacking: Declared columns that it does not have, or has with another type.
    """

    uri: str
    etag: str
    size_bytes: int
    rows: int
    facts: Mapping[str, str]
    lacking: tuple[str, ...] = ()

    @property
    def content_version(self) -> str:
        """The hash that changes exactly when the rows' content does."""
        return self.facts.get(CONTENT_VERSION, "")


class PartitionFile(Protocol):
    """A partition's file, whatever its format and wherever its state is kept."""

    schema: TableSchema
    partition: Partition

    def state(self) -> PartitionState | None:
        """Return what is known of the file; None where there is none.

        Raises:
            UnreadableFile: when what is stored is no file of this form, or a misplaced one.
            StoreError: when it cannot be read.
        """

    def read_file(self) -> tuple[bytes, PartitionState] | None:
        """Return the file and its state as stored now; None where there is none.

        Raises:
            UnreadableFile, StoreError: as `state`.
        """

    def write(self, file: EncodedFile, *, replacing: PartitionState | None) -> PartitionState:
        """Store a new file if the stored one still is as `replacing` says (None: not there).

        Raises:
            Conflict: when another writer was first: look again, decide again.
        """

    def try_a_write(self) -> None:
        """Raise the StoreError that a harmless write elsewhere in the lake meets."""


class ParquetPartition:
    """A partition's Parquet file, asked about itself each time: one HEAD, and its footer."""

    def __init__(self, store: Store, schema: TableSchema, partition: Partition) -> None:
        self.schema = schema
        self.partition = partition
        self._store = store
        self._path = file_path(schema.name, partition)
        self._uri = store.uri_of(self._path)

    def state(self) -> PartitionState | None:
        """Return what the file says of itself now; see `PartitionFile`."""
        info = self._store.head(self._path)
        footer = self._footer() if info is not None else None
        if info is None or footer is None:
            return None
        # A file replaced since the HEAD is told by its new ETag: what was decided then conflicts.
        return self._state(info.etag, info.size_bytes, footer)

    def read_file(self) -> tuple[bytes, PartitionState] | None:
        """Return the file and what it says of itself; see `PartitionFile`."""
        stored = self._store.get(self._path)
        if stored is None:
            return None
        footer = read_footer(stored.body, where=self._uri, table=self.schema.name)
        return stored.body, self._state(stored.etag, len(stored.body), footer)

    def read(self, columns: Sequence[str] | None = None) -> tuple[pa.Table, PartitionState] | None:
        """Return the rows (all columns, or those named) and the state; None without a file.

        Raises:
            UnreadableFile: when what is stored is no Parquet file of this partition.
        """
        stored = self.read_file()
        if stored is None:
            return None
        body, state = stored
        return decode(body, self.schema, columns, where=self._uri).table, state

    def write(self, file: EncodedFile, *, replacing: PartitionState | None) -> PartitionState:
        """Store a new file; see `PartitionFile`."""
        if_match = replacing.etag if replacing else None
        etag = self._store.put(self._path, file.body, if_match=if_match)
        return PartitionState(self._uri, etag, len(file.body), file.rows, file.facts)

    def try_a_write(self) -> None:
        """Write an object that is never read; see `PartitionFile`."""
        try_a_write(self._store)

    def _footer(self) -> Footer | None:
        filesystem, root = self._store.filesystem()
        try:
            with filesystem.open_input_file(f"{root}/{self._path}") as opened:
                return read_footer(opened, where=self._uri, table=self.schema.name)
        except OSError:  # the store can say what is wrong, in a sentence
            stored = self._store.get(self._path)
        if stored is None:
            return None
        return read_footer(stored.body, where=self._uri, table=self.schema.name)

    def _state(self, etag: str, size_bytes: int, footer: Footer) -> PartitionState:
        if (user := self.partition.user) is not None:
            month = self.partition.month
            check_place(footer.facts, self.schema.name, user, month, where=self._uri)
        lacking = self.schema.lacking(footer.columns)
        return PartitionState(self._uri, etag, size_bytes, footer.rows, footer.facts, lacking)


def player_file(store: Store, schema: TableSchema, user: str) -> ParquetPartition:
    """Return a player's one file of a table that has all months in one."""
    return ParquetPartition(store, schema, Partition.of_player(user))
