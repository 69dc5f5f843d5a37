"""One table of the lake in one run: the file of each of its partitions, and what fails there."""

import logging
from collections.abc import Callable

from chess_assets.domain.lake.computing import NotComputed, OtherVersion, SourceMissing
from chess_assets.domain.lake.lost_games import GamesMissing
from chess_assets.domain.lake.outage import NotAttempted, Outage
from chess_assets.domain.lake.outcomes import Done, Failed, Outcome, PartitionOutcome
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import ParquetPartition, PartitionFile
from chess_assets.domain.lake.player_table import MonthFile, PlayerTable
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import Store, StoreError

FAILS_ITS_PARTITION_ONLY = (
    UnreadableFile,
    SourceMissing,
    GamesMissing,
    NotAttempted,
    NotComputed,
    OtherVersion,
    StoreError,
)
"""What a partition may fail with while the others go on."""

_LOGGER = logging.getLogger("chess_assets.lake")


class LakeTable:
    """A table's partitions, over a store.

    What is known of a player's months comes from one index per player; any other partition's file
    is asked about itself.

    Attributes:
        store: Where the lake is.
        schema: The table.
        outage: What the run knows of the lake's faults.
    """

    def __init__(self, store: Store, schema: TableSchema) -> None:
        self.store = store
        self.schema = schema
        self.outage = Outage()
        self._players: dict[str, PlayerTable] = {}

    def file(self, partition: Partition) -> PartitionFile:
        """Return the file of a partition, which need not be there."""
        user, month = partition.user, partition.month
        if user is None or month is None:
            return ParquetPartition(self.store, self.schema, partition)
        return MonthFile(self.months_of(user), month)

    def months_of(self, user: str) -> PlayerTable:
        """Return a player's months; what is learnt of them is kept."""
        if user not in self._players:
            self._players[user] = PlayerTable(self.store, self.schema, user)
        return self._players[user]

    def attempt(self, partition: Partition, update: Callable[[], Done]) -> PartitionOutcome:
        """Bring one partition up to date, unless the lake is out; return what became of it."""
        try:
            self.outage.check()
            outcome: Outcome = update()
        except FAILS_ITS_PARTITION_ONLY as error:
            outcome = Failed(error)
        return self.note(partition, outcome)

    def note(self, partition: Partition, outcome: Outcome) -> PartitionOutcome:
        """Take notice of what became of a partition, and return it."""
        error = outcome.error if isinstance(outcome, Failed) else None
        self.outage.note(error, self.file(partition).try_a_write)
        return PartitionOutcome(partition, outcome)

    def save_indexes(self, warn: Callable[[str], object] = _LOGGER.warning) -> None:
        """Store what was learnt for the next run; they are only caches: no run fails over one.

        Args:
            warn: Told what could not be stored.
        """
        for months in self._players.values():
            try:
                months.save_index()
            except StoreError as error:
                warn(f"The next run has to look at every file again: {error}")
