"""A player's files moved to another name, in every table: each file is there before the old goes.

A store deletes nothing, so an old file is replaced by one without rows that says where they went:
readers find none in it, and it counts as never fetched should somebody else be followed under the
old name. Interrupted anywhere, the same again finishes: a file that was moved is not moved twice,
and of a month that both names have the rows are merged.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa

from chess_assets.domain.lake.parquet_file import ParquetFile, UnreadableFile, decode, encode
from chess_assets.domain.lake.partition_index import IndexEntry, read_index
from chess_assets.domain.lake.paths import month_in, partition_path, player_prefix
from chess_assets.domain.lake.placement import check_place, place_facts, says_place
from chess_assets.domain.lake.row_groups import ROW_GROUP_ROWS, RowGroupWriter
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import Conflict, Store

MOVED_TO = "moved_to"
_ATTEMPTS = 10
_OF_ITS_URL_ONLY = "etag"  # an entity tag says nothing about the document of another name

Merge = Callable[[ParquetFile, ParquetFile], ParquetFile]
"""Makes one file of the two that the new and the old name have."""


@dataclass
class Moved:
    """What became of a player's files.

    Attributes:
        files: How many were moved.
        rows: How many rows were in them.
        left: Why files were left where they are, a sentence each.
    """

    files: int = 0
    rows: int = 0
    left: list[str] = field(default_factory=list)


class PlayerMove:
    """Moves one player's files of tables to another name."""

    def __init__(self, store: Store, old: str, new: str) -> None:
        self._store = store
        self._old = old
        self._new = new
        self.moved = Moved()
        self._indexes: dict[tuple[str, str], Mapping[Month, IndexEntry]] = {}

    def move(self, schema: TableSchema, merge: Merge | None) -> None:
        """Move a table's files; what cannot be read stays and is noted.

        Args:
            schema: The table.
            merge: What to do where the new name has the file as well; None leaves that one: it
                follows from another table, and is made anew where that changed.

        Raises:
            Conflict: when other writers are first again and again.
            StoreError: when the lake refuses.
        """
        for month in self._months(schema, self._new):
            self._noted(partial(self._stamp, schema, month))
        for month in self._months(schema, self._old):
            self._noted(partial(self._move, schema, month, merge))

    def _noted(self, step: Callable[[], None]) -> None:
        try:
            step()
        except UnreadableFile as error:
            self.moved.left.append(str(error))

    def _months(self, schema: TableSchema, user: str) -> list[Month | None]:
        found = list(self._store.list(player_prefix(schema.name, user)))
        months = [(info.key, month_in(info.key)) for info in found]
        return [month for key, month in months if key == partition_path(schema.name, user, month)]

    def _stamp(self, schema: TableSchema, month: Month | None) -> None:
        """Put the new name into a file that somebody moved by hand and that says the old one."""
        try:
            read = self._read(schema, self._new, month)
        except UnreadableFile:
            return  # it is none of the old name's
        if read is not None and says_place(read[0].facts, schema.name, self._old, month):
            file, etag = read
            facts = self._facts(schema, month, file.facts)
            self._store.put(
                partition_path(schema.name, self._new, month),
                _encoded(schema, month, file.table, facts),
                if_match=etag,
            )

    def _move(self, schema: TableSchema, month: Month | None, merge: Merge | None) -> None:
        path = partition_path(schema.name, self._old, month)
        for attempt in range(_ATTEMPTS):
            read = self._read(schema, self._old, month)
            if read is None or MOVED_TO in read[0].facts:
                return
            file, etag = read
            check_place(file.facts, schema.name, self._old, month, where=self._store.uri_of(path))
            try:
                self._put(schema, month, file, merge)
                self._store.put(path, self._emptied(schema, month), if_match=etag)
            except Conflict:  # another run wrote one of the two: what it wrote is moved too
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                self.moved.files += 1
                self.moved.rows += file.table.num_rows
                return

    def _put(
        self, schema: TableSchema, month: Month | None, file: ParquetFile, merge: Merge | None
    ) -> None:
        path = partition_path(schema.name, self._new, month)
        moved = ParquetFile(file.table, self._facts(schema, month, file.facts))
        there = self._read(schema, self._new, month)
        if there is None:
            self._store.put(path, _encoded(schema, month, moved.table, moved.facts), if_match=None)
            return
        kept, etag = there
        if MOVED_TO not in kept.facts:
            check_place(kept.facts, schema.name, self._new, month, where=self._store.uri_of(path))
            if merge is None:
                return
            moved = merge(kept, moved)
        if not (moved.table.equals(kept.table) and moved.facts == kept.facts):
            self._store.put(path, _encoded(schema, month, moved.table, moved.facts), if_match=etag)

    def _read(
        self, schema: TableSchema, user: str, month: Month | None
    ) -> tuple[ParquetFile, str] | None:
        """Return a file as stored, with what only the index knows: a 304 renews facts there."""
        path = partition_path(schema.name, user, month)
        stored = self._store.get(path)
        if stored is None:
            return None
        file = decode(stored.body, schema, where=self._store.uri_of(path))
        entry = self._index(schema, user).get(month) if month is not None else None
        is_newer = entry is not None and entry.etag == stored.etag
        return ParquetFile(file.table, entry.facts) if entry and is_newer else file, stored.etag

    def _index(self, schema: TableSchema, user: str) -> Mapping[Month, IndexEntry]:
        key = (schema.name, user)
        if key not in self._indexes:
            self._indexes[key] = read_index(self._store, schema.name, user)
        return self._indexes[key]

    def _facts(
        self, schema: TableSchema, month: Month | None, facts: Mapping[str, str]
    ) -> dict[str, str]:
        """Return a file's facts for its new place; `source_url` stays: that was asked for."""
        kept = {name: text for name, text in facts.items() if name != _OF_ITS_URL_ONLY}
        if "source_uri" in kept:
            old, new = f"/user={self._old}/", f"/user={self._new}/"
            head, found, tail = kept["source_uri"].rpartition(old)
            kept["source_uri"] = f"{head}{new}{tail}" if found else tail
        return kept | place_facts(schema.name, self._new, month)

    def _emptied(self, schema: TableSchema, month: Month | None) -> bytes:
        facts = place_facts(schema.name, self._old, month) | {MOVED_TO: self._new}
        return encode(schema.empty(), facts)


def _encoded(
    schema: TableSchema, month: Month | None, rows: pa.Table, facts: Mapping[str, str]
) -> bytes:
    """Return a file as its table's are written: those of all months in one have row groups."""
    if month is not None:
        return encode(rows, facts)
    writer = RowGroupWriter(schema)
    for start in range(0, rows.num_rows, ROW_GROUP_ROWS):
        writer.add(rows.slice(start, ROW_GROUP_ROWS))
    return writer.finish(facts).body
