"""docs/reliability.md: each fault has a test that exists, and a figure."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "reliability.md"
_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
_CELLS = 4


def rows_of_faults() -> list[list[str]]:
    """Return the cells of each row in the page's tables, without their heads."""
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in rows if row[0] != "fault"]


ROWS = rows_of_faults()


def exists(file: str, name: str) -> bool:
    """Whether a file of the suite defines a test, or a class of tests, of this name."""
    path = TESTS / file
    text = path.read_text() if path.is_file() else ""
    return re.search(rf"^(def|class) {name}\b", text, re.MULTILINE) is not None


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:40] for row in ROWS])
def test_row(row: list[str]) -> None:
    """A fault's row says what happens, which tests show it, and a figure."""
    assert len(row) == _CELLS
    assert all(row)
    named = _TEST.findall(row[2])
    assert named
    assert [each for each in named if not exists(*each)] == []


def test_every_test_of_faults_is_a_row() -> None:
    """No fault is provoked without the page saying so."""
    text = PAGE.read_text()
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path != Path(__file__):
            assert f"`faults/{path.name}::" in text, path.name
    for name in ("test_http.py", "test_strange_answers.py", "test_storage.py"):
        tests = re.findall(r"^def (test_\w+)", (TESTS / "faults" / name).read_text(), re.MULTILINE)
        assert [test for test in tests if f"`faults/{name}::{test}`" not in text] == []


def test_named_in_the_text() -> None:
    """Tests that the text names exist as well."""
    assert [each for each in _TEST.findall(PAGE.read_text()) if not exists(*each)] == []


def test_enough_rows() -> None:
    """The page is read as it is written."""
    assert len(ROWS) > 40
