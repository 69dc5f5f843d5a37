"""`player_games` as a file: every month of the player's `games`, read one after another.

One month's rows are in memory at a time, besides the compressed file. What the rows are belongs in
`player_games`.
"""

import hashlib
from collections.abc import Mapping

import pyarrow as pa

from chess_assets.domain.checks.summary_counts import (
    REPEATED_GAMES,
    SOURCE_ROWS,
    WITHOUT_OUTCOME,
    repeated,
    without_outcome,
)
from chess_assets.domain.lake.derived_file import keep_or_replace
from chess_assets.domain.lake.derived_table import NotComputed, SourceMissing
from chess_assets.domain.lake.lost_games import IDENTITY_COLUMNS, games_missing, missing_games
from chess_assets.domain.lake.player_file import PlayerFile
from chess_assets.domain.lake.player_table import CONTENT_VERSION, PartitionState, PlayerTable
from chess_assets.domain.lake.row_groups import EncodedFile, RowGroupWriter
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import Done
from chess_assets.domain.player_tables.account import ACCOUNT_COLUMNS, Account, account_uuid
from chess_assets.domain.player_tables.player_games import (
    GAMES_COLUMNS,
    PLAYER_GAMES_VERSION,
    player_games,
)

UNMATCHED_GAMES = "unmatched_games"
"""The fact that counts the games in which neither side could be told to be the player."""


def update_player_games(games: PlayerTable, target: PlayerFile) -> Done:
    """Bring a player's `player_games` up to date with the months of their `games`.

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
        return keep_or_replace(target, content_version(months), lambda: _encode(games, target))
    finally:
        games.save_index()


def content_version(months: Mapping[Month, PartitionState]) -> str:
    """Return the content version of what is made of these months of games."""
    versions = (f"{month} {state.content_version}" for month, state in sorted(months.items()))
    return hashlib.sha256("\n".join([*versions, PLAYER_GAMES_VERSION]).encode()).hexdigest()


def _encode(games: PlayerTable, target: PlayerFile) -> EncodedFile:
    account = _account(games)
    writer = RowGroupWriter(target.schema)
    read: dict[Month, PartitionState] = {}
    unmatched, no_outcome = 0, 0
    ids = []
    identities: list[pa.Table] = []
    for month in sorted(games.states()):
        stored = games.read(month, GAMES_COLUMNS)
        if stored is None:
            continue  # deleted since it was listed; the content version says so
        rows, read[month] = stored
        try:
            seen = player_games(rows, account)
        except Exception as error:
            raise NotComputed(target.schema.name, f"{games.user} {month}", error) from error
        identities.append(seen.select(IDENTITY_COLUMNS))
        unmatched += seen["is_white"].null_count
        no_outcome += without_outcome(seen)
        ids += seen["game_id"].chunks
        writer.add(seen)
    _check_games_kept(games, target, identities)
    facts = {
        CONTENT_VERSION: content_version(read),
        "computation_version": PLAYER_GAMES_VERSION,
        SOURCE_ROWS: str(sum(state.rows for state in read.values())),
        REPEATED_GAMES: str(repeated(pa.chunked_array(ids, pa.string()))),
        UNMATCHED_GAMES: str(unmatched),
        WITHOUT_OUTCOME: str(no_outcome),
    }
    return writer.finish(facts)


def _check_games_kept(games: PlayerTable, target: PlayerFile, made: list[pa.Table]) -> None:
    """Raise, if the stored file has games that are no longer in any month of `games`."""
    stored = target.read(IDENTITY_COLUMNS)
    if stored is not None and (missing := missing_games(stored[0], made)):
        name = target.schema.name
        raise games_missing(games.user, name, stored[1].uri, games.schema.name, missing)


def _account(games: PlayerTable) -> Account:
    """Return the account that the name belongs to in the newest game that tells."""
    for month in sorted(games.states(), reverse=True):
        stored = games.read(month, ACCOUNT_COLUMNS)
        uuid = stored and account_uuid(games.user, stored[0])
        if uuid:
            return Account(games.user, uuid)
    return Account(games.user)
