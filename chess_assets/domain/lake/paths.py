"""Where everything lies in the lake: the one place that builds keys, from checked parts only."""

import re
from collections.abc import Sequence

from chess_assets.domain.lake.partition import MONTH, Partition, escaped
from chess_assets.domain.months import InvalidMonth, Month
from chess_assets.domain.players import parse_player

PLAYER_REPORT = "player_report"
CHESS_COM_LEASE = "_leases/chess_com_api.json"
"""Held by whoever asks chess.com for this lake; outside the tables, as all with an underscore."""

_TABLE_PART = re.compile(r"(?:[A-Za-z0-9+-]|%[0-9A-F]{2})(?:[A-Za-z0-9._+-]|%[0-9A-F]{2})*")
_FILE = "part-0.parquet"
_MONTH_FOLDER = re.compile(rf"/{MONTH}=([^/]+)/{re.escape(_FILE)}\Z")


class InvalidTableName(ValueError):
    """A text that cannot be the name of a table in the lake."""


def table_name(parts: Sequence[str]) -> str:
    """Return the folder of an asset's table, by the parts of its key: `a/b`, escaped as Hive does.

    A leading underscore is escaped too: such folders are this program's own, and Spark skips them.
    """
    return "/".join(re.sub(r"\A_", "%5F", escaped(part)) for part in parts)


def table_prefix(table: str) -> str:
    """Return the prefix below which a table's files lie.

    Raises:
        InvalidTableName: for a text that is none of `table_name`'s.
    """
    if not all(map(_TABLE_PART.fullmatch, table.split("/"))):
        raise InvalidTableName(f"{ascii(table)[:60]} cannot be the name of a table in the lake.")
    return f"{table}/"


def player_prefix(table: str, user: str) -> str:
    """Return the prefix below which a player's files of a table lie.

    Raises:
        InvalidTableName, InvalidPlayerName: before a key is made of anything unchecked.
    """
    return f"{table_prefix(table)}{Partition.of_player(user).folder}"


def file_path(table: str, partition: Partition) -> str:
    """Return the key of a partition's file.

    Raises:
        InvalidTableName: before a key is made of anything unchecked.
    """
    return f"{table_prefix(table)}{partition.folder}{_FILE}"


def partition_path(table: str, user: str, month: Month | None) -> str:
    """Return the key of a player's file, or of one of their months.

    Raises:
        InvalidTableName, InvalidPlayerName: before a key is made of anything unchecked.
    """
    return file_path(table, Partition.of_player(user, month))


def report_path(user: str) -> str:
    """Return the key of a player's report, a page where tables have their file.

    Raises:
        InvalidPlayerName: before a key is made of anything unchecked.
    """
    return f"{player_prefix(PLAYER_REPORT, user)}report.html"


def month_in(path: str) -> Month | None:
    """Return the month a partition's key names; None for a key of any other form."""
    match = _MONTH_FOLDER.search(path)
    try:
        return Month.parse(match[1]) if match else None
    except InvalidMonth:
        return None


def partition_in(folder: str) -> str:
    """Return the key of the partition's file in a folder, which is a prefix with its slash."""
    return f"{folder}{_FILE}"


def index_path(table: str, user: str) -> str:
    """Return the key of a player's partition index, outside the table's own folder."""
    return f"_index/{player_prefix(table, user)}index.json"


def listed_months_path(user: str) -> str:
    """Return the key of what chess.com's newest list of a player's months said.

    Raises:
        InvalidPlayerName: before a key is made of anything unchecked.
    """
    return f"_listed_months/user={parse_player(user)}/months.json"
