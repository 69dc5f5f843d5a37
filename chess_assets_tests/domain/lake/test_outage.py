"""Whether the lake fails or single objects: what ends a run, and what only its own partition."""

import pytest

from chess_assets.domain.lake.outage import NotAttempted, Outage
from chess_assets.domain.store import (
    Conflict,
    ObjectUnusable,
    StoreDenied,
    StoreFull,
    StoreMissing,
    StoreUnreachable,
)

DENIED, UNUSABLE = StoreDenied("denied"), ObjectUnusable("a folder")


def is_over(outage: Outage) -> bool:
    """Say whether nothing more is to be tried."""
    try:
        outage.check()
    except NotAttempted:
        return True
    return False


class Probe:
    """A write that is refused or not, and counts how often it was tried."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.times = 0

    def __call__(self) -> None:
        """Write."""
        self.times += 1
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize("kind", [StoreFull, StoreMissing, StoreUnreachable])
def test_of_the_whole_store(kind: type[Exception]) -> None:
    """A full disk, a missing bucket, no connection: the first one ends the run, and is quoted."""
    outage = Outage()
    outage.note(kind("the reason"))
    with pytest.raises(NotAttempted, match="not attempted, because: the reason"):
        outage.check()


@pytest.mark.parametrize("error", [DENIED, UNUSABLE, Conflict("x"), ValueError("no store's")])
def test_of_one_object(error: Exception) -> None:
    """What is wrong with one object ends nothing, however often it comes, if others can be had."""
    outage, probe = Outage(), Probe()
    for _ in range(100):
        outage.note(error, probe)
    assert not is_over(outage)
    assert probe.times <= 6


def test_three_in_a_row_and_a_probe() -> None:
    """Where objects are refused one after another, and a probe is too, that ends the run."""
    outage, probe = Outage(), Probe(DENIED)
    for error in (DENIED, UNUSABLE, None, DENIED, DENIED):
        outage.note(error, probe)
    assert (is_over(outage), probe.times) == (False, 0)
    outage.note(DENIED, probe)
    assert (is_over(outage), probe.times) == (True, 1)


def test_a_probe_that_loses_a_race() -> None:
    """A probe that another writer is faster than proves that writing is possible."""
    outage, probe = Outage(), Probe(Conflict("x"))
    for _ in range(3):
        outage.note(DENIED, probe)
    assert (is_over(outage), probe.times) == (False, 1)
