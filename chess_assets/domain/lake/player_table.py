"""One player's months of one table: which there are, what they are worth, their rows, new rows.

Every write is compare-and-swap against the state it was decided from. Deciding belongs to the
tables' own parts of the domain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from chess_assets.domain.lake.parquet_file import UnreadableFile, decode, encode, read_footer
from chess_assets.domain.lake.partition_index import IndexEntry, merge_into_index, read_index
from chess_assets.domain.lake.paths import month_in, partition_path, player_prefix
from chess_assets.domain.lake.row_groups import EncodedFile
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import ObjectInfo, Store, StoredObject

CONTENT_VERSION = "content_version"


@dataclass(frozen=True, slots=True)
class PartitionState:
    """What is known of one stored month without reading its rows.

    Attributes:
        uri: Where it is.
        etag: What a write that replaces it has to match.
        size_bytes: Its size.
        rows: How many rows it has.
        facts: What it says about them.
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


class PlayerTable:
    """One player's partitions of one table, over a store."""

    def __init__(self, store: Store, schema: TableSchema, user: str) -> None:
        self.schema = schema
        self.user = user
        self._store = store
        self._states: dict[Month, PartitionState] = {}
        self._is_listed = False
        self._unreadable: dict[Month, UnreadableFile] = {}
        self._unsaved: dict[Month, IndexEntry] = {}

    def states(self) -> Mapping[Month, PartitionState]:
        """Return every readable month's state: one LIST, one GET, a read for what is unindexed.

        Read once; kept up to date by this object's own writes.
        """
        if not self._is_listed:
            index = read_index(self._store, self.schema.name, self.user)
            for info in self._store.list(player_prefix(self.schema.name, self.user)):
                month = month_in(info.key)
                if month is not None and info.key == self._path(month):
                    self._look_at(month, info, index.get(month))
            self._is_listed = True
        return self._states

    def unreadable(self) -> Mapping[Month, UnreadableFile]:
        """Return why months that are there have no state: what is stored is no Parquet file."""
        self.states()
        return self._unreadable

    def state(self, month: Month) -> PartitionState | None:
        """Return one month's state; None where nothing is stored.

        Raises:
            UnreadableFile: when what is stored there is no Parquet file.
        """
        states = self.states()
        if month in self._unreadable:
            raise self._unreadable[month]
        return states.get(month)

    def read(
        self, month: Month, columns: Sequence[str] | None = None
    ) -> tuple[pa.Table, PartitionState] | None:
        """Return a month's rows and state as stored now; None where nothing is stored.

        Raises:
            UnreadableFile: when the object is no Parquet file.
        """
        stored = self.read_file(month)
        if stored is None:
            return None
        body, state = stored
        return decode(body, self.schema, columns, where=state.uri).table, state

    def read_file(self, month: Month) -> tuple[bytes, PartitionState] | None:
        """Return a month's file and state as stored now; None where nothing is stored.

        Raises:
            UnreadableFile: when another run stored something that is no Parquet file.
        """
        path = self._path(month)
        stored = self._store.get(path)
        if stored is None:
            self._forget(month)
            return None
        state = self.states().get(month)
        if state is None or state.etag != stored.etag:  # another run wrote since we looked
            state = self._remember(month, self._state_of(path, stored))
        return stored.body, state

    def write(
        self,
        month: Month,
        rows: pa.Table,
        facts: Mapping[str, str],
        *,
        replacing: PartitionState | None,
    ) -> PartitionState:
        """Store a month's rows if the month is still as `replacing` says (None: not there).

        Raises:
            Conflict: when another writer was first: read again, decide again.
            SchemaMismatch: when the rows do not have the table's declared columns.
        """
        body = encode(self.schema.enforce(rows), facts)
        return self.write_file(month, EncodedFile(body, rows.num_rows, facts), replacing=replacing)

    def write_file(
        self, month: Month, file: EncodedFile, *, replacing: PartitionState | None
    ) -> PartitionState:
        """Store a month's file if the month is still as `replacing` says (None: not there).

        Raises:
            Conflict: when another writer was first: read again, decide again.
        """
        path = self._path(month)
        etag = self._store.put(path, file.body, if_match=replacing.etag if replacing else None)
        uri, size_bytes = self._store.uri_of(path), len(file.body)
        return self._remember(month, PartitionState(uri, etag, size_bytes, file.rows, file.facts))

    def renew(
        self, month: Month, state: PartitionState, facts: Mapping[str, str]
    ) -> PartitionState:
        """Note newer facts about rows that stay as they are."""
        return self._remember(month, replace(state, facts=facts))

    def look_again(self, month: Month) -> None:
        """Take notice of what is stored now: another writer was first."""
        self.states()
        self._read_footer(month)

    def save_index(self) -> None:
        """Store what was learnt since the last call, so that the next run need not look again."""
        if self._unsaved:
            merge_into_index(self._store, self.schema.name, self.user, self._unsaved)
            self._unsaved = {}

    def _path(self, month: Month) -> str:
        return partition_path(self.schema.name, self.user, month)

    def _look_at(self, month: Month, info: ObjectInfo, entry: IndexEntry | None) -> None:
        if entry is not None and entry.etag == info.etag:
            uri = self._store.uri_of(info.key)
            self._states[month] = PartitionState(
                uri, info.etag, info.size_bytes, entry.rows, entry.facts, entry.lacking
            )
        else:
            self._read_footer(month)

    def _read_footer(self, month: Month) -> None:
        self._forget(month)
        path = self._path(month)
        stored = self._store.get(path)
        if stored is None:
            return
        try:
            self._remember(month, self._state_of(path, stored))
        except UnreadableFile as error:
            self._unreadable[month] = error

    def _state_of(self, path: str, stored: StoredObject) -> PartitionState:
        uri = self._store.uri_of(path)
        footer = read_footer(stored.body, where=uri)
        lacking = self.schema.lacking(footer.columns)
        size_bytes = len(stored.body)
        return PartitionState(uri, stored.etag, size_bytes, footer.rows, footer.facts, lacking)

    def _remember(self, month: Month, state: PartitionState) -> PartitionState:
        self._unsaved[month] = IndexEntry(state.etag, state.rows, state.facts, state.lacking)
        self._unreadable.pop(month, None)
        self._states[month] = state
        return state

    def _forget(self, month: Month) -> None:
        for known in (self._unsaved, self._unreadable, self._states):
            known.pop(month, None)
