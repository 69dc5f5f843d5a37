"""How a column is declared: name, type, nullability, and the sentence that the UI shows."""

import pyarrow as pa

TIMESTAMP = pa.timestamp("ms", tz="UTC")


def column(
    name: str, type_: pa.DataType, description: str, *, is_nullable: bool = True
) -> pa.Field:
    """Return an Arrow field whose metadata carries its description."""
    return pa.field(name, type_, nullable=is_nullable, metadata={"description": description})


def description_of(field: pa.Field) -> str:
    """Return the sentence a column was declared with, or "" for a column of no declared schema."""
    metadata: dict[bytes, bytes] = field.metadata or {}
    return metadata.get(b"description", b"").decode()
