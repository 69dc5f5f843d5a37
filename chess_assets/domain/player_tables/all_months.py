"""`player_games` as a file: every month of the player's `games`, read one after another.

One month's rows are in memory at a time, besides the compressed file and the names of all games, 60
bytes each. What the rows are belongs in `player_games`, which of several copies of a game counts in
`moved_games`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.checks.summary_counts import (
    COPIES_LEFT_OUT,
    REPEATED_GAMES,
    SOURCE_ROWS,
    WITHOUT_OUTCOME,
    repeated,
    without_outcome,
)
from chess_assets.domain.lake.derived_file import keep_or_replace
from chess_assets.domain.lake.derived_table import NotComputed, SourceMissing
from chess_assets.domain.lake.lost_games import IDENTITY_COLUMNS, games_missing, missing_games
from chess_assets.domain.lake.placement import place_facts
from chess_assets.domain.lake.player_file import PlayerFile
from chess_assets.domain.lake.player_table import CONTENT_VERSION, PartitionState, PlayerTable
from chess_assets.domain.lake.row_groups import EncodedFile, RowGroupWriter
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import Done
from chess_assets.domain.player_tables.account import ACCOUNT_COLUMNS, Account, account_uuid
from chess_assets.domain.player_tables.moved_games import (
    COPY_COLUMNS,
    LastSeen,
    LeftOut,
    MovedGames,
)
from chess_assets.domain.player_tables.player_games import (
    GAMES_COLUMNS,
    PLAYER_GAMES_VERSION,
    player_games,
)
from chess_assets.domain.raw_archives.identity import contradiction_facts
from chess_assets.domain.schemas.table import TableSchema

UNMATCHED_GAMES = "unmatched_games"
"""The fact that counts the games in which neither side could be told to be the player."""


def update_player_games(
    games: PlayerTable,
    target: PlayerFile,
    raw: PlayerTable | None = None,
    known: Account | None = None,
) -> Done:
    """Bring a player's `player_games` up to date with the months of their `games`.

    Args:
        games: The player's `games`.
        target: The file.
        raw: Their `raw_pgn_archives`, which tells which copy of a game was seen last; read only
            where several months have one game. Without it the later month's counts.
        known: What else is known of who the player is, from the registry.

    Raises:
        SourceMissing: when no month of games is stored.
        GamesMissing: when the stored file has games that no month of `games` has any more.
        NotComputed: when the computation stumbles over a month's rows.
        UnreadableFile: when a month, or what is stored as the target, is no Parquet file: a file
            without that month would pass for the player's whole history.
        Conflict: when other writers are first again and again.
    """
    months = games.states()
    for unreadable in games.unreadable().values():
        raise unreadable
    if not months:
        raise SourceMissing(games.schema.name, games.user)
    try:
        return keep_or_replace(
            target, content_version(months), lambda: _encode(games, target, raw, known)
        )
    finally:
        games.save_index()


def content_version(months: Mapping[Month, PartitionState]) -> str:
    """Return the content version of what is made of these months of games."""
    versions = (f"{month} {state.content_version}" for month, state in sorted(months.items()))
    return hashlib.sha256("\n".join([*versions, PLAYER_GAMES_VERSION]).encode()).hexdigest()


def _encode(
    games: PlayerTable, target: PlayerFile, raw: PlayerTable | None, known: Account | None
) -> EncodedFile:
    """Write all months, and again without some rows where several months have one game.

    Such games are known when all months were read. They are few: of 80,533 real games, none.
    """
    account, last_seen = _account(games, known or Account(games.user)), LastSeen(raw)
    left_out: LeftOut = {}
    while True:
        moved = MovedGames()
        file = _File(target.schema, games.user, account)
        for month in sorted(games.states()):
            stored = games.read(month, GAMES_COLUMNS)
            if stored is not None:  # else deleted since it was listed; the content version says so
                moved.add(month, stored[0])
                file.add(month, *stored, left_out.get(month, frozenset()))
        found = moved.left_out(lambda month: _copies(games, month), last_seen)
        if found == left_out:
            _check_games_kept(games, target, file.identities)
            return file.finish(moved.contradictions)
        left_out = found


def _copies(games: PlayerTable, month: Month) -> pa.Table | None:
    stored = games.read(month, COPY_COLUMNS)
    return stored[0] if stored is not None else None


class _File:
    """A player's file while it is made, month after month.

    Attributes:
        identities: `IDENTITY_COLUMNS` of the games in it, by month.
    """

    def __init__(self, schema: TableSchema, user: str, account: Account) -> None:
        self._schema = schema
        self._user = user
        self._account = account
        self._writer = RowGroupWriter(schema)
        self._read: dict[Month, PartitionState] = {}
        self.identities: list[pa.Table] = []
        self._unmatched = self._no_outcome = self._left_out = 0

    def add(
        self, month: Month, rows: pa.Table, state: PartitionState, left_out: frozenset[str]
    ) -> None:
        """Add a month's games but those that other months have.

        Raises:
            NotComputed: when the computation stumbles over them.
        """
        self._read[month] = state
        try:
            kept = _without(rows, left_out)
            seen = player_games(kept, self._account)
        except Exception as error:
            raise NotComputed(self._schema.name, f"{self._user} {month}", error) from error
        self._left_out += rows.num_rows - kept.num_rows
        self._unmatched += seen["is_white"].null_count
        self._no_outcome += without_outcome(seen)
        self.identities.append(seen.select(IDENTITY_COLUMNS))
        self._writer.add(seen)

    def finish(self, contradictions: Sequence[str]) -> EncodedFile:
        """Return the file, its footer saying what it was made of."""
        ids = [chunk for table in self.identities for chunk in table["game_id"].chunks]
        facts = {
            CONTENT_VERSION: content_version(self._read),
            "computation_version": PLAYER_GAMES_VERSION,
            SOURCE_ROWS: str(sum(state.rows for state in self._read.values())),
            COPIES_LEFT_OUT: str(self._left_out),
            REPEATED_GAMES: str(repeated(pa.chunked_array(ids, pa.string()))),
            UNMATCHED_GAMES: str(self._unmatched),
            WITHOUT_OUTCOME: str(self._no_outcome),
            **place_facts(self._schema.name, self._user, None),
        }
        return self._writer.finish(facts | contradiction_facts(contradictions))


def _without(rows: pa.Table, game_ids: frozenset[str]) -> pa.Table:
    if not game_ids:
        return rows
    is_left_out = pc.is_in(rows["game_id"], pa.array(sorted(game_ids), pa.string()))
    return rows.filter(pc.invert(is_left_out))


def _check_games_kept(games: PlayerTable, target: PlayerFile, made: list[pa.Table]) -> None:
    """Raise, if the stored file has games that are no longer in any month of `games`."""
    stored = target.read(IDENTITY_COLUMNS)
    if stored is not None and (missing := missing_games(stored[0], made)):
        name = target.schema.name
        raise games_missing(games.user, name, stored[1].uri, games.schema.name, missing)


def _account(games: PlayerTable, known: Account) -> Account:
    """Return the account that the name belongs to in the newest game that tells."""
    if known.uuid is not None:
        return known
    for month in sorted(games.states(), reverse=True):
        stored = games.read(month, ACCOUNT_COLUMNS)
        uuid = stored and account_uuid(known.name, stored[0], known.former_names)
        if uuid:
            return replace(known, uuid=uuid)
    return known
