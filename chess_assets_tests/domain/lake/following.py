"""A table that follows another in a lake, and runs that bring it up to date."""

from collections.abc import Callable, Sequence

import pyarrow as pa

from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.outcomes import Done, Failed, PartitionOutcome
from chess_assets.domain.lake.parquet_file import decode
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partitioned_table import (
    StoredPartitions,
    WorkersFor,
    in_this_process,
)
from chess_assets.domain.lake.row_groups import RowGroupWriter
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.columns import column
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets.domain.store import Store
from chess_assets_tests.domain.raw_rows import raw_row, raw_table

USER = "hikaru"
MAY = Partition.of_player(USER, Month(2022, 5))
JUNE = Partition.of_player(USER, Month(2022, 6))
PLAYER = Partition.of_player(USER)
LINKS = TableSchema("links", pa.schema([column("game_id", pa.string(), "The key.")]))

Compute = Callable[[pa.Table], pa.Table]


def store_raw(store: Store, partition: Partition, *game_ids: str, version: str = "v1") -> None:
    """Store a raw partition as a run of its own."""
    table = LakeTable(store, RAW)
    file, writer = table.file(partition), RowGroupWriter(RAW)
    writer.add(raw_table(*map(raw_row, game_ids)))
    file.write(writer.finish({"content_version": version}), replacing=file.state())
    table.save_indexes()


def ids(raw: pa.Table) -> pa.Table:
    """Return the games' ids."""
    return raw.select(["game_id"])


def update_all(
    store: Store,
    partitions: Sequence[Partition],
    compute: Compute = ids,
    *,
    version: str = "1",
    workers: WorkersFor = in_this_process,
) -> list[PartitionOutcome]:
    """Bring partitions of `links` up to date with raw, as a run of its own."""
    source = StoredPartitions(LakeTable(store, RAW), {str(each): each for each in partitions})
    links = LakeTable(store, LINKS)
    updated = list(source.map(compute, workers).updates(links, partitions, version))
    links.save_indexes()
    return updated


def update(
    store: Store, partition: Partition, compute: Compute = ids, *, version: str = "1"
) -> Done:
    """Bring one partition up to date; raise why it failed."""
    (updated,) = update_all(store, [partition], compute, version=version)
    assert updated.partition == partition
    if isinstance(updated.outcome, Failed):
        raise updated.outcome.error
    return updated.outcome


def linked(store: Store, partition: Partition) -> list[str]:
    """Return the games in a partition of `links`, read anew."""
    stored = LakeTable(store, LINKS).file(partition).read_file()
    assert stored is not None
    games: list[str] = decode(stored[0], LINKS, where="links").table["game_id"].to_pylist()
    return games


def told(outcomes: Sequence[PartitionOutcome]) -> dict[str, str]:
    """Return each partition's action, or why it failed; no partition comes twice."""
    said = {str(each.partition): _said(each.outcome) for each in outcomes}
    assert len(said) == len(outcomes)
    return said


def _said(outcome: Done | Failed) -> str:
    return outcome.action.value if isinstance(outcome, Done) else str(outcome.error)
