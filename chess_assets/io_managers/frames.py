"""Arrow tables as the frames that assets take and return: pandas, polars, pyarrow.

pandas and polars are loaded only by assets that name them: pandas alone is half a second of CPU.
"""

import sys
from typing import Any

import pyarrow as pa

from chess_assets.domain.schemas.table import SchemaMismatch


class UnsupportedFrame(TypeError):
    """A type of value that the IO manager neither stores nor loads."""

    def __init__(self, what: str, given: object) -> None:
        super().__init__(
            f"{what}: {given} is not supported: use pa.Table, pd.DataFrame, pl.DataFrame, "
            "pl.LazyFrame, pyarrow.dataset.Dataset, PartitionedTable, or a dict of them by "
            "partition key."
        )


def as_table(value: object, what: str) -> pa.Table:
    """Return a frame's rows.

    Args:
        value: What an asset returned.
        what: The asset's name, for messages.

    Raises:
        UnsupportedFrame: for any other value.
        SchemaMismatch: for a frame that Arrow cannot represent.
    """
    if isinstance(value, pa.Table):
        return value
    pandas, polars = sys.modules.get("pandas"), sys.modules.get("polars")
    try:
        if pandas is not None and isinstance(value, pandas.DataFrame):
            return pa.Table.from_pandas(value, preserve_index=False)
        if polars is not None and isinstance(value, polars.LazyFrame):
            value = value.collect()
        if polars is not None and isinstance(value, polars.DataFrame):
            return value.to_arrow()
    except pa.ArrowException as error:
        raise SchemaMismatch(f"{what}: {error}") from error
    raise UnsupportedFrame(what, type(value).__name__)


def frame_maker(wanted: Any, what: str) -> Any:
    """Return what makes a frame of a type of a table.

    Args:
        wanted: The type that an asset annotates; Any is `pa.Table`.
        what: The input's name, for messages.

    Raises:
        UnsupportedFrame: for any other type.
    """
    pandas, polars = sys.modules.get("pandas"), sys.modules.get("polars")
    if wanted in {pa.Table, Any}:
        return _same
    if pandas is not None and wanted is pandas.DataFrame:
        return pa.Table.to_pandas
    if polars is not None and wanted is polars.DataFrame:
        return polars.from_arrow
    if polars is not None and wanted is polars.LazyFrame:
        return lambda table: polars.from_arrow(table).lazy()
    raise UnsupportedFrame(what, wanted)


def lazy_maker(wanted: Any) -> Any:
    """Return what makes a lazy value of a type of a dataset; None for a type that is not lazy."""
    polars = sys.modules.get("polars")
    if polars is not None and wanted is polars.LazyFrame:
        return polars.scan_pyarrow_dataset
    datasets = sys.modules.get("pyarrow.dataset")
    if datasets is not None and wanted is datasets.Dataset:
        return _same
    return None


def _same(value: Any) -> Any:
    return value
