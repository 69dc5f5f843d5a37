"""Outcomes in words: the lines that the run's log, the command line and a failed run show."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from chess_assets.domain.freshness import Freshness
from chess_assets.domain.lake.outage import NotAttempted
from chess_assets.domain.lake.outcomes import Action, Done, Failed, Outcome, PartitionOutcome
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.month_ranges import ranges_of
from chess_assets.domain.months import Month, months_between

_NAMED_IN_FULL = 10


def outcome_sentence(noted: PartitionOutcome, rows_are: str) -> str:
    """Return one line on a partition: whose, which, what was done, how many rows, how many bytes.

    Args:
        noted: The partition and what became of it.
        rows_are: What its rows are called: "games".
    """
    done = noted.outcome
    if isinstance(done, Failed):
        return f"{noted.partition}  failed   {done.error}"
    rows, size = done.state.rows, human_size(done.state.size_bytes)
    return f"{noted.partition}  {action_word(done):9} {rows:>7,} {rows_are} {size}"


def action_word(done: Done) -> str:
    """Return the one word for what was done: a kept month is called by what it is worth."""
    if done.action is Action.KEPT and done.freshness in {Freshness.FRESH, Freshness.SEALED}:
        return done.freshness.value
    return done.action.value


def human_size(size_bytes: float) -> str:
    """Return a number of bytes as people say it: `312 kB`, `4.2 MB`."""
    for unit in ("B", "kB", "MB"):
        if round(size_bytes) < 1000:
            return f"{size_bytes:.0f} {unit}" if unit in {"B", "kB"} else f"{size_bytes:.1f} {unit}"
        size_bytes /= 1000
    return f"{size_bytes:.1f} GB"


@dataclass
class Tally:
    """What a run did so far: partitions by what was done, rows and bytes in them.

    Attributes:
        of: What the rows are called.
        by: What the partitions are called.
    """

    of: str = "games"
    by: str = "months"
    partitions: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    size_bytes: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count a partition."""
        if isinstance(outcome, Failed):
            self.partitions["failed"] += 1
            return
        self.partitions[action_word(outcome)] += 1
        self.rows += outcome.state.rows
        self.size_bytes += outcome.state.size_bytes

    def sentence(self) -> str:
        """Return the run in one line."""
        words = ", ".join(f"{count} {word}" for word, count in sorted(self.partitions.items()))
        total = self.partitions.total()
        rows, size = f"{self.rows:,} {self.of}", human_size(self.size_bytes)
        return f"{total} {self.by}: {words or 'none'}; {rows}, {size}"


def failure_sentence(
    failed: Sequence[tuple[Partition, Exception]],
    *,
    landed: Collection[Partition],
    called: str = "months",
) -> str:
    """Return why a run failed: everything that did, the cause, what is stored, and the way out.

    Args:
        failed: What failed, and why.
        landed: What did not fail.
        called: What they are called: "months", "players".
    """
    attempted = [each for each in failed if not isinstance(each[1], NotAttempted)]
    parts = [_named(str(partition), str(error)) for partition, error in attempted[:_NAMED_IN_FULL]]
    if rest := attempted[_NAMED_IN_FULL:]:
        parts.append(f"and for like reasons {names_of(partition for partition, _ in rest)}")
    not_attempted: dict[str, list[Partition]] = defaultdict(list)
    for partition, error in failed:
        if isinstance(error, NotAttempted):
            not_attempted[str(error)].append(partition)
    parts += [f"{names_of(partitions)}: {cause}" for cause, partitions in not_attempted.items()]
    causes = "; ".join(part.removesuffix(".") for part in parts)
    stored = f"The other {len(landed)} are stored ({names_of(landed)})" if landed else "None landed"
    return (
        f"{len(failed)} of {len(failed) + len(landed)} {called} failed: {causes}. "
        f"{stored}; run the same again and only what failed is done anew."
    )


def names_of(partitions: Iterable[Partition]) -> str:
    """Return what people call partitions, months as ranges: `hikaru 2022-01 to 2022-05`."""
    months: dict[str, list[Month]] = defaultdict(list)
    for partition in partitions:
        user, month = partition.user, partition.month
        if user is None or month is None:
            months[str(partition)] += []
        else:
            months[user].append(month)
    return ", ".join(
        f"{name} {_month_ranges(of_user)}" if of_user else name for name, of_user in months.items()
    )


def _month_ranges(months: Collection[Month]) -> str:
    all_between = months_between(min(months), max(months))
    ranges = ranges_of(months, but_not=set(all_between).difference(months))
    return " and ".join(
        f"{first} to {last}" if first < last else f"{first}" for first, last in ranges
    )


def _named(name: str, error: str) -> str:
    return error if error.startswith(f"{name}:") else f"{name}: {error}"
