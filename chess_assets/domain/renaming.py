"""A followed player who has a new name: proof that it is the same account, then the move.

The registry's entry changes last and in one write: until then a run for the old name is told of
the new one, and asks for nothing that is about to be moved. Dagster's partitions belong to the
command.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chess_assets.domain.chess_com import ChessComClient, Profile
from chess_assets.domain.lake.moved_player import Merge, Moved, PlayerMove
from chess_assets.domain.lake.parquet_file import ParquetFile
from chess_assets.domain.lake.partition_file import CONTENT_VERSION
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.players import parse_player
from chess_assets.domain.raw_archives.account_check import stored_uuid
from chess_assets.domain.raw_archives.merge import merge_copies
from chess_assets.domain.raw_archives.stored_fetches import FETCHED_AT
from chess_assets.domain.registry import FollowedPlayer, PlayerRegistry
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES, TABLES
from chess_assets.domain.store import Store


class CannotRename(ValueError):
    """A rename that would mix two accounts, or has nothing to go by; nothing of it was done."""


class NotAllMoved(Exception):
    """A rename that left files where they are; the others are moved."""


def rename_player(
    store: Store, client: ChessComClient, old: str, new: str, now: Callable[[], datetime]
) -> Moved:
    """Move what is stored of a player to their new name, and follow them under it.

    Running it again after an interruption finishes it; when all is done, it does nothing.

    Args:
        store: The lake.
        client: Asks chess.com who the names are.
        old: The name they are followed by.
        new: Their name on chess.com now.
        now: The clock, for an entry in the registry that is new.

    Raises:
        InvalidPlayerName: before anything is asked.
        CannotRename: when the names are not one account's, or another account's games are stored
            under the new one.
        NotAllMoved: when files could not be read; the entry in the registry stays as it is.
        ChessComError: when a profile did not come; UnknownPlayer where there is none.
        StoreError, UnreadableRegistry: when the lake refuses.
    """
    old, new = parse_player(old), parse_player(new)
    if old == new:
        raise CannotRename(f"{old} is the same name: upper and lower case make no difference.")
    registry = PlayerRegistry(store)
    players = registry.players()
    before, after = players.get(old), players.get(new)
    profile = client.profile(new)
    _check_account(client, profile, old, new, before, after)
    uuid = _check_stored(store, old, new, before, after)
    move = PlayerMove(store, old, new)
    for table in TABLES.values():
        move.move(table, _MERGES.get(table.name))
    if move.moved.left:
        raise NotAllMoved(
            f"{len(move.moved.left)} files of {old} were not moved: {' '.join(move.moved.left)} "
            "The others are moved; run the same again when those are put right."
        )
    if before is not None or after is not None:
        registry.rename(old, _entry(profile, old, before, after, uuid, now()))
    return move.moved


def _check_account(
    client: ChessComClient,
    profile: Profile,
    old: str,
    new: str,
    before: FollowedPlayer | None,
    after: FollowedPlayer | None,
) -> None:
    """Raise unless the new name is the old one's account, by chess.com's number for it."""
    if profile.username != new:
        raise CannotRename(
            f"{new} is called {profile.username} on chess.com now: nothing was moved. "
            f"Run `chess-assets players rename {old} {profile.username}`."
        )
    if before is not None:
        player_id = before.player_id
    elif after is not None and old in after.former_names:
        player_id = after.player_id
    else:  # not followed any more: chess.com itself leads from a former name to the new one
        player_id = client.profile(old).player_id
    if player_id != profile.player_id:
        raise CannotRename(
            f"{new} is another account (player {profile.player_id}) than {old} "
            f"(player {player_id}): nothing was moved."
        )
    if after is not None and after.player_id != profile.player_id:
        raise CannotRename(
            f"What is stored under {new} is of the account that had this name before (player "
            f"{after.player_id}): nothing was moved. If that player has a new name too, run "
            f"`chess-assets players rename {new} NEW_NAME` first, then this again."
        )


def _check_stored(
    store: Store, old: str, new: str, before: FollowedPlayer | None, after: FollowedPlayer | None
) -> str | None:
    """Return the account's uuid; raise where the games stored under the names have two."""
    uuids = {}
    for name, entry in ((old, before), (new, after)):
        names = (name, *(entry.former_names if entry is not None else ()))
        stored = stored_uuid(PlayerTable(store, RAW_PGN_ARCHIVES, name), names)
        uuids[name] = (entry.uuid if entry is not None else None) or stored
    known = {uuid for uuid in uuids.values() if uuid is not None}
    if len(known) > 1:
        raise CannotRename(
            f"The games stored under {new} are of another account ({uuids[new]}) than those "
            f"under {old} ({uuids[old]}): nothing was moved. Move the files of {new} out of the "
            "lake, and keep them; then run this again."
        )
    return next(iter(known), None)


def _entry(
    profile: Profile,
    old: str,
    before: FollowedPlayer | None,
    after: FollowedPlayer | None,
    uuid: str | None,
    now: datetime,
) -> FollowedPlayer:
    entries = [each for each in (before, after) if each is not None]
    former = [name for entry in entries for name in entry.former_names]
    return replace(
        FollowedPlayer.of(profile, min((each.added_at for each in entries), default=now)),
        uuid=uuid,
        former_names=tuple(
            name for name in dict.fromkeys([*former, old]) if name != profile.username
        ),
    )


def _merge_raw(kept: ParquetFile, moved: ParquetFile) -> ParquetFile:
    """Merge a month that both names have; the facts are those of the newer answer."""
    merged = merge_copies(kept.table, moved.table)
    newest = max(kept, moved, key=lambda file: file.facts.get(FETCHED_AT, ""))
    facts = {**newest.facts, CONTENT_VERSION: merged.content_version}
    return ParquetFile(merged.table, facts)


_MERGES: dict[str, Merge] = {RAW_PGN_ARCHIVES.name: _merge_raw}
