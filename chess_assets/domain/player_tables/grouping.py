"""Games summed up by the columns they have in common."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

Aggregate = tuple[str | list[str], str]
"""A column and the name of pyarrow's aggregation of it; `COUNT` for the number of rows."""

COUNT: Aggregate = ([], "count_all")


def grouped(table: pa.Table, keys: Sequence[str], aggregates: Mapping[str, Aggregate]) -> pa.Table:
    """Return one row a combination of the keys, with the aggregates under the names given.

    `first` and `last` follow the table's order.
    """
    # One thread: with more, which row of a group comes first is anybody's guess.
    result = table.group_by(list(keys), use_threads=False).aggregate(list(aggregates.values()))
    columns = {key: result[key] for key in keys}
    columns |= {name: result[_column_of(each)] for name, each in aggregates.items()}
    return pa.table(columns)


def _column_of(aggregate: Aggregate) -> str:
    column, function = aggregate
    return f"{column}_{function}" if isinstance(column, str) else function
