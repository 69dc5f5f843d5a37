"""One player's file of a table that has all months in one: its state, its rows, new rows.

Every write is compare-and-swap against the state it was decided from. Tables of a file a month
belong in `player_table`.
"""

from collections.abc import Sequence

import pyarrow as pa

from chess_assets.domain.lake.parquet_file import Footer, decode, read_footer
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.player_table import PartitionState
from chess_assets.domain.lake.row_groups import EncodedFile
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import Store, StoreUnreachable

_END_BYTES = 64 * 1024  # a footer of 30 columns and a few row groups takes less
_CAUSE_LENGTH = 200


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
            UnreadableFile: when what is stored is no Parquet file.
        """
        info = self._store.head(self._path)
        if info is None:
            return None
        footer = read_footer(self._end_of_file(), where=self._uri)
        # A file replaced since the HEAD is told by its new ETag: what was decided then conflicts.
        return self._state(info.etag, info.size_bytes, footer)

    def read(self, columns: Sequence[str] | None = None) -> tuple[pa.Table, PartitionState] | None:
        """Return the rows (all columns, or those named) and the state; None without a file.

        Raises:
            UnreadableFile: when what is stored is no Parquet file of the table.
        """
        stored = self._store.get(self._path)
        if stored is None:
            return None
        footer = read_footer(stored.body, where=self._uri)
        rows = decode(stored.body, self.schema, columns, where=self._uri).table
        return rows, self._state(stored.etag, len(stored.body), footer)

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
        lacking = self.schema.lacking(footer.columns)
        return PartitionState(self._uri, etag, size_bytes, footer.rows, footer.facts, lacking)

    def _end_of_file(self) -> bytes:
        """Return the end of the file, with all of its footer.

        It is read before it is decoded, because pyarrow says OSError both of a store that does not
        answer and of a footer that is damaged, and only the second is the file's fault.

        Raises:
            StoreUnreachable: when it cannot be read.
        """
        try:
            filesystem, root = self._store.filesystem()
            with filesystem.open_input_file(f"{root}/{self._path}") as opened:
                size = opened.size()
                end: bytes = opened.read_at(min(size, _END_BYTES), max(0, size - _END_BYTES))
                wanted = int.from_bytes(end[-8:-4], "little") + 8
                if len(end) < wanted <= size:
                    end = opened.read_at(wanted, size - wanted)
                return end
        except OSError as error:
            cause = " ".join(str(error).split())[:_CAUSE_LENGTH]
            raise StoreUnreachable(f"{self._uri} could not be read: {cause}") from error
