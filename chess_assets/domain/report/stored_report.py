"""A player's report in the lake: kept while it shows what `player_games` has, else made again."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from chess_assets.domain.lake.computing import (
    NotComputed,
    SourceMissing,
    content_version_of,
    keep_or_replace,
)
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.outage import try_a_write
from chess_assets.domain.lake.outcomes import Done, PartitionOutcome
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import CONTENT_VERSION, PartitionState
from chess_assets.domain.lake.partitioned_table import PartitionedTable, StoredPartitions
from chess_assets.domain.lake.paths import report_path
from chess_assets.domain.lake.row_groups import EncodedFile
from chess_assets.domain.report.facts import ReportFacts, facts_of, with_facts
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import Store, StoredObject

NUMBERS = "numbers"
"""File metadata: the headline's numbers by name, as JSON."""

PICTURES = "pictures"
"""File metadata: the figures that say most by title, PNG in base64, as JSON."""


class ReportFile:
    """A player's page as a `PartitionFile`: what a footer is to a table, a comment is to it."""

    def __init__(self, store: Store, schema: TableSchema, partition: Partition) -> None:
        self.schema = schema
        self.partition = partition
        self._store = store
        self._path = report_path(partition.user or "")
        self.uri = store.uri_of(self._path)

    def state(self) -> PartitionState | None:
        """Return what is known of the stored page; see `PartitionFile`."""
        stored = self._store.get(self._path)
        return None if stored is None else self._state(stored)

    def read_file(self) -> tuple[bytes, PartitionState] | None:
        """Return the stored page and what is known of it; see `PartitionFile`."""
        stored = self._store.get(self._path)
        return None if stored is None else (stored.body, self._state(stored))

    def write(self, file: EncodedFile, *, replacing: PartitionState | None) -> PartitionState:
        """Store a new page; see `PartitionFile`."""
        if_match = replacing.etag if replacing else None
        etag = self._store.put(self._path, file.body, if_match=if_match)
        return PartitionState(self.uri, etag, len(file.body), file.rows, file.facts)

    def try_a_write(self) -> None:
        """Write an object that is never read; see `PartitionFile`."""
        try_a_write(self._store)

    def _state(self, stored: StoredObject) -> PartitionState:
        facts = facts_of(stored.body.decode(errors="replace"))
        rows = facts.games if facts else 0
        metadata = _metadata(facts) if facts else {}
        return PartitionState(self.uri, stored.etag, len(stored.body), rows, metadata)


class Reports(PartitionedTable):
    """Players' pages, each made of the player's stored `player_games`."""

    def __init__(self, player_games: StoredPartitions, now: Callable[[], datetime]) -> None:
        self._player_games = player_games
        self._now = now

    def updates(
        self, target: LakeTable, partitions: Sequence[Partition], version: str
    ) -> Iterator[PartitionOutcome]:
        """Keep or make each player's page; see `PartitionedTable`."""
        for partition in partitions:
            file = ReportFile(target.store, target.schema, partition)
            yield target.attempt(partition, partial(self._update, file, version))

    def _update(self, file: ReportFile, version: str) -> Done:
        games = self._player_games.table.file(file.partition)
        state = games.state()
        if state is None:
            raise SourceMissing(games.schema.name, file.partition)
        content_version = content_version_of(state, version)
        return keep_or_replace(file, content_version, lambda: self._make(file, version))

    def _make(self, file: ReportFile, version: str) -> EncodedFile:
        # What is kept never pays for matplotlib.
        from chess_assets.domain.report.render import render_report  # noqa: PLC0415 - see above

        rows, state = self._player_games.read(file.partition, self._player_games.columns)
        try:
            report = render_report(file.partition.user or "", rows, self._now())
        except Exception as error:
            raise NotComputed(file.schema.name, file.partition, error) from error
        content_version = content_version_of(state, version)
        facts = ReportFacts(content_version, report.numbers, report.pictures)
        body = with_facts(report.html, facts).encode()
        return EncodedFile(body, facts.games, _metadata(facts))


def _metadata(facts: ReportFacts) -> Mapping[str, str]:
    pictures = {each.title: b64encode(each.png).decode() for each in facts.pictures}
    return {
        CONTENT_VERSION: facts.content_version,
        NUMBERS: json.dumps(dict(facts.numbers)),
        PICTURES: json.dumps(pictures),
    }
