"""What a table is, apart from its rows: its name in the lake and its declared schema."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa


class SchemaMismatch(ValueError):
    """Rows that do not have the columns their table declares."""


@dataclass(frozen=True)
class TableSchema:
    """A table of the lake: the name of its folder and the columns of its files."""

    name: str
    columns: pa.Schema

    def enforce(self, table: pa.Table) -> pa.Table:
        """Return the table with exactly the declared columns, order, types and descriptions.

        Raises:
            SchemaMismatch: when a column is missing, unknown, of a type that does not fit without
                loss, or null where the table declares that it never is.
        """
        declared, given = set(self.columns.names), set(table.column_names)
        if declared != given or len(given) != table.num_columns:
            raise SchemaMismatch(
                f"{self.name}: missing columns {sorted(declared - given)}, "
                f"undeclared columns {sorted(given - declared)}."
            )
        if not self.columns.names:
            return table  # pyarrow would forget how many rows a table without columns has
        columns = [self._cast(field, table[field.name]) for field in self.columns]
        return pa.Table.from_arrays(columns, schema=self.columns)

    def select(self, names: Sequence[str]) -> "TableSchema":
        """Return the table with only these of its columns.

        Raises:
            SchemaMismatch: when it declares no such columns.
        """
        unknown = sorted(set(names) - set(self.columns.names))
        if unknown:
            raise SchemaMismatch(f"{self.name} has no columns {unknown}.")
        return TableSchema(self.name, pa.schema([self.columns.field(name) for name in names]))

    def lacking(self, columns: pa.Schema) -> tuple[str, ...]:
        """Return the declared columns that these do not have, or have with another type."""
        given = dict(zip(columns.names, columns.types, strict=True))
        return tuple(field.name for field in self.columns if given.get(field.name) != field.type)

    def empty(self) -> pa.Table:
        """Return the table without rows, typed."""
        return self.columns.empty_table()

    def _cast(self, field: pa.Field, column: pa.ChunkedArray) -> pa.ChunkedArray:
        if not field.nullable and column.null_count:
            raise SchemaMismatch(f"{self.name}: {field.name} is null in a row.")
        try:
            return column.cast(field.type)
        except (pa.ArrowException, ValueError) as error:
            raise SchemaMismatch(f"{self.name}: {field.name}: {error}") from error
