"""Many months at once: which are due, what is stored of what workers return, what fails alone."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from chess_assets.domain.lake.backlog import Backlog, Here, Result, WorkersGone
from chess_assets.domain.lake.derived_table import COMPUTATION_VERSION, MonthWork
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets_tests.resources.computations import CLUMSY, perilous
from chess_assets_tests.resources.years import ALL_COMPUTED, IDS, MONTHS, USER, backlog, by_month

JUNE = Month(2022, 6)


def again(due: Backlog) -> Backlog:
    """Return a new look at the same months."""
    look = Backlog()
    look.add(due.due[0][0], MONTHS)
    return look


def test_due_and_kept(tmp_path: Path) -> None:
    """What was worked off is kept at the next look, and only what is not is counted as work."""
    due = backlog(tmp_path, perilous)
    assert (len(due.due), due.source_rows, due.settled) == (12, 24, [])
    assert by_month(list(due.work_off(Here()))) == ALL_COMPUTED
    look = again(due)
    assert (look.due, look.source_rows) == ([], 0)
    assert by_month(look.settled) == dict.fromkeys(ALL_COMPUTED, "kept")


def test_a_month_that_stumbles(tmp_path: Path) -> None:
    """A month whose computation raises fails by name, and all others are stored."""
    told = by_month(list(backlog(tmp_path, perilous, odd_month=CLUMSY).work_off(Here())))
    assert told.pop("2022-06").startswith("hikaru 2022-06: ids could not be computed (ZeroDiv")
    assert set(told.values()) == {"computed"}


def test_without_a_source(tmp_path: Path) -> None:
    """A month whose source is gone or unreadable fails by name, and all others are stored."""
    due = backlog(tmp_path, perilous)
    for month, text in ((MONTHS[0], b"nonsense"), (JUNE, None)):
        path = tmp_path / partition_path(RAW.name, USER, month)
        path.unlink()
        if text is not None:
            path.write_bytes(text)
    told = by_month(list(due.work_off(Here())))
    assert "is not a readable Parquet file" in told.pop("2022-01")
    assert told.pop("2022-06").startswith("hikaru 2022-06: raw_pgn_archives is not stored; mat")
    assert set(told.values()) == {"computed"}


def test_another_version(tmp_path: Path) -> None:
    """What a worker with another version of the program computed is not stored."""

    def old(raw: pa.Table) -> pa.Table:
        return raw.select(["game_id"]).replace_schema_metadata({COMPUTATION_VERSION: "0"})

    told = by_month(list(backlog(tmp_path, old).work_off(Here())))
    assert "computed by version 0 of the computation and not by 1" in told["2022-06"]
    assert not (tmp_path / IDS.name).exists()


def test_another_run_was_first(tmp_path: Path) -> None:
    """A month that another run stored while it was computed is kept as that left it."""
    due = backlog(tmp_path, perilous)
    other = again(due)

    class Late(Here):
        def results(self, works: Iterable[MonthWork]) -> Iterator[tuple[MonthWork, Result]]:
            made = list(super().results(works))
            assert by_month(list(other.work_off(Here()))) == ALL_COMPUTED
            yield from made

    assert by_month(list(due.work_off(Late()))) == dict.fromkeys(ALL_COMPUTED, "kept")


def test_nobody_left(tmp_path: Path) -> None:
    """When the workers are gone, what came before is stored and due no more."""
    due = backlog(tmp_path, perilous)

    class Leaving(Here):
        def results(self, works: Iterable[MonthWork]) -> Iterator[tuple[MonthWork, Result]]:
            for count, result in enumerate(super().results(works)):
                if count == 3:
                    raise WorkersGone("They are gone.")
                yield result

    told = []
    with pytest.raises(WorkersGone):
        told.extend(due.work_off(Leaving()))
    assert len(again(due).due) == 9
