"""A verdict over many partitions: what it counts, whom it names, what it says."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.checks.check import Check, Finding, Severity, Stored, verdict

EVEN = Check(
    "is_even",
    Severity.WARN,
    "The number of rows is even.",
    "Add a row.",
    lambda stored: None if stored.rows == 0 else Finding(stored.rows % 2 == 0, {"r": stored.rows}),
)


def partitions(rows: list[int]) -> list[Stored]:
    """Return partitions called p0, p1, … of so many rows."""
    return [Stored(f"p{index}", count, {}) for index, count in enumerate(rows)]


@given(st.lists(st.integers(0, 9), max_size=40))
def test_counts(rows: list[int]) -> None:
    """Every partition is judged, or counted as not judged; the failing ones are named in order."""
    found = verdict(EVEN, partitions(rows))
    assert (found.judged, found.not_judged) == (len(rows) - rows.count(0), rows.count(0))
    assert [stored.name for stored in found.failing] == [
        f"p{i}" for i, count in enumerate(rows) if count % 2
    ]
    assert found.is_good == (not found.failing)
    assert found.numbers.get("r", 0) == sum(rows)


def test_says_what_to_do() -> None:
    """A failed verdict names at most ten partitions, and what to do."""
    found = verdict(EVEN, partitions([1] * 12 + [2]))
    names = ", ".join(f"p{index}" for index in range(10))
    assert found.sentence() == f"Fails in 12 of 13: {names} and 2 more. Add a row."


def test_failed_elsewhere() -> None:
    """A player who failed when last looked at keeps the verdict bad, and is named."""
    found = replace(verdict(EVEN, partitions([2])), elsewhere=frozenset({"zoe"}))
    assert not found.is_good
    assert found.failing_users == {"zoe"}
    said = "Holds in 1 of 1 looked at. Failed when last looked at: zoe. Add a row."
    assert found.sentence() == said


def test_details() -> None:
    """What a check names in the partitions that fail is in its sentence."""
    named = replace(EVEN, judge=lambda each: Finding(each.rows % 2 == 0, {}, f"{each.rows} rows"))
    said = verdict(named, partitions([1, 2, 3])).sentence()
    assert said == "Fails in 2 of 3: p0, p2. 1 rows; 3 rows. Add a row."


def test_nothing_to_judge() -> None:
    """Where nothing can be judged nothing fails, and the verdict says that it looked at none."""
    found = verdict(EVEN, partitions([0, 0]))
    assert found.is_good
    assert (found.sentence(), found.not_judged) == ("Holds in 0 of 0 looked at.", 2)


@given(st.text(max_size=8))
def test_facts_are_texts(text: str) -> None:
    """A fact that is no plain number counts as not said, whatever the file says."""
    count = Stored("p", 1, {"fact": text}).count("fact")
    assert count == (int(text) if text and set(text) <= set("0123456789") else None)
