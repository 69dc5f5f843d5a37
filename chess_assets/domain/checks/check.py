"""What a check is, what it looks at, and its verdict over many partitions."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from chess_assets.domain.months import Month

_NAMED = 10


class Severity(StrEnum):
    """What a failed check asks for."""

    ERROR = "error"
    """Something is wrong with the data: look."""
    WARN = "warn"
    """chess.com flickers, or a share is unusual: the data is what there is to be had."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What checks know of a stored partition.

    Attributes:
        user: The player whose it is.
        rows: How many rows it has.
        facts: What its file says about them.
        month: The month; None in tables with one file a player.
        source_rows: The rows of what it follows from; None where it is not made of those that are
            there now, or follows from nothing.
    """

    user: str
    rows: int
    facts: Mapping[str, str]
    month: Month | None = None
    source_rows: int | None = None

    @property
    def name(self) -> str:
        """What people call it: a player, or a player and a month."""
        return self.user if self.month is None else f"{self.user} {self.month}"

    def count(self, fact: str) -> int | None:
        """Return a fact that is a number; None where the file doesn't say."""
        text = self.facts.get(fact, "")
        return int(text) if text.isascii() and text.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found in one partition: whether all is well, what it counted, what it names."""

    is_good: bool
    numbers: Mapping[str, int] = field(default_factory=dict)
    named: str = ""


Judge = Callable[[Stored], Finding | None]
"""Judges one partition; None where too little is known of it."""


@dataclass(frozen=True, slots=True)
class Check:
    """A promise about every partition of a table.

    Attributes:
        name: What the check is called.
        severity: What it asks for when it fails.
        promise: What it says of a partition, in a sentence.
        remedy: What to do when it fails.
        judge: Judges one partition.
    """

    name: str
    severity: Severity
    promise: str
    remedy: str
    judge: Judge


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found in many partitions.

    Attributes:
        check: The check.
        users: The players whose partitions it looked at.
        judged: How many partitions it judged.
        not_judged: How many it could not judge: stored before the check was there, or behind what
            they follow from.
        failing: The partitions that fail.
        numbers: What it counted in all it judged.
        elsewhere: Players it did not look at now, of whom something failed when it last did.
        details: What it names in the partitions that fail, for checks that name something.
    """

    check: Check
    users: frozenset[str]
    judged: int
    not_judged: int
    failing: tuple[Stored, ...]
    numbers: Mapping[str, int]
    elsewhere: frozenset[str] = frozenset()
    details: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether every partition that was judged is as promised, now and when last looked at."""
        return not self.failing and not self.elsewhere

    @property
    def is_error(self) -> bool:
        """Whether something is wrong with the data, and not only unusual."""
        return not self.is_good and self.check.severity is Severity.ERROR

    @property
    def failing_users(self) -> frozenset[str]:
        """The players of whom something fails."""
        return self.elsewhere | {stored.user for stored in self.failing}

    def named(self) -> str:
        """Return the names of the partitions that fail, the first ten of many."""
        return _first_of([stored.name for stored in self.failing])

    def sentence(self) -> str:
        """Return the verdict in a line, with what to do where there is something to do."""
        said = f"Holds in {self.judged} of {self.judged} looked at."
        if self.failing:
            said = f"Fails in {len(self.failing)} of {self.judged}: {self.named()}."
        if self.details:
            said += f" {'; '.join(self.details[:_NAMED])}."
        if self.elsewhere:
            said += f" Failed when last looked at: {_first_of(sorted(self.elsewhere))}."
        return said if self.is_good else f"{said} {self.check.remedy}"


def verdict(check: Check, partitions: Iterable[Stored]) -> Verdict:
    """Return what a check finds in these partitions."""
    findings = [(stored, check.judge(stored)) for stored in partitions]
    judged = [(stored, finding) for stored, finding in findings if finding is not None]
    numbers: Counter[str] = Counter()
    for _, finding in judged:
        numbers.update(finding.numbers)
    return Verdict(
        check,
        users=frozenset(stored.user for stored, _ in findings),
        judged=len(judged),
        not_judged=len(findings) - len(judged),
        failing=tuple(stored for stored, finding in judged if not finding.is_good),
        numbers=dict(numbers),
        details=tuple(each.named for _, each in judged if each.named and not each.is_good),
    )


def _first_of(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def is_rare(count: int, of: int, share: float) -> bool:
    """Whether a count is at most this share of all."""
    return count <= share * of
