"""Outcomes in words: the lines that the run's log, the command line and a failed run show."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from chess_assets.domain.freshness import Freshness
from chess_assets.domain.lake.outage import NotAttempted
from chess_assets.domain.month_ranges import ranges_of
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.outcomes import Action, Done, Failed, MonthOutcome, TableOutcome

_NAMED_IN_FULL = 10


def month_sentence(outcome: MonthOutcome) -> str:
    """Return one line on a month: whose, which, what was done, how many games, how many bytes."""
    where = f"{outcome.user} {outcome.month}"
    if outcome.error is not None:
        return f"{where}  failed   {outcome.error}"
    done = outcome.raw if isinstance(outcome.raw, Done) else outcome.games
    if not isinstance(done, Done):
        return f"{where}  nothing was asked for"
    return f"{where}  {action_word(done):9} {games_in(done):>5,} games {size_of(outcome)}".rstrip()


def table_sentence(outcome: TableOutcome, of: str) -> str:
    """Return one line on a month of one table; `of` is what its rows are called."""
    where = f"{outcome.user} {outcome.month}"
    done = outcome.outcome
    if isinstance(done, Failed):
        return f"{where}  failed   {done.error}"
    state = done.state
    return f"{where}  {action_word(done):9} {state.rows:>7,} {of} {human_size(state.size_bytes)}"


def file_sentence(user: str, done: Done) -> str:
    """Return one line on a player's file of a table: whose, what was done, how many rows, bytes."""
    rows, size = done.state.rows, human_size(done.state.size_bytes)
    return f"{user}  {action_word(done):9} {rows:>7,} rows {size}"


def unmatched_sentence(user: str, unmatched: int, games: int) -> str:
    """Return the complaint about games in which neither side could be told to be the player."""
    return (
        f"{user}: in {unmatched:,} of {games:,} games neither side could be told to be {user}; "
        "they are stored with is_white null."
    )


def action_word(done: Done) -> str:
    """Return the one word for what was done: a kept month is called by what it is worth."""
    if done.action is Action.KEPT and done.freshness in {Freshness.FRESH, Freshness.SEALED}:
        return done.freshness.value
    return done.action.value


def games_in(done: Done) -> int:
    """Return the number of games that the month holds."""
    return done.state.rows


def size_of(outcome: MonthOutcome) -> str:
    """Return the bytes that the month takes in the lake, in a unit that reads well."""
    parts = [each for each in (outcome.raw, outcome.games) if isinstance(each, Done)]
    return human_size(sum(each.state.size_bytes for each in parts))


def human_size(size_bytes: float) -> str:
    """Return a number of bytes as people say it: `312 kB`, `4.2 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if round(size_bytes) < 1000 or unit == "GB":
            return f"{size_bytes:.0f} {unit}" if unit in {"B", "kB"} else f"{size_bytes:.1f} {unit}"
        size_bytes /= 1000
    raise AssertionError("unreachable")


@dataclass
class Tally:
    """What a run did so far: months by what was done, rows and bytes in them.

    Attributes:
        of: What the rows are called.
    """

    months: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    size_bytes: int = 0
    of: str = "games"

    def add(self, outcome: MonthOutcome) -> None:
        """Count a month."""
        parts = [each for each in (outcome.raw, outcome.games) if isinstance(each, Done)]
        if outcome.error is not None:
            self.months["failed"] += 1
        elif parts:
            self.months[action_word(parts[0])] += 1
        if parts:
            self.rows += parts[0].state.rows
            self.size_bytes += sum(part.state.size_bytes for part in parts)

    def add_table(self, outcome: TableOutcome) -> None:
        """Count a month of one table."""
        if isinstance(outcome.outcome, Failed):
            self.months["failed"] += 1
            return
        self.months[action_word(outcome.outcome)] += 1
        self.rows += outcome.outcome.state.rows
        self.size_bytes += outcome.outcome.state.size_bytes

    def sentence(self) -> str:
        """Return the run in one line."""
        words = ", ".join(f"{count} {word}" for word, count in sorted(self.months.items()))
        total = self.months.total()
        rows, size = f"{self.rows:,} {self.of}", human_size(self.size_bytes)
        return f"{total} months: {words or 'none'}; {rows}, {size}"


Address = tuple[str, Month | None]
"""A partition: whose, and which month; None in tables with one file a player."""


def failure_sentence(
    failed: Sequence[tuple[Address, Exception]],
    *,
    landed: Collection[Address],
    called: str = "months",
) -> str:
    """Return why a run failed: everything that did, the cause, what is stored, and the way out.

    Args:
        failed: What failed, and why.
        landed: What did not fail.
        called: What they are called: "months", "players".
    """
    attempted = [each for each in failed if not isinstance(each[1], NotAttempted)]
    parts = [_named(name_of(*address), str(error)) for address, error in attempted[:_NAMED_IN_FULL]]
    if rest := attempted[_NAMED_IN_FULL:]:
        parts.append(f"and for like reasons {names_of(address for address, _ in rest)}")
    not_attempted: dict[str, list[Address]] = defaultdict(list)
    for address, error in failed:
        if isinstance(error, NotAttempted):
            not_attempted[str(error)].append(address)
    parts += [f"{names_of(addresses)}: {cause}" for cause, addresses in not_attempted.items()]
    stored = f"The other {len(landed)} are stored ({names_of(landed)})" if landed else "None landed"
    return (
        f"{len(failed)} of {len(failed) + len(landed)} {called} failed: {'; '.join(parts)}. "
        f"{stored}; run the same again and only what failed is done anew."
    )


def name_of(user: str, month: Month | None) -> str:
    """Return what people call a partition: `hikaru 2022-05`, or `hikaru`."""
    return user if month is None else f"{user} {month}"


def names_of(addresses: Iterable[Address]) -> str:
    """Return what people call partitions, months as ranges: `hikaru 2022-01 to 2022-05`."""
    by_user: dict[str, list[Month]] = defaultdict(list)
    for user, month in addresses:
        by_user[user] += [] if month is None else [month]
    return ", ".join(
        f"{user} {_month_ranges(months)}" if months else user for user, months in by_user.items()
    )


def _month_ranges(months: Collection[Month]) -> str:
    all_between = months_between(min(months), max(months))
    ranges = ranges_of(months, but_not=set(all_between).difference(months))
    return " and ".join(
        f"{first} to {last}" if first < last else f"{first}" for first, last in ranges
    )


def _named(name: str, error: str) -> str:
    return error if error.startswith(f"{name}:") else f"{name}: {error}"
