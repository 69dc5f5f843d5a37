"""The Parquet IO manager: stores and loads any asset's tables, ours and other people's.

How one is configured belongs in `lake`; what becomes of partitions in Dagster's event log, in
`partition_outputs`.
"""

from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any, get_args, get_origin

from dagster import IdentityPartitionMapping, InputContext, IOManager, OutputContext

from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partitioned_table import PartitionedTable, StoredPartitions
from chess_assets.domain.lake.paths import table_name
from chess_assets.domain.lake.read_partitions import (
    PartitionMissing,
    open_dataset,
    read_each,
    read_partition,
    read_partitions,
)
from chess_assets.domain.lake.returned_rows import ReturnedRows
from chess_assets.domain.months import InvalidMonth
from chess_assets.domain.players import InvalidPlayerName
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import TABLES
from chess_assets.domain.store import Store
from chess_assets.io_managers.frames import as_table, frame_maker, lazy_maker
from chess_assets.io_managers.partition_keys import partition_of
from chess_assets.io_managers.partition_outputs import PartitionOutputs
from chess_assets.io_managers.run_range import require_partitions
from chess_assets.resources.progress import Progress

COLUMNS = "columns"
"""The input metadata that names the columns to read."""
_ALL = ""  # the key of the one partition of an unpartitioned asset


class ParquetIOManager(IOManager):
    """Stores what assets return as one Parquet file per partition, and loads it as they annotate.

    An asset returns `pa.Table`, `pd.DataFrame`, `pl.DataFrame`, `pl.LazyFrame` or a
    `PartitionedTable`. An input is any of these, a `pyarrow.dataset.Dataset`, `dict[str, …]` by
    partition key, or `… | None` for a partition that may be missing. Several partitions come as one
    table with the partitions' dimensions as columns. The input metadata `columns` reads only those:

        @asset(
            partitions_def=months_by_user,
            ins={"games": AssetIn(metadata={"columns": ["rules", "plies"]})},
            io_manager_key="lake",
        )
        def plies_by_rules(games: pd.DataFrame) -> pd.DataFrame:
            return games.groupby("rules", as_index=False).sum()

    Args:
        store: Where the lake is.
        tables: The tables with declared columns, by name; others have those of their rows.
        progress: Who is told of each partition.
    """

    def __init__(
        self,
        store: Store,
        tables: Mapping[str, TableSchema] = TABLES,
        progress: Progress | None = None,
    ) -> None:
        self.store = store
        self._tables = tables
        self._progress = progress or Progress()
        self._opened: list[LakeTable] = []

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store what an asset returned, partition by partition.

        Raises:
            Failure: naming the partitions that failed, and why, while the others are stored; or
                when the run has no partitions.
            SchemaMismatch: when rows do not have the columns that their table declares, or name
                partitions that are not the run's; nothing is stored then.
            UnsupportedFrame: for a value of any other type.
        """
        if context.has_asset_partitions:
            step = context.step_context
            require_partitions(context.asset_partition_keys, step.run_tags, step.instance)
        table = self._open(context)
        partitions, invalid = _partitions(context)
        if not isinstance(obj, PartitionedTable):
            obj = ReturnedRows(as_table(obj, table.schema.name), table.schema, partitions)
        keys = {partition: key for key, partition in partitions.items()}
        with PartitionOutputs(context, table.schema, keys) as outputs:
            for key, error in invalid.items():
                outputs.refuse(key, error)
            try:
                for outcome in obj.updates(table, sorted(keys), _code_version(context)):
                    outputs.note(outcome)
                    self._progress.note(table.schema, outcome)
            finally:
                self._save_indexes(context)
        outputs.report()

    def load_input(self, context: InputContext) -> Any:
        """Return the partitions that the input maps to, as the type its annotation names.

        Raises:
            PartitionMissing: when the one partition that the input maps to is not stored, unless
                the annotation allows None.
            InvalidPlayerName: for a partition of a player that is no name of one.
            SchemaMismatch: when the input metadata names columns that the table does not have.
            UnsupportedFrame: for an annotation of any other type.
        """
        wanted, is_optional = _without_none(context.dagster_type.typing_type)
        table = self._open(context)
        partitions, invalid = _partitions(context)
        columns: Sequence[str] | None = (context.definition_metadata or {}).get(COLUMNS)
        if isinstance(wanted, type) and issubclass(wanted, PartitionedTable):
            # One bad name, and others' good ones: the output says what the bad one is.
            return StoredPartitions(table, partitions, columns)
        for error in invalid.values():
            raise error
        if get_origin(wanted) is dict:
            make = frame_maker(get_args(wanted)[1], context.name)
            return {key: make(rows) for key, rows in read_each(table, partitions, columns).items()}
        is_one = _is_one(context)
        make_lazy = lazy_maker(wanted)
        if make_lazy is not None:
            value = open_dataset(table, partitions, columns, has_dimensions=not is_one)
            is_stored = bool(value.files)
        elif is_one:
            (partition,) = partitions.values()
            value = read_partition(table, partition, columns)
            is_stored = value is not None
        else:
            value, is_stored = read_partitions(table, partitions, columns), True
        if is_one and not is_stored:
            if is_optional:
                return None
            raise PartitionMissing(table, *partitions.values())
        return (make_lazy or frame_maker(wanted, context.name))(value)

    def _open(self, context: InputContext | OutputContext) -> LakeTable:
        name = table_name(context.asset_key.path)
        table = LakeTable(self.store, self._tables.get(name, TableSchema(name)))
        self._opened.append(table)
        return table

    def _save_indexes(self, context: OutputContext) -> None:
        """Save what was learnt of the step's tables for the next run."""
        for table in self._opened:
            table.save_indexes(context.log.warning)  # on any instance, whatever loggers it manages
        self._opened.clear()


def _partitions(
    context: InputContext | OutputContext,
) -> tuple[dict[str, Partition], dict[str, Exception]]:
    """Return the partitions of an input or output by key, and why other keys of it are none."""
    if not context.has_asset_partitions:
        return {_ALL: Partition()}, {}
    definition = context.asset_partitions_def
    partitions: dict[str, Partition] = {}
    invalid: dict[str, Exception] = {}
    for key in context.asset_partition_keys:
        try:
            partitions[key] = partition_of(definition, key)
        except (InvalidPlayerName, InvalidMonth) as error:
            invalid[key] = error
    return partitions, invalid


def _is_one(context: InputContext) -> bool:
    """Whether an input maps to one partition by definition, and not to several or by chance."""
    if not context.has_asset_partitions:
        return True
    if not context.has_partition_key or context.partition_key not in context.asset_partition_keys:
        return False
    step = context.step_context
    assets = step.job_def.asset_layer.get_assets_def_for_node(step.node_handle)
    mapping = assets.get_partition_mapping(context.asset_key) if assets is not None else None
    return mapping is None or isinstance(mapping, IdentityPartitionMapping)


def _without_none(annotated: Any) -> tuple[Any, bool]:
    """Return a type without its `| None`, and whether it has one."""
    members = get_args(annotated)
    if NoneType not in members:
        return annotated, False
    (wanted,) = (each for each in members if each is not NoneType)
    return wanted, True


def _code_version(context: OutputContext) -> str:
    return context.asset_spec.code_version or ""
