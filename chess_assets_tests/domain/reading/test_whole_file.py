"""Files for people: there whole, or as they were."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chess_assets.domain.reading.errors import NotWritten
from chess_assets.domain.reading.whole_file import whole_file


class Stopped(Exception):
    """What goes wrong while a file is written."""


def two_thirds() -> Iterator[bytes]:
    """Give out some bytes, then stop."""
    yield b"ne"
    raise Stopped


def test_replaced(tmp_path: Path) -> None:
    """The new content takes the place of the old when all of it is written, and nothing else."""
    path = tmp_path / "a.csv"
    path.write_text("old")
    with whole_file(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_failure(tmp_path: Path) -> None:
    """After a failure the old file is as it was, and no litter lies beside it."""
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(Stopped), whole_file(path) as file:
        file.writelines(two_thirds())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["missing/a.csv", "folder", "/dev/null"])
def test_not_writable(tmp_path: Path, place: str) -> None:
    """Where no file can be, a sentence names the place."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotWritten, match=place), whole_file(tmp_path / place):
        pass
