"""The sensors: who is followed, which runs were killed, and which failed.

The sensor that asks for months belongs in `automation`; how a name becomes a followed player, in
`domain/following`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dagster import (
    DagsterRun,
    DefaultSensorStatus,
    ResourceParam,
    RunFailureSensorContext,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    run_failure_sensor,
    sensor,
)

from chess_assets.domain.chess_com import Limits
from chess_assets.domain.following import Refusal, follow_new, named_players
from chess_assets.domain.registry import PlayerRegistry
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.partitions import RANGE_END, RANGE_START, USERS, users
from chess_assets.resources.chess_com import ChessComResource
from chess_assets.resources.freshness import Clock
from chess_assets.resources.notices import Notices
from chess_assets.resources.players import PlayersResource
from chess_assets.run_processes import end_abandoned_runs

_INTERVAL_S = 60
_NAMED = 10
_LINE_LENGTH = 1000
# A tick has a minute: little waiting for chess.com here, the next tick is soon enough.
_LIMITS = Limits(
    attempts=1,
    connect_timeout_s=5,
    attempt_deadline_s=5,
    total_deadline_s=5,
    max_turn_wait_s=15,
)


@dataclass
class _Memory:
    """What a tick knows of the ones before: its cursor.

    Attributes:
        followed: Players that were followed; only their partitions are ever removed.
        refused: Names that chess.com would not confirm.
    """

    followed: set[str] = field(default_factory=set)
    refused: dict[str, Refusal] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: str | None) -> "_Memory":
        if not cursor:
            return cls()
        stored = json.loads(cursor)
        refused = {
            name: Refusal(reason, times, datetime.fromisoformat(again_at))
            for name, (reason, times, again_at) in stored["refused"].items()
        }
        return cls(set(stored["followed"]), refused)

    def cursor(self) -> str:
        refused = {
            name: (each.reason, each.times, each.again_at.isoformat())
            for name, each in self.refused.items()
        }
        return json.dumps({"followed": sorted(self.followed), "refused": refused})


@sensor(
    description=(
        "Follows the players of CHESS_PLAYERS and of the registry that `chess-assets players` "
        "keeps in the lake: checks new ones with chess.com, registers them, adds their partitions. "
        "To unfollow a player: take the name out of CHESS_PLAYERS, then `chess-assets players "
        "remove` it; the partitions go, the data stays. A partition that was added by hand and "
        "belongs to nobody followed is left alone. Runs from the start: without names it asks "
        "nothing of chess.com."
    ),
    minimum_interval_seconds=_INTERVAL_S,
    default_status=DefaultSensorStatus.RUNNING,
)
def followed_players(
    context: SensorEvaluationContext,
    lake: ResourceParam[ParquetIOManager],
    chess_com: ChessComResource,
    clock: Clock,
    players: PlayersResource,
) -> SensorResult:
    """Make the followed players and Dagster's users the same.

    Raises:
        StoreError, UnreadableRegistry: then the tick fails, and nobody is added or removed.
    """
    registry = PlayerRegistry(lake.store)
    memory = _Memory.of(context.cursor)
    names, faults = named_players(players.named())
    followed = set(registry.players())
    if new := names - followed:
        with chess_com.client(clock.now, lake.store, _LIMITS) as client:
            memory.refused = follow_new(new, registry, client, memory.refused, clock.now())
        followed = set(registry.players())
    memory.refused = {name: each for name, each in memory.refused.items() if name in new}
    faults += [each.reason for each in memory.refused.values()]

    registered = set(context.instance.get_dynamic_partitions(USERS))
    added = followed - registered
    # An empty registry may be the wrong lake: it is no reason to remove everybody.
    strangers = registered - followed - names
    removed = strangers & memory.followed if followed else set()
    memory.followed = (memory.followed | followed) - removed
    told = {
        "new": added,
        "no longer followed": removed,
        "partitions of nobody followed, left alone": strangers - removed,
    }
    return SensorResult(
        skip_reason=_sentence(len(followed), told, faults),
        dynamic_partitions_requests=[
            users.build_add_request(sorted(added)),
            users.build_delete_request(sorted(removed)),
        ],
        cursor=memory.cursor(),
    )


def _sentence(count: int, told: Mapping[str, set[str]], faults: Iterable[str]) -> str:
    parts = [f"players followed: {count}"]
    parts += [f"{what}: {_some(sorted(names))}" for what, names in told.items() if names]
    refused = [f"Not followed: {fault}" for fault in faults]
    return " ".join(["; ".join(parts) + ".", *refused[:_NAMED]])


def _some(names: list[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


@sensor(
    description=(
        "Ends runs of this code location whose process was killed, so that they don't stand as "
        "started, and keep others from chess.com, until run monitoring's longest run time is over. "
        "Only a run whose lock in the instance's folder nobody holds any more is ended. What "
        "it did not store is asked for again by `automation`."
    ),
    minimum_interval_seconds=_INTERVAL_S,
    default_status=DefaultSensorStatus.RUNNING,
)
def abandoned_runs(context: SensorEvaluationContext) -> SkipReason:
    """End the runs that nobody works on any more."""
    origin = context.code_location_origin
    location = None if origin is None else origin.location_name
    ended = [run.run_id[:8] for run in end_abandoned_runs(context.instance, location)]
    return SkipReason(f"Killed and now ended: {_some(ended)}." if ended else "No run was killed.")


@run_failure_sensor(
    description=(
        "Says in one line which run failed, of whose months, and why: in its log, and to the "
        "resource `notices`, which is where Slack or mail is hooked in."
    ),
    minimum_interval_seconds=_INTERVAL_S,
    default_status=DefaultSensorStatus.RUNNING,
)
def failed_runs(context: RunFailureSensorContext, notices: ResourceParam[Notices]) -> None:
    """Tell of a failed run."""
    steps = context.get_step_failure_events()
    causes = [_cause(event.step_failure_data) for event in steps]
    line = failure_line(context.dagster_run, causes[0] if causes else context.failure_event.message)
    context.log.error(line)
    notices.tell(line)


def failure_line(run: DagsterRun, cause: str | None) -> str:
    """Return what failed and why, on one line of bounded length."""
    first, last = run.tags.get(RANGE_START), run.tags.get(RANGE_END)
    partitions = run.tags.get("dagster/partition") or (f"{first} to {last}" if first else "")
    what = " ".join(filter(None, [run.job_name.strip("_").lower(), partitions]))
    line = " ".join(f"{what} failed (run {run.run_id[:8]}): {cause or 'no reason given'}".split())
    return line if len(line) <= _LINE_LENGTH else f"{line[:_LINE_LENGTH]}…"


def _cause(failure: Any) -> str | None:
    """Return the sentence that the step failed with, else the innermost error's."""
    if failure.user_failure_data is not None:
        return str(failure.user_failure_data.description)
    error = failure.error
    while error is not None and error.cause is not None:
        error = error.cause
    return None if error is None else str(error.message)
