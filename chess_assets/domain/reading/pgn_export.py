"""A player's stored games as PGN texts, newest first, one month in memory at a time.

A game that several of the months wanted have is given out once: the copy that `moved_games` says
counts. What one game's text is belongs in `pgn_game`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import ParquetPartition
from chess_assets.domain.lake.paths import month_in, player_prefix
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.player_tables.account import Account, account_uuid, is_white_side
from chess_assets.domain.player_tables.followed_account import registered_account
from chess_assets.domain.player_tables.moved_games import (
    COPY_COLUMNS,
    LastSeen,
    LeftOut,
    MovedGames,
    names_of_rows,
)
from chess_assets.domain.raw_archives.identity import GameIndex
from chess_assets.domain.reading.errors import NoGames
from chess_assets.domain.reading.pgn_game import PGN_COLUMNS, pgn_game
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import Store

_ADDRESS = re.compile(r"[!-~]{1,120}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which games: all that fit everything that is said; an empty tuple and None say nothing."""

    first: Month | None = None
    last: Month | None = None
    rules: tuple[str, ...] = ()
    time_classes: tuple[str, ...] = ()
    color: str | None = None
    """`white` or `black`: the player's side."""
    limit: int | None = None


@dataclass
class PgnExport:
    """The export of one player's games, and what it came across.

    Attributes:
        written: Games whose PGN was given out.
        as_sent: Those of them whose moves could not be typed and are as chess.com sent them.
        left_out: Games wanted that have no PGN to give, by the reason: each by its address, or its
            `game_id` where that is no printable one.
        untyped: Months of `raw_pgn_archives` that `games` does not have yet.
    """

    store: Store
    user: str
    wanted: Wanted
    written: int = 0
    as_sent: int = 0
    left_out: dict[str, list[str]] = field(default_factory=dict)
    untyped: list[Month] = field(default_factory=list)

    def games(self) -> Iterator[str]:
        """Yield the PGN of each game that is wanted, newest first.

        Raises:
            NoGames: when the lake holds no games of the player.
            UnreadableFile: when a month is no Parquet file.
        """
        typed, raw = self._months(GAMES), self._months(RAW_PGN_ARCHIVES)
        if not typed:
            raise NoGames(
                f"{self.store.uri} holds no games of {self.user}: "
                f"fetch them with chess-assets sync {self.user}."
            )
        self.untyped = sorted(filter(self._is_in_range, raw - typed))
        account = registered_account(self.store, self.user)
        months = sorted(filter(self._is_in_range, typed), reverse=True)
        once = _EachOnce(self.store, self.user, months)
        for month in months:
            rows = _rows(self.store, GAMES, self.user, month, (*PGN_COLUMNS, "is_listed"))
            games = once.of(month, rows)
            if account.uuid is None:
                uuid = account_uuid(self.user, games, account.former_names)
                account = replace(account, uuid=uuid)
            for pgn in self._month(month, self._chosen(games, account)):
                self.written += 1
                yield pgn
                if self.written == self.wanted.limit:
                    return

    def _months(self, schema: TableSchema) -> set[Month]:
        keys = self.store.list(player_prefix(schema.name, self.user))
        return {month for month in (month_in(info.key) for info in keys) if month is not None}

    def _is_in_range(self, month: Month) -> bool:
        first, last = self.wanted.first or month, self.wanted.last or month
        return first <= month <= last

    def _chosen(self, games: pa.Table, account: Account) -> pa.Table:
        wanted = self.wanted
        is_white = is_white_side(games, account).to_pylist()
        rows = zip(
            games["rules"].to_pylist(), games["time_class"].to_pylist(), is_white, strict=True
        )
        is_chosen = [
            (not wanted.rules or rules in wanted.rules)
            and (not wanted.time_classes or time_class in wanted.time_classes)
            and (wanted.color is None or is_white is (wanted.color == "white"))
            for rules, time_class, is_white in rows
        ]
        return games.filter(pa.array(is_chosen, pa.bool_()))

    def _month(self, month: Month, games: pa.Table) -> Iterator[str]:
        own = self._own_pgns(month)
        for game in reversed(games.to_pylist()):
            try:
                pgn = pgn_game(game, own.get(game["game_id"]))
            except Untypable as reason:
                self.left_out.setdefault(str(reason), []).append(_name(game))
                continue
            self.as_sent += game["moves_san"] is None
            yield pgn

    def _own_pgns(self, month: Month) -> dict[str, str | None]:
        raw = _rows(self.store, RAW_PGN_ARCHIVES, self.user, month, ("game_id", "pgn"))
        return dict(zip(raw["game_id"].to_pylist(), raw["pgn"].to_pylist(), strict=True))


def _name(game: Mapping[str, Any]) -> str:
    """Return what a person finds a game by, safe to print."""
    url, game_id = game["url"], game["game_id"]
    return str(url if url is not None and _ADDRESS.fullmatch(url) else game_id)


class _EachOnce:
    """Leaves out the copies of games that don't count, month by month from the newest.

    A listed copy in a month that was fetched after all earlier ones counts, whatever those say. So
    nothing is read ahead before a month with another copy is reached.
    """

    def __init__(self, store: Store, user: str, months: Sequence[Month]) -> None:
        self._store = store
        self._user = user
        self._months = months
        self._last_seen = LastSeen(PlayerTable(store, RAW_PGN_ARCHIVES, user))
        self._index = GameIndex()
        self._given: set[int] = set()
        self._left_out: LeftOut | None = None

    def of(self, month: Month, games: pa.Table) -> pa.Table:
        """Return the games of the next month that no month has a better copy of."""
        if self._left_out is None and not self._is_newest(month, games):
            self._left_out = self._read_ahead(month)
        left_out = (self._left_out or {}).get(month, frozenset())
        is_kept = []
        self._index.begin()
        ids = games["game_id"].to_pylist()
        for game_id, names in zip(ids, names_of_rows(games), strict=True):
            game = self._index.place(names)
            is_kept.append(game_id not in left_out and game not in self._given)
            if is_kept[-1]:
                self._given.add(game)
        return games.filter(pa.array(is_kept, pa.bool_()))

    def _is_newest(self, month: Month, games: pa.Table) -> bool:
        """Whether no month to come can have a better copy of any of these games."""
        earlier = [each for each in self._months if each < month]
        if not earlier or not games.num_rows:
            return True
        if not pc.all(games["is_listed"]).as_py():
            return False
        seen_at = self._last_seen.listed
        return all(seen_at(each) <= seen_at(month) for each in earlier)

    def _read_ahead(self, month: Month) -> LeftOut:
        moved = MovedGames()
        for each in self._months:
            if each <= month:
                moved.add(each, self._copies(each))
        return moved.left_out(self._copies, self._last_seen)

    def _copies(self, month: Month) -> pa.Table:
        return _rows(self._store, GAMES, self._user, month, COPY_COLUMNS)


def _rows(
    store: Store, schema: TableSchema, user: str, month: Month, columns: Sequence[str]
) -> pa.Table:
    """Return a month's rows; none where it is not stored."""
    stored = ParquetPartition(store, schema, Partition.of_player(user, month)).read(columns)
    return schema.select(columns).empty() if stored is None else stored[0]
