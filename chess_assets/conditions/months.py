"""The conditions of assets with a partition a month and user: `raw_pgn_archives` and `games`."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from dagster import AssetKey, AutomationCondition, AutomationContext, AutomationResult

from chess_assets.assets.raw_pgn_archives import RAW_KEY
from chess_assets.conditions.lake_view import LakeView
from chess_assets.domain.backoff import NeededMonths, Request, unanswered, waiting_months
from chess_assets.domain.month_ranges import MonthRange, months_of, ranges_of
from chess_assets.domain.months import Month
from chess_assets.domain.upkeep import Needs
from chess_assets.partitions import partition_key

HISTORIES_AT_ONCE = 10
"""The most players whose histories are under way at once: refreshes queue behind these few."""

_REFRESH = 2  # months: the open one, and the one before while it settles

Context = AutomationContext[AssetKey]
Subset = Any  # Dagster's EntitySubset, which it doesn't export
Months = dict[str, set[Month]]


class _OfMonths(AutomationCondition[AssetKey]):
    """A condition on the months of an asset that each player needs."""

    def __init__(self, view: LakeView) -> None:
        self.view = view

    def needed(self, context: Context) -> dict[str, NeededMonths]:
        """Return the months that players need, without the players who need none."""
        needs = self.view.needs(context)
        of_asset = {user: _needed(context.root_context.key, each) for user, each in needs.items()}
        return {user: months for user, months in of_asset.items() if months}


class IsDue(_OfMonths):
    """True for months that are missing or stale, or that are not made of what is upstream now."""

    name = "due"
    description = "The lake lacks the month, or what it has is stale"

    def evaluate(self, context: Context) -> AutomationResult[AssetKey]:
        """Return the players' months that are due."""
        due = {user: set(months) for user, months in self.needed(context).items()}
        return AutomationResult(context, _subset(context, due))


class IsWaiting(_OfMonths):
    """True for due months that were asked for in vain and are left alone for a while.

    Its cursor holds the requests that were in vain so far.
    """

    name = "waiting"
    description = (
        "Asked for in vain: left alone for an hour, then for twice as long, up to a day"
    )

    def evaluate(self, context: Context) -> AutomationResult[AssetKey]:
        """Return the candidates whose time has not come, and remember the last tick's requests."""
        needed = self.needed(context)
        requests = _remembered(context)
        kept = {user: unanswered(requests[user], months) for user, months in needed.items()}
        waiting = {
            user: waiting_months(kept[user], months, self.view.now)
            for user, months in needed.items()
        }
        true = context.candidate_subset.compute_intersection(_subset(context, waiting))
        return AutomationResult(context, true, cursor=_cursor(kept, needed, self.view.now))


class OneRunAPlayer(_OfMonths):
    """Asks for the due months of each player that are not waiting, as one contiguous range.

    What is fresh between due months is in the range too, and costs nothing there. Dagster makes one
    run a player of it while there are fewer players than months, and else one run a month of all
    players; either is right, a mixture is not (a run a month for one player's history). So a
    request holds a few histories and fewer players than months, or refreshes only.
    """

    name = "one_run_a_player"
    description = "All of these, as one contiguous range of months a player"

    @property
    def children(self) -> Sequence[AutomationCondition[AssetKey]]:
        """The conditions that a month has to meet, each looked at for what met those before."""
        in_progress: Any = AutomationCondition.in_progress()
        return [IsDue(self.view), ~in_progress, ~IsWaiting(self.view)]

    async def evaluate(self, context: Context) -> AutomationResult[AssetKey]:  # type: ignore[override]  # Dagster awaits it
        """Return the ranges to ask for now."""
        results = []
        subset: Subset = context.candidate_subset
        for index, child in enumerate(self.children):
            result = await context.for_child_condition(child, [index], subset).evaluate_async()
            subset = subset.compute_intersection(result.true_subset)
            results.append(result)
        due, idle = (_months_by_user(result.true_subset) for result in results[:2])
        under_way = [user for user in due.keys() - idle.keys() if len(due[user]) > _REFRESH]
        ranges = {
            user: ranges_of(months, but_not=due[user] - months)
            for user, months in _months_by_user(subset).items()
        }
        chosen = {user: months_of(ranges[user]) for user in _chosen(ranges, len(under_way))}
        return AutomationResult(context, _subset(context, chosen), child_results=results)


def _needed(asset_key: AssetKey, needs: Needs) -> NeededMonths:
    return needs.to_fetch if asset_key == RAW_KEY else dict.fromkeys(needs.to_compute)


def _chosen(ranges: Mapping[str, list[MonthRange]], histories_under_way: int) -> list[str]:
    """Return the players to ask for in this tick; the others' turn comes in one of the next."""
    sizes = {user: len(months_of(each)) for user, each in sorted(ranges.items())}
    refreshes = [user for user, size in sizes.items() if size <= _REFRESH]
    waiting = [user for user, size in sizes.items() if size > _REFRESH]
    histories = waiting[: max(HISTORIES_AT_ONCE - histories_under_way, 0)]
    if not histories:
        return refreshes
    months = {month for user in histories for month in months_of(ranges[user])}
    histories = histories[: len(months) - 1]
    return histories + refreshes[: len(months) - 1 - len(histories)]


def _subset(context: Context, months: Mapping[str, Iterable[Month]]) -> Subset:
    keys = {partition_key(user, month) for user, each in months.items() for month in each}
    definition = context.partitions_def
    if not keys or definition is None:
        return context.get_empty_subset()
    view = context.asset_graph_view
    return view.get_subset_from_partition_keys(context.key, definition, keys)


def _months_by_user(subset: Subset) -> Months:
    months: Months = defaultdict(set)
    for key in subset.expensively_compute_partition_keys():
        month, _, user = key.partition("|")
        months[user].add(Month.parse(month.removesuffix("-01")))
    return months


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
