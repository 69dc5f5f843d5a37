"""CREATE TABLE statements that let Athena (with Glue) and Trino read a table of the lake as it is.

They follow from the declared columns, so that names, types and descriptions are the same
everywhere. Athena works partitions out of the paths (partition projection): nothing has to be
registered when a month or a player is added. Trino is told to look for them.
"""

import re
from collections.abc import Iterable, Sequence

import pyarrow as pa

from chess_assets.domain.months import FIRST_MONTH
from chess_assets.domain.reading.errors import NoLocation
from chess_assets.domain.schemas.columns import TIMESTAMP, description_of

_PATH_COLUMNS = ("user", "month")
_LAKE = re.compile(r"s3a?://[A-Za-z0-9._=+/-]+")
_ATHENA_TYPES = {
    pa.string(): "string",
    pa.int32(): "int",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    TIMESTAMP: "timestamp",
    pa.list_(pa.string()): "array<string>",
    pa.list_(pa.int32()): "array<int>",
}
_TRINO_TYPES = {
    pa.string(): "varchar",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    TIMESTAMP: "timestamp(3)",
    pa.list_(pa.string()): "array(varchar)",
    pa.list_(pa.int32()): "array(integer)",
}
_PROJECTED_MONTH = {
    "projection.month.type": "date",
    "projection.month.format": "yyyy-MM",
    "projection.month.range": f"{FIRST_MONTH},NOW",  # in UTC, where months begin first
    "projection.month.interval": "1",
    "projection.month.interval.unit": "MONTHS",
}


def athena_ddl(table: str, columns: pa.Schema, lake: str, players: Sequence[str] = ()) -> str:
    """Return the statement for Athena, which registers the table in Glue's catalog.

    Args:
        table: The table's name, which is also its folder's.
        columns: Its columns, `user` and `month` from the path among them.
        lake: Where the lake begins, `s3://bucket/prefix`.
        players: Whose rows a query that names no player covers. Without them every query has to
            say `WHERE user = '…'`, and any player in the lake can be named.

    Raises:
        NoLocation: when `lake` is not on S3.
    """
    folder = _folder(lake, table)
    own, path = _parted(columns)
    template = "/".join(f"{field.name}=${{{field.name}}}" for field in path)
    properties = {
        "projection.enabled": "true",
        "projection.user.type": "enum" if players else "injected",
        **({"projection.user.values": ",".join(players)} if players else {}),
        **(_PROJECTED_MONTH if "month" in columns.names else {}),
        "storage.location.template": f"{folder}{template}/",
    }
    options = [f"'{key}' = '{value}'" for key, value in properties.items()]
    return (
        f"CREATE EXTERNAL TABLE `{table}` ({_lines(map(_athena_column, own))})\n"
        f"PARTITIONED BY ({_lines(map(_athena_column, path))})\n"
        "STORED AS PARQUET\n"
        f"LOCATION '{folder}'\n"
        f"TBLPROPERTIES ({_lines(options)});\n"
    )


def trino_ddl(table: str, columns: pa.Schema, lake: str) -> str:
    """Return the statement for Trino's Hive connector.

    Partitions are then found by `CALL system.sync_partition_metadata`, and again after new months.

    Args:
        table: The table's name, which is also its folder's.
        columns: Its columns, `user` and `month` from the path among them.
        lake: Where the lake begins, `s3://bucket/prefix`.

    Raises:
        NoLocation: when `lake` is not on S3.
    """
    own, path = _parted(columns)
    partitioned_by = ", ".join(f"'{field.name}'" for field in path)
    options = [
        f"external_location = '{_folder(lake, table)}'",
        "format = 'PARQUET'",
        f"partitioned_by = ARRAY[{partitioned_by}]",
    ]
    return (
        f'CREATE TABLE "{table}" ({_lines(map(_trino_column, [*own, *path]))})\n'
        f"WITH ({_lines(options)});\n"
    )


def _folder(lake: str, table: str) -> str:
    if not _LAKE.fullmatch(lake):
        raise NoLocation(
            f"{lake[:100]} is not on S3, where Athena and Trino read: "
            "give the lake's place there, s3://bucket/prefix."
        )
    return f"{lake.rstrip('/')}/{table}/"


def _parted(columns: pa.Schema) -> tuple[list[pa.Field], list[pa.Field]]:
    """Return the columns in the files, and those in the paths."""
    own = [field for field in columns if field.name not in _PATH_COLUMNS]
    return own, [field for field in columns if field.name in _PATH_COLUMNS]


def _lines(items: Iterable[str]) -> str:
    return "\n  {}\n".format(",\n  ".join(items))


def _athena_column(field: pa.Field) -> str:
    return f"`{field.name}` {_ATHENA_TYPES[field.type]} COMMENT '{_comment(field)}'"


def _trino_column(field: pa.Field) -> str:
    return f"\"{field.name}\" {_TRINO_TYPES[field.type]} COMMENT '{_comment(field)}'"


def _comment(field: pa.Field) -> str:
    # Engines disagree on how a quote is escaped in a text, so there is none.
    return description_of(field).replace("'", "\u2019")
