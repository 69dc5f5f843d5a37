"""Whether a file lies where it belongs: what it says of itself, compared with its path.

`user` and `month` are in the path and not in the rows, so a file in another's place would pass for
that other's games. Files say whose they are in their facts; those of before do so by the URL or
the file that they were made from, and a raw file that says nothing of the kind, by its games.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.months import InvalidMonth, Month
from chess_assets.domain.player_urls import PlayerUrl
from chess_assets.domain.players import InvalidPlayerName
from chess_assets.domain.schemas.tables import (
    GAMES,
    OPENING_REPERTOIRE,
    PLAYER_GAMES,
    POSITIONS,
    RATING_HISTORY,
    RAW_PGN_ARCHIVES,
)
from chess_assets.domain.sent_games import (
    are_of_another,
    most_frequent_player,
    other_month_of,
    sides_of,
)

_TABLE, _USER, _MONTH = "table", "user", "month"
_SOURCES = {
    GAMES.name: RAW_PGN_ARCHIVES.name,
    POSITIONS.name: GAMES.name,
    RATING_HISTORY.name: PLAYER_GAMES.name,
    OPENING_REPERTOIRE.name: PLAYER_GAMES.name,
}
_LAKE_PATH = re.compile(r"(?:.*/)?([a-z0-9_]+)/user=([^/]+)(?:/month=([^/]+))?/part-0\.parquet")
_SHOWN_LENGTH = 60


class MisplacedFile(UnreadableFile):
    """A file that is another table's, player's or month's than its path says."""


def place_facts(table: str, user: str, month: Month | None) -> dict[str, str]:
    """Return the facts by which a file says whose it is."""
    facts = {_TABLE: table, _USER: user}
    return facts if month is None else facts | {_MONTH: str(month)}


def names_its_player(facts: Mapping[str, str]) -> bool:
    """Whether a file's facts say whose it is."""
    return _said(facts)[0] is not None


def check_place(
    facts: Mapping[str, str], table: str, user: str, month: Month | None, *, where: str
) -> None:
    """Compare a file's facts with the table, player and month of its path.

    Raises:
        MisplacedFile: when they contradict it; `where` names the file.
    """
    said_user, said_month = _said(facts)
    tables = _said_tables(facts)
    is_elsewhere = (
        (said_user is not None and said_user != user)
        or (said_month is not None and said_month != (str(month) if month else None))
        or (tables is not None and table not in tables)
    )
    if is_elsewhere:
        tables = tables or {table}
        said_table = table if table in tables else min(tables)
        raise _misplaced(where, (said_table, said_user or user, said_month), (table, user, month))


def says_place(facts: Mapping[str, str], table: str, user: str, month: Month | None) -> bool:
    """Whether a file's facts name this player, and nothing in them contradicts the rest."""
    if _said(facts)[0] != user:
        return False
    try:
        check_place(facts, table, user, month, where="")
    except MisplacedFile:
        return False
    return True


def check_players(rows: pa.Table, user: str, month: Month, *, where: str) -> None:
    """Compare the games of a raw file that does not say whose it is with its path.

    Args:
        rows: `payload` of raw rows.
        user: The player of its path.
        month: The month of its path.
        where: Names the file.

    Raises:
        MisplacedFile: when they are another player's games, or all of one other month.
    """
    place = (RAW_PGN_ARCHIVES.name, user, month)
    games = [_game(text) for text in rows["payload"].to_pylist()]
    told = [sides for game in games if (sides := sides_of(game)) is not None]
    if told and are_of_another(told, own=sum(user in sides for sides in told)):
        raise _misplaced(where, (place[0], most_frequent_player(told)[0], str(month)), place)
    if (other := other_month_of(games, month)) is not None:
        raise _misplaced(where, (place[0], user, str(other)), place)


def _game(payload: str | None) -> Any:
    try:
        return json.loads(payload or "null")
    except (ValueError, RecursionError):
        return None


def _said(facts: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the player and the month that a file says it is of, None for what it doesn't say."""
    if _USER in facts:
        return facts[_USER], facts.get(_MONTH)
    if (url := PlayerUrl.of(facts.get("source_url", ""))) is not None:
        return url.player, str(url.month) if url.month is not None else None
    if (path := _LAKE_PATH.fullmatch(facts.get("source_uri", ""))) is not None:
        return path[2], path[3]
    return None, None


def _said_tables(facts: Mapping[str, str]) -> set[str] | None:
    """Return the tables that a file may be of; None where it doesn't say."""
    if _TABLE in facts:
        return {facts[_TABLE]}
    if "games_listed" in facts and "fetched_at" in facts:
        return {RAW_PGN_ARCHIVES.name}
    path = _LAKE_PATH.fullmatch(facts.get("source_uri", ""))
    made = {table for table, source in _SOURCES.items() if path and source == path[1]}
    return made or None


def _misplaced(
    where: str, said: tuple[str, str, str | None], place: tuple[str, str, Month | None]
) -> MisplacedFile:
    (table, user, month), (_, owner, _) = said, place
    it_is = " ".join(filter(None, (_shown(table), "of", _shown(user), month and _shown(month))))
    renamed = ""
    if user != owner:
        renamed = (
            f" If {_shown(user)} is a former name of {owner}, "
            f"`chess-assets players rename {_shown(user)} {owner}` puts it right."
        )
    return MisplacedFile(
        f"{where} is in the wrong place: it is {it_is}. Move it to {_right_path(*said)} in the "
        "lake, or out of the lake where that is there already; keep it, since it may be the only "
        f"copy. Then run again.{renamed}"
    )


def _right_path(table: str, user: str, month: str | None) -> str:
    try:
        return partition_path(table, user, Month.parse(month) if month is not None else None)
    except (InvalidMonth, InvalidPlayerName, ValueError):
        return "where it belongs"


def _shown(text: str) -> str:
    return text if text.isascii() and text.isprintable() and len(text) <= _SHOWN_LENGTH else "?"
