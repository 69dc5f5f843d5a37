"""Games that several months of a player have: which copy counts.

chess.com lists a game in one month, later in another, or in both, and each month keeps what it
said. What spans months has the game once: the listed copy before the unlisted, then the one that
was seen last in an answer, then the one of the later month.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.raw_archives.identity import LINK, GameIndex, GameNames, typed_names

NAME_COLUMNS = ("game_id", "url", "time_class")
"""The columns of `games` that tell which game a row is."""
COPY_COLUMNS = (*NAME_COLUMNS, "is_listed")
"""The columns of `games` that tell which copy of a game counts."""

LeftOut = Mapping[Month, frozenset[str]]
"""The game_ids of the copies that do not count, by month."""

_SEEN_COLUMNS = ("game_id", "last_seen_at")
_NEVER = datetime.min.replace(tzinfo=UTC)
_RE2_LINK = LINK + r"\z"


@dataclass(frozen=True, slots=True)
class _Copy:
    month: Month
    game_id: str
    is_listed: bool


class LastSeen:
    """When copies of games were last in an answer, as a player's `raw_pgn_archives` says.

    Where it does not say, or there is none, that is before all others.

    Args:
        raw: The table; nothing is read of it before it is asked.
    """

    def __init__(self, raw: PlayerTable | None) -> None:
        self._raw = raw
        self._rows: dict[Month, dict[str, datetime]] = {}

    def listed(self, month: Month) -> datetime:
        """Return when a month's listed copies were: when the month was last fetched."""
        # Loads the client of chess.com, which nothing else here needs.
        from chess_assets.domain.raw_archives.stored_fetches import fetched_at_of  # noqa: PLC0415 - see above

        state = self._raw.states().get(month) if self._raw is not None else None
        return fetched_at_of(state) or _NEVER

    def unlisted(self, month: Month, game_id: str) -> datetime:
        """Return when a month's copy that is no longer listed was."""
        if month not in self._rows:
            self._rows[month] = self._read(month)
        return self._rows[month].get(game_id, _NEVER)

    def _read(self, month: Month) -> dict[str, datetime]:
        try:
            stored = self._raw.read(month, _SEEN_COLUMNS) if self._raw is not None else None
        except UnreadableFile:  # what is wrong with raw is said where raw is looked after
            stored = None
        if stored is None:
            return {}
        columns = (stored[0][name].to_pylist() for name in _SEEN_COLUMNS)
        return dict(zip(*columns, strict=True))


class MovedGames:
    """Finds the games that several months have, from every month's rows.

    A name takes about 40 bytes until all months are told; nothing else is kept.
    """

    def __init__(self) -> None:
        self.contradictions: list[str] = []
        self._names: dict[Month, pa.Array] = {}

    def add(self, month: Month, games: pa.Table) -> None:
        """Tell the rows of a month, at least `NAME_COLUMNS` of them."""
        names, _ = _names(games)
        self._names[month] = names

    def left_out(self, read: Callable[[Month], pa.Table | None], last_seen: LastSeen) -> LeftOut:
        """Return the copies that do not count; `contradictions` says what could not be decided.

        Args:
            read: Returns a month's `COPY_COLUMNS`; called for months with a game that others have.
            last_seen: Asked for games of which there are several copies.
        """
        shared = _repeated(self._names.values())
        if not len(shared):
            return {}
        index = GameIndex()
        copies: dict[int, list[_Copy]] = defaultdict(list)
        for month, names in sorted(self._names.items()):
            is_concerned = pc.any(pc.is_in(names, shared)).as_py()
            rows = read(month) if is_concerned else None
            if rows is not None:
                index.begin()
                for copy, copy_names in _copies(month, rows, shared):
                    copies[index.place(copy_names)].append(copy)
        self.contradictions = index.contradictions
        return _all_but_the_best(copies.values(), last_seen)


def names_of_rows(games: pa.Table) -> Iterator[GameNames]:
    """Yield the names of each row, of which `NAME_COLUMNS` are read."""
    yield from map(typed_names, *(games[name].to_pylist() for name in NAME_COLUMNS))


def _copies(month: Month, rows: pa.Table, shared: pa.Array) -> Iterator[tuple[_Copy, GameNames]]:
    names, places = _names(rows)
    concerned = rows.take(pc.unique(places.filter(pc.is_in(names, shared))))
    copies = zip(concerned["game_id"].to_pylist(), concerned["is_listed"].to_pylist(), strict=True)
    for (game_id, is_listed), row_names in zip(copies, names_of_rows(concerned), strict=True):
        yield _Copy(month, game_id, is_listed), row_names


def _all_but_the_best(games: Iterable[list[_Copy]], last_seen: LastSeen) -> LeftOut:
    left_out: dict[Month, set[str]] = defaultdict(set)

    def rank(copy: _Copy) -> tuple[bool, datetime, Month]:
        if copy.is_listed:
            return True, last_seen.listed(copy.month), copy.month
        return False, last_seen.unlisted(copy.month, copy.game_id), copy.month

    for copies in games:
        if len(copies) > 1:
            best = max(copies, key=rank)
            for copy in copies:
                if copy is not best:
                    left_out[copy.month].add(copy.game_id)
    return {month: frozenset(game_ids) for month, game_ids in left_out.items()}


def _repeated(columns: Iterable[pa.Array]) -> pa.Array:
    """Return the names that are there more than once."""
    counts = pc.value_counts(pa.chunked_array(list(columns), pa.string()))
    return counts.field("values").filter(pc.greater(counts.field("counts"), 1))


def _names(games: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Return the names of all rows, up to a few a row, and beside each the row that it is of.

    As `typed_names` has them; vectorized for links that have kind and number, as nearly all do.
    """
    ids = _one_array(games["game_id"])
    link = _one_array(pc.extract_regex(games["url"], _RE2_LINK))
    kind, digits = link.field("kind"), link.field("digits")
    number = pc.binary_join_element_wise(kind, digits, "/")
    is_usual = pc.and_(link.is_valid(), pc.not_equal(kind, ""))
    is_by_id = pc.and_not(is_usual, pc.or_(pc.equal(ids, digits), pc.equal(ids, number)))
    rows = pa.array(range(games.num_rows), pa.int32())
    unusual = rows.filter(pc.invert(is_usual))
    by_text = [
        (name, row)
        for names, row in zip(names_of_rows(games.take(unusual)), unusual.to_pylist(), strict=True)
        for name in (names.number, *names.others)
        if name is not None
    ]
    texts, places = zip(*by_text, strict=True) if by_text else ((), ())
    return (
        pa.concat_arrays(
            [number.filter(is_usual), ids.filter(is_by_id), pa.array(texts, pa.string())]
        ),
        pa.concat_arrays(
            [rows.filter(is_usual), rows.filter(is_by_id), pa.array(places, pa.int32())]
        ),
    )


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
