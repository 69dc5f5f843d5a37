"""Where everything lies in the lake: the one place that builds keys, from checked parts only."""

import re

from chess_assets.domain.months import InvalidMonth, Month
from chess_assets.domain.players import parse_player

_TABLE = re.compile(r"[a-z][a-z0-9_]{0,63}(/[a-z][a-z0-9_]{0,63})*")
_FILE = "part-0.parquet"
PLAYER_REPORT = "player_report"
CHESS_COM_LEASE = "_leases/chess_com_api.json"
"""Held by whoever asks chess.com for this lake; outside the tables, as all with an underscore."""
_MONTH_FOLDER = re.compile(rf"/month=([^/]+)/{re.escape(_FILE)}\Z")


class InvalidTableName(ValueError):
    """A text that cannot be the name of a table in the lake."""


def _checked_table(table: str) -> str:
    if not _TABLE.fullmatch(table):
        raise InvalidTableName(f"{ascii(table)[:60]} is not a table name: a-z, 0-9 and '_' only.")
    return table


def player_prefix(table: str, user: str) -> str:
    """Return the prefix below which a player's files of a table lie.

    Raises:
        InvalidTableName, InvalidPlayerName: before a key is made of anything unchecked.
    """
    return f"{_checked_table(table)}/user={parse_player(user)}/"


def partition_path(table: str, user: str, month: Month | None) -> str:
    """Return the key of one partition's file; `month` is None in tables partitioned by user only.

    Raises:
        InvalidTableName, InvalidPlayerName: before a key is made of anything unchecked.
    """
    prefix = player_prefix(table, user)
    return f"{prefix}{_FILE}" if month is None else f"{prefix}month={month}/{_FILE}"


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
