"""`player_games` as a file: every month of the player's `games`, read one after another.

One month's rows are in memory at a time, besides the compressed file and the names of all games, 60
bytes each. What the rows are belongs in `player_games`, which of several copies of a game counts in
`moved_games`.
"""

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.checks.summary_counts import (
    COPIES_LEFT_OUT,
    REPEATED_GAMES,
    SOURCE_ROWS,
    UNMATCHED_GAMES,
    WITHOUT_OUTCOME,
    repeated,
    without_outcome,
)
from chess_assets.domain.lake.computing import NotComputed
from chess_assets.domain.lake.lost_games import IDENTITY_COLUMNS, games_missing, missing_games
from chess_assets.domain.lake.parquet_file import UnreadableFile, decode
from chess_assets.domain.lake.partition_file import PartitionFile
from chess_assets.domain.lake.partitioned_table import StoredPartitions
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.lake.row_groups import RowGroupWriter
from chess_assets.domain.months import Month
from chess_assets.domain.player_tables.account import ACCOUNT_COLUMNS, Account, account_uuid
from chess_assets.domain.player_tables.followed_account import registered_account
from chess_assets.domain.player_tables.moved_games import (
    COPY_COLUMNS,
    LastSeen,
    LeftOut,
    MovedGames,
)
from chess_assets.domain.player_tables.player_games import GAMES_COLUMNS, player_games
from chess_assets.domain.raw_archives.identity import contradiction_facts
from chess_assets.domain.registry import UnreadableRegistry
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES


def player_games_of(
    games: StoredPartitions, target: PartitionFile
) -> tuple[RowGroupWriter, Mapping[str, str]]:
    """Write a player's games of all months, each game once.

    Where several months have one game, that is known when all months were read, and they are
    written again without the copies. Such games are few: of 80,533 real games, none.

    Args:
        games: The player's stored months of `games`.
        target: The player's file as stored, whose games must not get lost.

    Returns:
        What becomes the file, and the counts that checks need.

    Raises:
        GamesMissing: when the stored file has games that no month of `games` has any more.
        NotComputed: when the computation fails over a month's rows.
        UnreadableFile: when a month is no Parquet file, or the registry cannot be read.
    """
    user, store = target.partition.user or "", games.table.store
    account = _account(games, user)
    last_seen = LastSeen(PlayerTable(store, RAW_PGN_ARCHIVES, user))
    months = {each.month: each for each in games.states() if each.month is not None}
    left_out: LeftOut = {}
    while True:
        moved, file = MovedGames(), _File(target.schema, user, account)
        for month, partition in months.items():
            rows, _ = games.read(partition, GAMES_COLUMNS)
            moved.add(month, rows)
            file.add(month, rows, left_out.get(month, frozenset()))
        found = moved.left_out(lambda month: games.read(months[month], COPY_COLUMNS)[0], last_seen)
        if found == left_out:
            _check_games_kept(target, file.identities)
            return file.writer, file.counts() | contradiction_facts(moved.contradictions)
        left_out = found


class _File:
    """A player's file while it is made, month after month.

    Attributes:
        writer: Has the rows.
        identities: `IDENTITY_COLUMNS` of the games in it, by month.
    """

    def __init__(self, schema: TableSchema, user: str, account: Account) -> None:
        self._schema = schema
        self._user = user
        self._account = account
        self.writer = RowGroupWriter(schema)
        self._source_rows = 0
        self.identities: list[pa.Table] = []
        self._unmatched = self._no_outcome = self._left_out = 0

    def add(self, month: Month, rows: pa.Table, left_out: frozenset[str]) -> None:
        """Add a month's games but those that other months have.

        Raises:
            NotComputed: when the computation fails over them.
        """
        self._source_rows += rows.num_rows
        try:
            kept = _without(rows, left_out)
            seen = player_games(kept, self._account)
        except Exception as error:
            raise NotComputed(self._schema.name, f"{self._user} {month}", error) from error
        self._left_out += rows.num_rows - kept.num_rows
        self._unmatched += seen["is_white"].null_count
        self._no_outcome += without_outcome(seen)
        self.identities.append(seen.select(IDENTITY_COLUMNS))
        self.writer.add(seen)

    def counts(self) -> dict[str, str]:
        """Return what the file's metadata says of its rows."""
        ids = [chunk for table in self.identities for chunk in table["game_id"].chunks]
        return {
            SOURCE_ROWS: str(self._source_rows),
            COPIES_LEFT_OUT: str(self._left_out),
            REPEATED_GAMES: str(repeated(pa.chunked_array(ids, pa.string()))),
            UNMATCHED_GAMES: str(self._unmatched),
            WITHOUT_OUTCOME: str(self._no_outcome),
        }


def _without(rows: pa.Table, game_ids: frozenset[str]) -> pa.Table:
    if not game_ids:
        return rows
    is_left_out = pc.is_in(rows["game_id"], pa.array(sorted(game_ids), pa.string()))
    return rows.filter(pc.invert(is_left_out))


def _check_games_kept(target: PartitionFile, made: list[pa.Table]) -> None:
    """Raise, if the stored file has games that are no longer in any month of `games`."""
    stored = target.read_file()
    if stored is None:
        return
    body, state = stored
    kept = decode(body, target.schema, IDENTITY_COLUMNS, where=state.uri).table
    if missing := missing_games(kept, made):
        whose, table = str(target.partition), target.schema.name
        raise games_missing(whose, table, state.uri, GAMES.name, missing)


def _account(games: StoredPartitions, user: str) -> Account:
    """Return the account that the registry knows, else the name's in the newest game that tells."""
    try:
        known = registered_account(games.table.store, user)
    except UnreadableRegistry as error:  # the lake's fault, like a month's, and not the program's
        raise UnreadableFile(str(error)) from error
    if known.uuid is not None:
        return known
    for month in reversed(games.states()):
        rows, _ = games.read(month, ACCOUNT_COLUMNS)
        if uuid := account_uuid(known.name, rows, known.former_names):
            return replace(known, uuid=uuid)
    return known
