"""A run's partitions: a run over a range that holds none fails, and says in which order ranges go.

Dagster takes a range whose end lies before its start for a range of nothing, and a run of nothing
for a success (seen with 1.13.27). Users are in order of registration, which nobody can know.
"""

from collections.abc import Mapping, Sequence

from dagster import DagsterInstance, Failure

from chess_assets.domain.months import InvalidMonth, Month, months_between
from chess_assets.io_managers.partition_keys import RANGE_END, RANGE_START, USERS, month_key

_MOST_SHOWN = 10
_PARTITION = "dagster/partition"  # Dagster's tag of a run of one partition


def require_partitions(
    keys: Sequence[str], run_tags: Mapping[str, str], instance: DagsterInstance
) -> None:
    """Raise a `Failure` where a run has no partitions.

    Args:
        keys: The partitions of the run.
        run_tags: The run's tags; Dagster's tags of the range are among them.
        instance: Where the users are registered.
    """
    if not keys:
        start, end = run_tags.get(RANGE_START, ""), run_tags.get(RANGE_END, "")
        raise Failure(_sentence(start, end, instance), allow_retries=False)


def partitions_of_run(run_tags: Mapping[str, str], registered: Sequence[str]) -> frozenset[str]:
    """Return the partition keys that a run's tags name: of one partition, or of a range.

    Args:
        run_tags: The run's tags.
        registered: The users, in the order of their registration.
    """
    start = run_tags.get(RANGE_START) or run_tags.get(_PARTITION, "")
    end = run_tags.get(RANGE_END) or start
    first_month, _, first_user = start.rpartition("|")
    last_month, _, last_user = end.rpartition("|")
    users = {first_user, last_user}
    if users <= set(registered):
        users |= set(registered[_place(first_user, registered) : _place(last_user, registered)])
    if not first_month:
        return frozenset(users - {""})
    try:
        first, last = (Month.parse(key.removesuffix("-01")) for key in (first_month, last_month))
    except InvalidMonth:  # a run of somebody else's assets
        return frozenset()
    return frozenset(
        f"{month_key(month)}|{user}" for month in months_between(first, last) for user in users
    )


def _sentence(start: str, end: str, instance: DagsterInstance) -> str:
    if not start or not end:
        return "This run has no partitions, so there is nothing to do: name at least one."
    first_month, _, first_user = start.rpartition("|")
    last_month, _, last_user = end.rpartition("|")
    registered = list(instance.get_dynamic_partitions(USERS))
    wrong = []
    if first_month > last_month:
        wrong.append("months go from the earlier to the later")
    if _place(first_user, registered) > _place(last_user, registered):
        users = _between(start, end, registered)
        wrong.append(f"users go in the order of their registration, which is {users}")
    months = sorted([first_month, last_month])
    players = sorted([first_user, last_user], key=lambda user: _place(user, registered))
    right = [_key(month, user) for month, user in zip(months, players, strict=True)]
    why = f": {'; '.join(wrong)}" if wrong else ""
    return f"The range {start}...{end} holds no partition{why}. Write {'...'.join(right)}."


def _place(user: str, registered: Sequence[str]) -> int:
    return registered.index(user) if user in registered else len(registered)


def _between(start: str, end: str, registered: Sequence[str]) -> str:
    """Return the users from the one that is registered first to the other, in their order."""
    places = sorted(_place(key.rpartition("|")[2], registered) for key in (start, end))
    users = registered[places[0] : places[1] + 1]
    if len(users) > _MOST_SHOWN:
        left_out = len(users) - _MOST_SHOWN
        users = [*users[: _MOST_SHOWN - 1], f"({left_out} more)", users[-1]]
    return ", ".join(users)


def _key(month: str, user: str) -> str:
    return f"{month}|{user}" if month else user
