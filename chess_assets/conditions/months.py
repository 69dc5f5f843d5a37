"""The conditions of assets with a partition a month and user: `raw_pgn_archives` and `games`."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from dagster import AssetKey, AutomationCondition, AutomationContext, AutomationResult

from chess_assets.conditions.lake_view import LakeView
from chess_assets.domain.agenda import (
    Agenda,
    CancelledMonths,
    Months,
    WaitingMonths,
    agenda_of,
    to_ask_for,
)
from chess_assets.domain.backoff import (
    NeededMonths,
    Request,
    left_alone,
    unanswered,
    waiting_months,
)
from chess_assets.domain.month_ranges import ranges_of
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.domain.upkeep import Needs
from chess_assets.partitions import month_key

Context = AutomationContext[AssetKey]
RAW_KEY = AssetKey(RAW_PGN_ARCHIVES.name)
Subset = Any  # Dagster's EntitySubset, which it doesn't export
T = TypeVar("T")


_IN_PROGRESS: Any = AutomationCondition.in_progress()


class _OnTheAgenda(AutomationCondition[AssetKey]):
    """A part of the agenda, as a node of its own in the UI's evaluation."""

    requires_cursor = False

    def __init__(self, months: Months) -> None:
        self._months = months

    def evaluate(self, context: Context) -> AutomationResult[AssetKey]:
        """Return the part's months among the candidates."""
        months = _subset(context, self._months)
        return AutomationResult(context, context.candidate_subset.compute_intersection(months))


class IsDue(_OnTheAgenda):
    """True for months that the lake lacks, has stale or not made of what is upstream now.

    And for those that no run reported, so that the UI shows what there is.
    """

    name = "due"
    description = "The lake lacks the month, has it stale, or no run reported what it has"


class IsWaiting(_OnTheAgenda):
    """True for due months that were asked for in vain and are left alone for a while."""

    description = "Asked for in vain: left alone for an hour, then for twice as long, up to a day"

    def __init__(self, months: WaitingMonths) -> None:
        super().__init__(months)
        self._until = min((at for each in months.values() for at in each.values()), default=None)

    @property
    def name(self) -> str:
        """What the UI shows: how long the first of them is left alone."""
        return f"waiting until {self._until:%Y-%m-%d %H:%M} UTC" if self._until else "waiting"


class IsCancelled(_OnTheAgenda):
    """True for due months that somebody cancelled, until they would have been due again."""

    description = "Somebody cancelled it: left alone until it is due again or asked for by hand"

    def __init__(self, months: CancelledMonths) -> None:
        super().__init__(months)
        until = [at for each in months.values() for at in each.values()]
        self._is_any = bool(until)
        self._until = min((at for at in until if at is not None), default=None)

    @property
    def name(self) -> str:
        """What the UI shows: how long the first of them is left alone."""
        if not self._is_any:
            return "cancelled"
        if self._until is None:
            return "cancelled, left alone until asked for by hand"
        return f"cancelled, left alone until {self._until:%Y-%m-%d %H:%M} UTC or asked for by hand"


class OneRunAPlayer(AutomationCondition[AssetKey]):
    """Asks for the due months of each player that nobody cancelled and that are not waiting.

    They are asked for as one contiguous range.

    Its cursor holds the requests that were in vain so far.
    """

    name = "AND"
    description = "All of these, as one contiguous range of months a player"
    operator_type = "and"

    def __init__(self, view: LakeView) -> None:
        self._view = view

    @property
    def children(self) -> Sequence[AutomationCondition[AssetKey]]:
        """The conditions that a month has to meet."""
        return _conditions(Agenda())

    async def evaluate(self, context: Context) -> AutomationResult[AssetKey]:  # type: ignore[override]  # Dagster awaits it
        """Return the ranges to ask for now, and remember what was asked for in the last tick."""
        needs = self._view.needs(context)
        of_asset = {user: _needed(context.key, each) for user, each in needs.items()}
        needed = {user: months for user, months in of_asset.items() if months}
        asked, now = _remembered(context), self._view.now
        failures = _by_user(self._view.failures(context))
        # A player who was not looked at yet keeps what was asked for.
        unseen = self._view.players - needs.keys()
        kept = {user: each for user, each in asked.items() if user in unseen}
        kept |= {user: unanswered(asked[user], needed[user], failures[user]) for user in needed}
        waiting = {
            user: waiting_months(kept[user], failures[user], needed[user], now) for user in needed
        }
        cancelled = self._cancelled(context, needed)
        under_way = await _under_way(context) if needed else {}
        left = {user: waiting[user].keys() | cancelled[user].keys() for user in needed}
        self._view.busy |= {user for user in needed if needed[user].keys() - left[user]}
        self._view.busy |= under_way.keys()

        results, ready = [], context.candidate_subset
        agenda = agenda_of(needed, waiting, under_way, cancelled)
        for index, child in enumerate(_conditions(agenda)):
            result = await context.for_child_condition(child, [index], ready).evaluate_async()
            ready = ready.compute_intersection(result.true_subset)
            results.append(result)
        without_raw = {user: each.without_raw for user, each in needs.items()}
        impossible = without_raw if context.key != RAW_KEY else {}
        true = _subset(context, to_ask_for(_months_by_user(ready), needed, impossible))
        cursor = _cursor(kept, needed, now)
        return AutomationResult(context, true, cursor=cursor, child_results=results)

    def _cancelled(
        self, context: Context, needed: Mapping[str, NeededMonths]
    ) -> dict[str, dict[Month, datetime | None]]:
        upstream = RAW_KEY if context.key != RAW_KEY else None
        cancelled = _by_user(self._view.cancelled(context, upstream))
        rule, now = self._view.rule, self._view.now
        return {
            user: left_alone(cancelled[user], months, rule, now) for user, months in needed.items()
        }


def _conditions(agenda: Agenda) -> list[AutomationCondition[AssetKey]]:
    """Return what a month has to meet: each is looked at for the months that met those before."""
    return [
        IsDue(agenda.all()),
        ~_IN_PROGRESS,
        ~IsWaiting(agenda.waiting),
        ~IsCancelled(agenda.cancelled),
    ]


async def _under_way(context: Context) -> dict[str, set[Month]]:
    """Return the asset's months that are in progress, of all players."""
    everything = context.candidate_subset
    in_progress = context.for_child_condition(_IN_PROGRESS, [None], everything)
    return _months_by_user((await in_progress.evaluate_async()).true_subset)


def _needed(asset_key: AssetKey, needs: Needs) -> NeededMonths:
    to_record = dict.fromkeys(needs.to_record["/".join(asset_key.path)])
    to_make = needs.to_fetch if asset_key == RAW_KEY else needs.to_compute
    return {**to_record, **to_make}


def _subset(context: Context, months: Months) -> Subset:
    keys = {f"{month_key(month)}|{user}" for user, each in months.items() for month in each}
    definition = context.partitions_def
    if not keys or definition is None:
        return context.get_empty_subset()
    view = context.asset_graph_view
    return view.get_subset_from_partition_keys(context.key, definition, keys)


def _months_by_user(subset: Subset) -> dict[str, set[Month]]:
    by_user = _by_user(dict.fromkeys(subset.expensively_compute_partition_keys()))
    return defaultdict(set, {user: set(months) for user, months in by_user.items()})


def _by_user(of_keys: Mapping[str, T]) -> dict[str, dict[Month, T]]:
    """Return what is known of partitions by user and month."""
    by_user: dict[str, dict[Month, T]] = defaultdict(dict)
    for key, value in of_keys.items():
        month, _, user = key.partition("|")
        by_user[user][Month.parse(month.removesuffix("-01"))] = value
    return by_user


def _remembered(context: Context) -> dict[str, list[Request]]:
    """Return each player's requests that were unanswered at the last tick, and those it made."""
    requests: dict[str, list[Request]] = defaultdict(list)
    if not context.cursor:
        return requests
    cursor = json.loads(context.cursor)
    for user, asked in cursor["asked"].items():
        for first, last, at, needed in asked:
            months = Month.parse(first), Month.parse(last)
            requests[user].append(Request(*months, datetime.fromisoformat(at), needed))
    last_requested: Subset = context.get_previous_requested_subset(context.key)
    last_at = datetime.fromisoformat(cursor["at"])
    for user, last_months in _months_by_user(last_requested).items():
        needed = cursor["needed"].get(user, 0)
        requests[user] += [Request(*each, last_at, needed) for each in ranges_of(last_months)]
    return requests


def _cursor(
    requests: Mapping[str, list[Request]], needed: Mapping[str, NeededMonths], now: datetime
) -> str:
    asked = {
        user: [[str(r.first), str(r.last), r.at.isoformat(), r.needed] for r in each]
        for user, each in requests.items()
        if each
    }
    counts = {user: len(months) for user, months in needed.items()}
    return json.dumps({"at": now.isoformat(), "needed": counts, "asked": asked})
