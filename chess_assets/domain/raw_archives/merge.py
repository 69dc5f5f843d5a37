"""A new answer merged into the stored month: games seen before stay, whatever the answer says.

chess.com's archives flicker: games vanish from an answer and come back. So rows are only ever
added or renewed; `is_listed` says whether the newest answer has them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter

import pyarrow as pa
from msgspec import Struct

from chess_assets.domain.raw_archives.identity import (
    GameIndex,
    GameNames,
    game_id_of,
    stored_names,
)
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
        contradictions: Where a name stands for two games that cannot be one, in words; both have
            a row.
    """

    table: pa.Table
    content_version: str
    new: int
    unlisted: int
    contradictions: tuple[str, ...] = ()


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
    month = _Month(stored)
    at = _milliseconds(fetched_at)
    month.unlist(_milliseconds(last_fetched_at) if last_fetched_at is not None else None)
    for game in month.known_first(answer):
        month.take(game, at, is_listed=True)
    return month.merged()


def merge_late_answer(
    stored: pa.Table, answer: Iterable[RawGame], *, fetched_at: datetime
) -> Merged:
    """Return the stored rows with what an answer older than them alone knows.

    Another run stored a newer answer meanwhile: its texts and its list stay. But games that they
    lack are added; and a game that the newer answer left out takes its text from this one, if it
    was last seen before.
    """
    month = _Month(stored)
    at = _milliseconds(fetched_at)
    for game in month.known_first(answer):
        known = month.known(game)
        if known is None or (not known.is_listed and known.last_seen_at < at):
            month.take(game, at, is_listed=False)
    return month.merged()


def merge_copies(kept: pa.Table, other: pa.Table) -> Merged:
    """Return the rows of two stored copies of a month, such as of both names of a player.

    A game that both have takes its text from the copy that saw it last.
    """
    month = _Month(kept)
    for row in _rows_of(other):
        month.take_copy(row)
    return month.merged()


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


class _Month:
    """A month's rows while an answer is merged into them: one a game."""

    def __init__(self, stored: pa.Table | None) -> None:
        self._index = GameIndex()
        self._rows: list[_Row] = []
        self._new = 0
        by_number: dict[str | None, list[_Row]] = defaultdict(list)
        for row in _rows_of(stored):
            names = stored_names(row.game_id, row.payload, row.pgn)
            same = by_number[names.number] if names.number is not None else []
            is_apart = any(_were_sent_together(each, row) for each in same)
            same.append(row)
            self._put(self._index.place(names, is_stored=True, is_apart=is_apart), row)
        self._ids = {row.game_id for row in self._rows}

    def known_first(self, answer: Iterable[RawGame]) -> list[RawGame]:
        """Return an answer's games, first those known by number and uuid.

        So that a game with their number and another uuid is not taken for them.
        """
        return sorted(answer, key=lambda game: not self._index.is_known(game.names))

    def unlist(self, last_at: int | None) -> None:
        """Take all games for no longer listed; those that were are last seen at `last_at`."""
        for row in self._rows:
            if row.is_listed and last_at is not None:
                row.last_seen_at = max(row.last_seen_at, last_at)
            row.is_listed = False

    def known(self, game: RawGame) -> _Row | None:
        """Return the row of a game; None where there is none."""
        place = self._index.place(game.names)
        return self._rows[place] if place < len(self._rows) else None

    def take(self, game: RawGame, at: int, *, is_listed: bool) -> None:
        """Give a game the text that was sent; a game never seen before is added."""
        place = self._index.place(game.names)
        known = self._rows[place] if place < len(self._rows) else None
        row = _Row(
            game_id=self._game_id(game, known),
            url=game.url,
            end_time=_milliseconds(game.end_time) if game.end_time is not None else None,
            payload=game.payload,
            pgn=game.pgn,
            first_seen_at=known.first_seen_at if known is not None else at,
            last_seen_at=at,
            is_listed=is_listed,
        )
        if known is None:
            self._new += 1
            self._rows.append(row)
        else:
            self._rows[place] = row

    def take_copy(self, copy: _Row) -> None:
        """Take a row of another copy of the month: a new game, or one that it saw later."""
        names = stored_names(copy.game_id, copy.payload, copy.pgn)
        place = self._index.place(names)
        known = self._rows[place] if place < len(self._rows) else None
        if known is None:
            self._new += 1
            if copy.game_id in self._ids:  # two games that cannot be one: both keep a row
                copy.game_id = game_id_of(names, copy.payload, copy.pgn or "", taken=self._ids)
            self._ids.add(copy.game_id)
            self._rows.append(copy)
        else:
            newest = max(known, copy, key=attrgetter("last_seen_at"))
            newest.first_seen_at = min(known.first_seen_at, copy.first_seen_at)
            self._rows[place] = newest

    def merged(self) -> Merged:
        """Return the rows as a table."""
        ordered = sorted(self._rows, key=_place)
        columns = [
            pa.array(list(map(attrgetter(field.name), ordered)), field.type)
            for field in RAW_PGN_ARCHIVES
        ]
        table = pa.table(columns, RAW_PGN_ARCHIVES)
        unlisted = sum(not row.is_listed for row in ordered)
        contradictions = tuple(self._index.contradictions)
        return Merged(table, content_version_of(table), self._new, unlisted, contradictions)

    def _put(self, place: int, row: _Row) -> None:
        """Put a stored row in its place, or make one of two rows of one game.

        Once a game whose uuid had changed was stored as a second row.
        """
        if place == len(self._rows):
            self._rows.append(row)
            return
        other = self._rows[place]
        kept = max(other, row, key=lambda each: (each.is_listed, each.last_seen_at))
        kept.first_seen_at = min(other.first_seen_at, row.first_seen_at)
        self._rows[place] = kept

    def _game_id(self, game: RawGame, known: _Row | None) -> str:
        """Return the identity of a row: the stored one, since tables and notes may refer to it.

        Only a number gives way, to the uuid of a game that had none before.
        """
        names = game.names
        if known is not None and (names.uuid is None or not _is_number(known.game_id, names)):
            return known.game_id
        if known is not None:
            self._ids.discard(known.game_id)
        game_id = game_id_of(names, game.payload, game.pgn or "", taken=self._ids)
        self._ids.add(game_id)
        return game_id


def _were_sent_together(one: _Row, other: _Row) -> bool:
    """Whether one answer may have had both: then they are two games, whatever they are called."""
    return one.first_seen_at <= other.last_seen_at and other.first_seen_at <= one.last_seen_at


def _is_number(game_id: str, names: GameNames) -> bool:
    return game_id in {names.digits, names.number}


def _rows_of(stored: pa.Table | None) -> Iterable[_Row]:
    if stored is None:
        return ()
    columns = (stored[name] for name in RAW_PGN_ARCHIVES.names)
    values = (c.cast(pa.int64()) if pa.types.is_timestamp(c.type) else c for c in columns)
    return map(_Row, *(column.to_pylist() for column in values))


def _place(row: _Row) -> tuple[bool, int, str]:
    """Return what rows are ordered by: when they ended, those that don't say it last."""
    return row.end_time is None, row.end_time or 0, row.game_id


def _milliseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MILLISECOND
