"""Where partitions are computed: this process, or whoever takes bytes and returns bytes."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from chess_assets.domain.lake.computing import PartitionWork
from chess_assets.domain.lake.row_groups import EncodedFile

Result = EncodedFile | Exception
"""What came of a partition's work: the file, or the error it failed with."""


class WorkersGone(Exception):
    """Nothing is left to do the work; the message is a sentence for the user."""


class NotDone(Exception):
    """A partition's work that the workers did not finish; the message is a sentence."""


class Workers(Protocol):
    """Where partitions are computed."""

    def results(self, works: Iterable[PartitionWork]) -> Iterator[tuple[PartitionWork, Result]]:
        """Do the work, in any order, yielding each result as it comes.

        Args:
            works: Taken one by one, only so many ahead as can be worked on.

        Raises:
            WorkersGone: when what was taken and not yielded will not be done.
        """
        ...


def attempt(work: PartitionWork) -> Result:
    """Do a partition's work; an error is a result too."""
    try:
        return work.file()
    except Exception as error:  # noqa: BLE001 - whatever a partition fails with is its own
        return error


class InProcessWorkers:
    """This process: one partition after another."""

    def __str__(self) -> str:
        return "in this process"

    def results(self, works: Iterable[PartitionWork]) -> Iterator[tuple[PartitionWork, Result]]:
        """Do the work, in order."""
        for work in works:
            yield work, attempt(work)
