"""One player's file of a table that has all months in one: its state, its rows, new rows.

Every write is compare-and-swap against the state it was decided from. Tables of a file a month
belong in `player_table`.
"""

from collections.abc import Sequence

import pyarrow as pa

from chess_assets.domain.lake.parquet_file import Footer, decode, read_footer
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.placement import check_place
from chess_assets.domain.lake.player_table import PartitionState
from chess_assets.domain.lake.row_groups import EncodedFile
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import Store


class PlayerFile:
    """One player's one partition of one table, over a store."""

    def __init__(self, store: Store, schema: TableSchema, user: str) -> None:
        self.schema = schema
        self.user = user
        self._store = store
        self._path = partition_path(schema.name, user, None)
        self._uri = store.uri_of(self._path)

    def state(self) -> PartitionState | None:
        """Return what the file says of itself now: one HEAD, and its footer; None without a file.

        Raises:
            UnreadableFile: when what is stored is no Parquet file, or a misplaced one.
            StoreError: when it cannot be read.
        """
        info = self._store.head(self._path)
        if info is None:
            return None
        footer = self._footer()
        if footer is None:
            return None
        # A file replaced since the HEAD is told by its new ETag: what was decided then conflicts.
        return self._state(info.etag, info.size_bytes, footer)

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

    def read(self, columns: Sequence[str] | None = None) -> tuple[pa.Table, PartitionState] | None:
        """Return the rows (all columns, or those named) and the state; None without a file.

        Raises:
            UnreadableFile: when what is stored is no Parquet file of the table and player.
        """
        stored = self._store.get(self._path)
        if stored is None:
            return None
        file = decode(stored.body, self.schema, columns, where=self._uri)
        footer = read_footer(stored.body, where=self._uri, table=self.schema.name)
        return file.table, self._state(stored.etag, len(stored.body), footer)

    def write(self, file: EncodedFile, *, replacing: PartitionState | None) -> PartitionState:
        """Store a new file if the stored one is still as `replacing` says (None: not there).

        Raises:
            Conflict: when another writer was first: look again, decide again.
        """
        etag = self._store.put(
            self._path, file.body, if_match=replacing.etag if replacing else None
        )
        return PartitionState(self._uri, etag, len(file.body), file.rows, file.facts)

    def _state(self, etag: str, size_bytes: int, footer: Footer) -> PartitionState:
        check_place(footer.facts, self.schema.name, self.user, None, where=self._uri)
        lacking = self.schema.lacking(footer.columns)
        return PartitionState(self._uri, etag, size_bytes, footer.rows, footer.facts, lacking)
