"""A computation that also counts what it made: the counts become facts of the file."""

from collections.abc import Callable, Mapping

import pyarrow as pa

Compute = Callable[[pa.Table], pa.Table]
Count = Callable[[pa.Table, pa.Table], Mapping[str, object]]
"""Counts something of the source's rows and of the rows made of them."""


def counted(compute: Compute, count: Count) -> Compute:
    """Return the computation whose result says in its schema's metadata what was counted."""

    def compute_and_count(source: pa.Table) -> pa.Table:
        made = compute(source)
        facts = {name: str(value) for name, value in count(source, made).items()}
        return made.replace_schema_metadata({**(made.schema.metadata or {}), **facts})

    return compute_and_count
