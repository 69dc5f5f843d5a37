"""What a table is, apart from its rows: its name in the lake and its declared schema."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa


class SchemaMismatch(ValueError):
    """Rows that do not have the columns their table declares."""


Derivation = Callable[[pa.Table, Mapping[str, str]], pa.Array]
"""Makes a column of a file that lacks it, from the columns it has and what its footer says."""


@dataclass(frozen=True)
class TableSchema:
    """A table of the lake.

    Attributes:
        name: Its folder, as `lake.paths.table_name` returns it.
        declared: The declared columns; None where a file has the columns of its rows.
        derivations: How columns that files of older versions lack follow from the others; where a
            column is not in it, it is null, or the file is not readable.
        rows_are: What one calls the rows in sentences: "games".
        counts: The counts in a file's metadata that the UI shows of a partition.
    """

    name: str
    declared: pa.Schema | None = None
    derivations: Mapping[str, Derivation] = field(default_factory=dict, compare=False)
    rows_are: str = "rows"
    counts: tuple[str, ...] = ()

    @property
    def columns(self) -> pa.Schema:
        """The declared columns; without any where none are declared."""
        return pa.schema([]) if self.declared is None else self.declared

    def undeclared(self, names: Sequence[str]) -> list[str]:
        """Return those of a file's columns that only a newer version of the table declares.

        Raises:
            SchemaMismatch: when it has such columns and lacks declared ones. Columns only get
                added, so that it is neither older nor newer: a name in it is damaged, or it is of
                another table.
        """
        if self.declared is None:
            return []
        unknown = sorted(set(names) - set(self.columns.names))
        missing = sorted(set(self.columns.names) - set(names))
        if unknown and missing:
            raise SchemaMismatch(
                f"{self.name}: missing columns {missing}, undeclared columns {unknown}"
            )
        return unknown

    def complete(self, table: pa.Table, facts: Mapping[str, str]) -> pa.Table:
        """Return rows of an older version with the columns that were declared since.

        Args:
            table: All columns of the file.
            facts: What its footer says.

        Raises:
            SchemaMismatch: when a column that is never null is missing and follows from nothing.
        """
        missing = [field for field in self.columns if field.name not in table.column_names]
        lost = [f.name for f in missing if not f.nullable and f.name not in self.derivations]
        if lost:
            raise SchemaMismatch(f"{self.name}: missing columns {lost}")
        given = table
        for each in missing:
            derive = self.derivations.get(each.name)
            column = derive(given, facts) if derive else pa.nulls(table.num_rows, each.type)
            table = table.append_column(each.name, column)
        return table

    def enforce(self, table: pa.Table) -> pa.Table:
        """Return the table with exactly the declared columns, order, types and descriptions.

        A table that declares none is returned as it is.

        Raises:
            SchemaMismatch: when a column is missing, unknown, of a type that does not fit without
                loss, or null where the table declares that it never is.
        """
        if self.declared is None:
            return table
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
            SchemaMismatch: when it declares other columns.
        """
        if self.declared is None:
            return self
        unknown = sorted(set(names) - set(self.columns.names))
        if unknown:
            raise SchemaMismatch(f"{self.name} has no columns {unknown}.")
        return replace(self, declared=pa.schema([self.columns.field(name) for name in names]))

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
