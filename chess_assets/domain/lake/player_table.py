"""One player's months of one table: which there are, what they are worth, their rows, new rows.

Every write is compare-and-swap against the state it was decided from. Deciding belongs to the
tables' own parts of the domain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from chess_assets.domain.lake.computing import content_version_of, is_current
from chess_assets.domain.lake.outage import try_a_write
from chess_assets.domain.lake.parquet_file import (
    NewerFile,
    UnreadableFile,
    decode,
    encode,
    read_footer,
)
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import PartitionState
from chess_assets.domain.lake.partition_index import IndexEntry, merge_into_index, read_index
from chess_assets.domain.lake.paths import month_in, partition_in, partition_path, player_prefix
from chess_assets.domain.lake.placement import check_place, check_players, names_its_player
from chess_assets.domain.lake.row_groups import EncodedFile
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.domain.store import Conflict, ObjectInfo, Store, StoredObject, StoreError

_NAMED = 5


class PlayerTable:
    """One player's partitions of one table, over a store."""

    def __init__(self, store: Store, schema: TableSchema, user: str) -> None:
        self.schema = schema
        self.user = user
        self.store = store
        self._states: dict[Month, PartitionState] = {}
        self._is_listed = False
        self._list_fault: StoreError | None = None
        self._unreadable: dict[Month, UnreadableFile | StoreError] = {}
        self._unsaved: dict[Month, IndexEntry] = {}

    def states(self) -> Mapping[Month, PartitionState]:
        """Return every readable month's state: one LIST, one GET, a read for what is unindexed.

        Read once; kept up to date by this object's own writes.

        Raises:
            StoreError: when the months cannot be listed, then and at every later call.
        """
        if not self._is_listed and self._list_fault is None:
            try:
                self._list()
            except StoreError as error:
                self._list_fault = error
        if not self._is_listed and self._list_fault is not None:
            raise self._list_fault
        return self._states

    def unreadable(self) -> Mapping[Month, UnreadableFile | StoreError]:
        """Return why months that are there have no state: unreadable, misplaced or unusable.

        Raises:
            StoreError: when the months cannot be listed.
        """
        self.states()
        return self._unreadable

    def state(self, month: Month) -> PartitionState | None:
        """Return one month's state; None where nothing is stored.

        Raises:
            UnreadableFile: when what is stored there is no Parquet file, or a misplaced one.
            StoreError: when the month, or the list of months, cannot be read.
        """
        states = self.states()
        if self._list_fault is not None and month not in states:
            self._read_footer(month)  # it may be in a folder that could not be listed
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

    def read_to_rewrite(self, month: Month) -> tuple[pa.Table, PartitionState] | None:
        """Return all of a month's rows and its state, for new rows made of them.

        Raises:
            UnreadableFile: when the object is no Parquet file.
            NewerFile: when it has columns that would be lost.
        """
        stored = self.read_file(month)
        if stored is None:
            return None
        body, state = stored
        file = decode(body, self.schema, where=state.uri)
        if file.undeclared:
            names = ", ".join(map(ascii, file.undeclared[:_NAMED]))
            raise NewerFile(
                f"{state.uri} has columns that this version does not know ({names}) and would "
                "drop: a newer chess_assets wrote it. Install that one; nothing was changed."
            )
        return file.table, state

    def read_file(self, month: Month) -> tuple[bytes, PartitionState] | None:
        """Return a month's file and state as stored now; None where nothing is stored.

        Raises:
            UnreadableFile: when another run stored something that is no Parquet file of this month.
        """
        path = self._path(month)
        stored = self.store.get(path)
        if stored is None:
            self._forget(month)
            return None
        state = self.states().get(month)
        if state is None or state.etag != stored.etag:  # another run wrote since we looked
            state = self._remember(month, self._state_of(month, stored))
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
        etag = self.store.put(path, file.body, if_match=replacing.etag if replacing else None)
        uri, size_bytes = self.store.uri_of(path), len(file.body)
        return self._remember(month, PartitionState(uri, etag, size_bytes, file.rows, file.facts))

    def renew(
        self, month: Month, state: PartitionState, facts: Mapping[str, str]
    ) -> PartitionState:
        """Note newer facts about rows that stay as they are."""
        return self._remember(month, replace(state, facts=facts))

    def is_made_of(self, source: "PlayerTable", month: Month, version: str) -> bool:
        """Whether a stored month is what a computation would make of another table's, as stored.

        Raises:
            UnreadableFile, StoreError: as `state`, of either table.
        """
        made, made_of = self.state(month), source.state(month)
        if made is None or made_of is None:
            return False
        return is_current(made, content_version_of(made_of, version))

    def look_again(self, month: Month) -> None:
        """Take notice of what is stored now: another writer was first."""
        self.states()
        self._read_footer(month)

    def save_index(self) -> None:
        """Store what was learnt since the last call, so that the next run need not look again."""
        if self._unsaved:
            merge_into_index(self.store, self.schema.name, self.user, self._unsaved)
            self._unsaved = {}

    def try_a_write(self) -> None:
        """Write what changes nothing elsewhere in the store.

        Raises:
            StoreError: where the store does not take it.
        """
        try_a_write(self.store)

    def _list(self) -> None:
        """Look at every month that there is; a month's own folder may be unreadable."""
        index = read_index(self.store, self.schema.name, self.user)
        try:
            for info in self.store.list(player_prefix(self.schema.name, self.user)):
                month = month_in(info.key)
                if month is not None and info.key == self._path(month):
                    self._look_at(month, info, index.get(month))
        except StoreError as error:
            month = month_in(error.key) or month_in(partition_in(error.key))
            if error.ends_run or month is None:
                raise
            self._list_fault = self._unreadable[month] = error
        self._is_listed = True

    def _path(self, month: Month) -> str:
        return partition_path(self.schema.name, self.user, month)

    def _look_at(self, month: Month, info: ObjectInfo, entry: IndexEntry | None) -> None:
        if entry is None or entry.etag != info.etag:
            self._read_footer(month)
            return
        uri = self.store.uri_of(info.key)
        try:
            check_place(entry.facts, self.schema.name, self.user, month, where=uri)
        except UnreadableFile as error:
            self._unreadable[month] = error
        else:
            self._states[month] = PartitionState(
                uri, info.etag, info.size_bytes, entry.rows, entry.facts, entry.lacking
            )

    def _read_footer(self, month: Month) -> None:
        self._forget(month)
        path = self._path(month)
        try:
            stored = self.store.get(path)
            if stored is not None:
                self._remember(month, self._state_of(month, stored))
        except UnreadableFile as error:
            self._unreadable[month] = error
        except StoreError as error:
            if error.ends_run:
                raise
            self._unreadable[month] = error

    def _state_of(self, month: Month, stored: StoredObject) -> PartitionState:
        uri, table = self.store.uri_of(self._path(month)), self.schema.name
        footer = read_footer(stored.body, where=uri, table=table)
        check_place(footer.facts, table, self.user, month, where=uri)
        is_raw = table == RAW_PGN_ARCHIVES.name
        if is_raw and footer.rows and not names_its_player(footer.facts):
            rows = decode(stored.body, self.schema, ["payload"], where=uri).table
            check_players(rows, self.user, month, where=uri)
        lacking, size_bytes = self.schema.lacking(footer.columns), len(stored.body)
        return PartitionState(uri, stored.etag, size_bytes, footer.rows, footer.facts, lacking)

    def _remember(self, month: Month, state: PartitionState) -> PartitionState:
        self._unsaved[month] = IndexEntry(state.etag, state.rows, state.facts, state.lacking)
        self._unreadable.pop(month, None)
        self._states[month] = state
        return state

    def _forget(self, month: Month) -> None:
        for known in (self._unsaved, self._unreadable, self._states):
            known.pop(month, None)


class MonthFile:
    """One of a player's months as a `PartitionFile`."""

    def __init__(self, months: PlayerTable, month: Month) -> None:
        self.schema = months.schema
        self.partition = Partition.of_player(months.user, month)
        self._months = months
        self._month = month

    def state(self) -> PartitionState | None:
        """Return what the index knows of the month; see `PartitionFile`."""
        return self._months.state(self._month)

    def read_file(self) -> tuple[bytes, PartitionState] | None:
        """Return the file and its state as stored now; see `PartitionFile`."""
        return self._months.read_file(self._month)

    def write(self, file: EncodedFile, *, replacing: PartitionState | None) -> PartitionState:
        """Store a new file; see `PartitionFile`."""
        try:
            return self._months.write_file(self._month, file, replacing=replacing)
        except Conflict:
            self._months.look_again(self._month)
            raise

    def try_a_write(self) -> None:
        """Write an object that is never read; see `PartitionFile`."""
        self._months.try_a_write()
