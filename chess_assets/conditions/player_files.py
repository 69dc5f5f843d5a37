"""The conditions of the assets with one file a player: `player_games` and what sums it up."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dagster import AssetKey, AutomationCondition, AutomationContext, AutomationResult

from chess_assets.conditions.lake_view import LakeView
from chess_assets.domain.backoff import wait_after
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.partition_file import PartitionState, player_file
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import PLAYER_GAMES

Context = AutomationContext[AssetKey]
Subset = Any  # Dagster's EntitySubset, which it doesn't export


@dataclass(frozen=True, slots=True)
class Asked:
    """What a player's file was last asked for: the content, when, how often that content."""

    version: str
    at: datetime
    times: int

    @property
    def until(self) -> datetime:
        """When the same content may be asked for again."""
        return self.at + wait_after(self.times)


class IsBehind(AutomationCondition[AssetKey]):
    """True for players whose file is not made of what is upstream now, and whose months are.

    The same content is asked for once, and should that be in vain, an hour later, then after twice
    as long, up to a day; where somebody cancelled that, not before there is other content. Its
    cursor holds what was asked for.

    Args:
        view: What is seen of the lake.
        schema: The table.
        version: The computation's version.
    """

    name = "behind"
    description = (
        "The player's file is not made of the games stored now; the same is asked for again after "
        "an hour, then twice as long, up to a day, and not where somebody cancelled it"
    )

    def __init__(self, view: LakeView, schema: TableSchema, version: str) -> None:
        self._view = view
        self._schema = schema
        self._version = version
        self._current: dict[str, str] = {}  # by player, the games that the file is known to be of

    def evaluate(self, context: Context) -> AutomationResult[AssetKey]:
        """Return the players whose files are behind, and remember what was asked for last time."""
        needs = self._view.needs(context)
        versions = {user: each.games_version for user, each in needs.items() if each.games_version}
        made = versions.keys() - self._view.busy
        behind = {
            user: versions[user] for user in made if self._is_behind(context, user, versions[user])
        }
        asked = _remembered(context)
        now = self._view.now
        cancelled = self._view.cancelled(context)
        due = set()
        for user, version in behind.items():
            if user in cancelled:
                # What was cancelled is the content of that moment, whoever asked for it.
                asked.setdefault(user, Asked(version, now, 1))
            is_same = user in asked and asked[user].version == version
            if not is_same or (user not in cancelled and now >= asked[user].until):
                due.add(user)
        # Whose months are not all made, or not looked at yet, may still be behind.
        forgotten = (made - behind.keys()) | (asked.keys() - self._view.players)
        kept = {user: each for user, each in asked.items() if user not in forgotten}
        return AutomationResult(context, _subset(context, due), cursor=_cursor(kept, behind, now))

    def _is_behind(self, context: Context, user: str, games_version: str) -> bool:
        """Say whether the file is behind; one that follows a file which is, comes with that."""
        if self._current.get(user) == games_version:
            return False
        upstream = _state(self._view, PLAYER_GAMES, user)
        if self._schema is PLAYER_GAMES:
            is_current = upstream is not None and upstream.content_version == games_version
        elif upstream is None or upstream.content_version != games_version:
            return False
        else:
            is_current = self._follows(_state(self._view, self._schema, user), upstream)
        is_current = is_current and user in self._view.reported(context, context.key)
        if is_current:
            self._current[user] = games_version
        return not is_current

    def _follows(self, state: PartitionState | None, upstream: PartitionState) -> bool:
        facts = state.facts if state is not None else {}
        made_of = facts.get("source_content_version"), facts.get("computation_version")
        return made_of == (upstream.content_version, self._version)


def is_behind(view: LakeView, schema: TableSchema, version: str) -> AutomationCondition[AssetKey]:
    """Return the condition of a table with a file a player: behind, and not in progress."""
    return IsBehind(view, schema, version) & ~AutomationCondition.in_progress()


def _state(view: LakeView, schema: TableSchema, user: str) -> PartitionState | None:
    """Return what is known of a player's file; None for one that has to be made anew anyway."""
    try:
        state = player_file(view.store, schema, user).state()
    except UnreadableFile:
        return None
    return None if state is not None and state.lacking else state


def _subset(context: Context, players: set[str]) -> Subset:
    definition = context.partitions_def
    if not players or definition is None:
        return context.get_empty_subset()
    view = context.asset_graph_view
    return view.get_subset_from_partition_keys(context.key, definition, players)


def _remembered(context: Context) -> dict[str, Asked]:
    """Return for which content and when each player's file was last asked for."""
    if not context.cursor:
        return {}
    cursor = json.loads(context.cursor)
    asked = {
        # Cursors of older versions have no number of times.
        user: Asked(version, datetime.fromisoformat(at), *(times or [1]))
        for user, (version, at, *times) in cursor["asked"].items()
    }
    last_at = datetime.fromisoformat(cursor["at"])
    last_requested: Subset = context.get_previous_requested_subset(context.key)
    for user in last_requested.expensively_compute_partition_keys():
        if version := cursor["behind"].get(user):
            before = asked.get(user)
            times = before.times if before is not None and before.version == version else 0
            asked[user] = Asked(version, last_at, times + 1)
    return asked


def _cursor(asked: Mapping[str, Asked], behind: Mapping[str, str], now: datetime) -> str:
    texts = {user: [each.version, each.at.isoformat(), each.times] for user, each in asked.items()}
    return json.dumps({"at": now.isoformat(), "behind": dict(behind), "asked": texts})
