"""A new answer merged into the stored month: games seen before stay, whatever the answer says.

chess.com's archives flicker: games vanish from an answer and come back. So rows are only ever
added or renewed; `is_listed` says whether the newest answer has them.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter

import pyarrow as pa
from msgspec import Struct

from chess_assets.domain.raw_archives.identity import link_number
from chess_assets.domain.raw_archives.rows import RawGame
from chess_assets.domain.schemas.raw_pgn_archives import RAW_PGN_ARCHIVES

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class _Row(Struct, gc=False):
    """A row of `RAW_PGN_ARCHIVES`; times are milliseconds since 1970."""

    game_id: str
    url: str | None
    end_time: int | None
    payload: str
    pgn: str | None
    first_seen_at: int
    last_seen_at: int
    is_listed: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """The month after an answer: its rows, and what the answer changed.

    Attributes:
        table: `RAW_PGN_ARCHIVES` rows, ordered by `end_time` and `game_id`.
        content_version: Hash of what the rows say (not of when we saw it).
        new: Games never seen before.
        unlisted: Games in the table that the answer does not have.
    """

    table: pa.Table
    content_version: str
    new: int
    unlisted: int


def merge_answer(
    stored: pa.Table | None,
    answer: Iterable[RawGame],
    *,
    fetched_at: datetime,
    last_fetched_at: datetime | None,
) -> Merged:
    """Return the stored rows (None: the first answer) with a newer answer's games merged in.

    Args:
        stored: `RAW_PGN_ARCHIVES` rows as stored.
        answer: The new answer's games.
        fetched_at: When the new answer came.
        last_fetched_at: When the last answer came: a game that now vanishes was last seen then.
    """
    rows = _rows_by_id(stored)
    at = _milliseconds(fetched_at)
    last_at = _milliseconds(last_fetched_at) if last_fetched_at is not None else None
    for row in rows.values():
        if row.is_listed and last_at is not None:
            row.last_seen_at = max(row.last_seen_at, last_at)
        row.is_listed = False
    ids_by_number = _ids_by_number(rows.values())
    new = 0
    for game in answer:
        known = rows.get(game.game_id) or _same_game(rows, ids_by_number, game)
        new += known is None
        if known is not None:
            del rows[known.game_id]
        _add(rows, ids_by_number, game, _row(game, known, at, is_listed=True))
    return _merged(rows, new)


def merge_late_answer(
    stored: pa.Table, answer: Iterable[RawGame], *, fetched_at: datetime
) -> Merged:
    """Return the stored rows with what an answer older than them alone knows.

    Another run stored a newer answer meanwhile: its texts and its list stay. But games that they
    lack are added; and a game that the newer answer left out takes its text from this one, if it
    was last seen before.
    """
    rows = _rows_by_id(stored)
    at = _milliseconds(fetched_at)
    ids_by_number = _ids_by_number(rows.values())
    new = 0
    for game in answer:
        known = rows.get(game.game_id) or _same_game(rows, ids_by_number, game)
        if known is None or (not known.is_listed and known.last_seen_at < at):
            new += known is None
            if known is not None:
                del rows[known.game_id]
            _add(rows, ids_by_number, game, _row(game, known, at, is_listed=False))
    return _merged(rows, new)


def merge_copies(kept: pa.Table, other: pa.Table) -> Merged:
    """Return the rows of two stored copies of a month, such as of both names of a player.

    A game that both have takes its text from the copy that saw it last.
    """
    rows = _rows_by_id(kept)
    ids_by_number = _ids_by_number(rows.values())
    new = 0
    for row in _rows_by_id(other).values():
        number = link_number(row.url, row.pgn)
        game = RawGame(row.game_id, number, row.url, None, row.payload, row.pgn)
        known = rows.get(row.game_id) or _same_game(rows, ids_by_number, game)
        new += known is None
        if known is not None:
            del rows[known.game_id]
        _add(rows, ids_by_number, game, row if known is None else _newer(known, row))
    return _merged(rows, new)


def _newer(one: _Row, other: _Row) -> _Row:
    newest = max(one, other, key=attrgetter("last_seen_at"))
    newest.first_seen_at = min(one.first_seen_at, other.first_seen_at)
    return newest


def content_version_of(table: pa.Table) -> str:
    """Return the hash of what raw rows say: identity, texts, and whether they are listed."""
    digest = hashlib.sha256()
    columns = (table[name].to_pylist() for name in ("game_id", "payload", "pgn", "is_listed"))
    for game_id, payload, pgn, is_listed in zip(*columns, strict=True):
        for text in (game_id, payload, pgn, str(is_listed)):
            body = b"" if text is None else text.encode()
            size = -1 if text is None else len(body)
            digest.update(b"%d:" % size + body)
    return digest.hexdigest()


def _rows_by_id(stored: pa.Table | None) -> dict[str, _Row]:
    if stored is None:
        return {}
    columns = (stored[name] for name in RAW_PGN_ARCHIVES.names)
    values = (c.cast(pa.int64()) if pa.types.is_timestamp(c.type) else c for c in columns)
    rows = map(_Row, *(column.to_pylist() for column in values))
    return {row.game_id: row for row in rows}


def _merged(rows: dict[str, _Row], new: int) -> Merged:
    ordered = sorted(rows.values(), key=_place)
    columns = [
        pa.array(list(map(attrgetter(field.name), ordered)), field.type)
        for field in RAW_PGN_ARCHIVES
    ]
    table = pa.table(columns, RAW_PGN_ARCHIVES)
    unlisted = sum(not row.is_listed for row in ordered)
    return Merged(table, content_version_of(table), new, unlisted)


def _place(row: _Row) -> tuple[bool, int, str]:
    """Return what rows are ordered by: when they ended, those that don't say it last."""
    return row.end_time is None, row.end_time or 0, row.game_id


def _add(rows: dict[str, _Row], ids_by_number: dict[str, str], game: RawGame, row: _Row) -> None:
    rows[row.game_id] = row
    if game.number is not None:
        ids_by_number[game.number] = row.game_id


def _ids_by_number(rows: Iterable[_Row]) -> dict[str, str]:
    numbers = ((link_number(row.url, row.pgn), row.game_id) for row in rows)
    return {number: game_id for number, game_id in numbers if number is not None}


def _same_game(rows: dict[str, _Row], ids_by_number: dict[str, str], game: RawGame) -> _Row | None:
    """Find the row of a game whose identity changed: a payload that gained or lost its uuid."""
    number = game.number
    if number is None:
        return None
    game_id = ids_by_number.get(number)
    has_changed_identity = game_id is not None and number in {game_id, game.game_id}
    return rows.get(game_id) if has_changed_identity and game_id is not None else None


def _row(game: RawGame, known: _Row | None, at: int, *, is_listed: bool) -> _Row:
    is_uuid_lost = known is not None and game.game_id == game.number
    return _Row(
        game_id=known.game_id if known is not None and is_uuid_lost else game.game_id,
        url=game.url,
        end_time=_milliseconds(game.end_time) if game.end_time is not None else None,
        payload=game.payload,
        pgn=game.pgn,
        first_seen_at=known.first_seen_at if known is not None else at,
        last_seen_at=at,
        is_listed=is_listed,
    )


def _milliseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MILLISECOND
