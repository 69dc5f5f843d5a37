"""A year of months that are due in a table that follows another, and what becomes of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chess_assets.domain.lake.computing import Compute
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.outcomes import PartitionOutcome
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partitioned_table import StoredPartitions, WorkersFor
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets.domain.store import FolderStore
from chess_assets_tests.domain.lake.following import LINKS, USER, store_raw

MONTHS = [Partition.of_player(USER, Month(2022, month)) for month in range(1, 13)]
JUNE = str(MONTHS[5])
ALL_COMPUTED = {str(month): "computed" for month in MONTHS}


@dataclass(frozen=True)
class Year:
    """Twelve months of raw games of which twelve of `links` have to be made.

    Attributes:
        folder: Where the lake is.
        compute: How a month of `links` follows.
        rows: How many games there are.
    """

    folder: Path
    compute: Compute
    rows: int

    def outcomes(self, workers: WorkersFor) -> Iterator[PartitionOutcome]:
        """Bring the months up to date, yielding each one's outcome as soon as it is stored."""
        store = FolderStore(self.folder)
        source = StoredPartitions(LakeTable(store, RAW), {str(each): each for each in MONTHS})
        computed = source.map(self.compute, workers)
        return computed.updates(LakeTable(store, LINKS), MONTHS, version="1")

    def files(self) -> dict[str, bytes]:
        """Return the files of `links`, by month."""
        found = (self.folder / LINKS.name).rglob("*.parquet")
        return {path.parent.name.removeprefix("month="): path.read_bytes() for path in found}


def year_in(folder: Path, compute: Compute, odd_game: str | None = None) -> Year:
    """Store a year of raw games, two a month; if there is an odd game, it is all that June has."""
    store, rows = FolderStore(folder), 0
    for month in MONTHS:
        games = [f"{month}-1", f"{month}-2"]
        if odd_game is not None and str(month) == JUNE:
            games = [odd_game]
        store_raw(store, month, *games, version=str(month))
        rows += len(games)
    return Year(folder, compute, rows)
