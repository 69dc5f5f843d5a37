"""What a table is, apart from its rows: its name in the lake and its declared schema."""

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
        try:
            cast = table.select(self.columns.names).cast(self.columns)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
            raise SchemaMismatch(f"{self.name}: {error}") from error
        for field in self.columns:
            if not field.nullable and cast[field.name].null_count:
                raise SchemaMismatch(f"{self.name}: {field.name} is null in a row.")
        return cast

    def empty(self) -> pa.Table:
        """Return the table without rows, typed."""
        return self.columns.empty_table()
