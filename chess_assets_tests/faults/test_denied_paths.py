"""Paths of the lake that this user may not read or write: each fails its own month."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chess_assets.domain.months import Month, months_between
from chess_assets.domain.store import FolderStore
from chess_assets_tests.domain.desk import Desk, actions, error_of, open_desk
from chess_assets_tests.made_games import USER, histories_of

MONTHS = list(months_between(Month(2023, 1), Month(2023, 8)))
LATER = datetime(2024, 3, 1, tzinfo=UTC)
_NOBODY = 65534


@pytest.fixture
def desk() -> Iterator[Desk]:
    """The months up to June, stored in a folder that belongs to the user of `unprivileged`."""
    folder = Path(tempfile.mkdtemp())  # pytest's own folders can be entered by root alone
    try:
        with open_desk(FolderStore(folder / "lake"), histories_of(MONTHS), LATER) as desk:
            desk.sync(MONTHS[:6])
            desk.archive().table.states()  # loads what could not be loaded by another user
            if not os.getuid():
                for path in (folder, *folder.rglob("*")):
                    os.chown(path, _NOBODY, _NOBODY)
            desk.asked()
            yield desk
    finally:
        shutil.rmtree(folder)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be a user for whom permissions count: root may do anything."""
    is_root = not os.getuid()
    if is_root:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def folder_of(desk: Desk, month: Month) -> Path:
    """Return a month's folder."""
    return Path(desk.store.uri, desk.path(month)).parent


def test_unreadable_months(desk: Desk) -> None:
    """A file, a folder, a folder that can only be listed: unreadable, their months alone fail."""
    shutil.rmtree(Path(desk.store.uri, "_index"))  # which knows what was read before
    with unprivileged():
        (folder_of(desk, MONTHS[1]) / "part-0.parquet").chmod(0)
        folder_of(desk, MONTHS[2]).chmod(0)
        folder_of(desk, MONTHS[3]).chmod(0o444)
        outcomes = desk.sync(MONTHS)
    failed = ["StoreDenied"] * 3
    assert actions(outcomes) == ["kept", *failed, *["kept"] * 2, *["fetched"] * 2]
    for month, outcome in zip(MONTHS[1:4], outcomes[1:4], strict=True):
        assert str(folder_of(desk, month)) in str(error_of(outcome))
    assert desk.asked() == ["archives", "2023-07", "2023-08"]


def test_a_month_that_cannot_be_written(desk: Desk) -> None:
    """A month's folder in which nothing may be written fails that month."""
    with unprivileged():
        folder_of(desk, MONTHS[6]).mkdir()
        folder_of(desk, MONTHS[6]).chmod(0o555)
        outcomes = desk.sync(MONTHS)
    assert actions(outcomes) == [*["kept"] * 6, "StoreDenied", "fetched"]


def test_a_player_that_cannot_be_read(desk: Desk) -> None:
    """Where a player's folder cannot be listed all months fail, and nothing is asked."""
    with unprivileged():
        folder_of(desk, MONTHS[0]).parent.chmod(0)
        outcomes = desk.sync(MONTHS)
        folder_of(desk, MONTHS[0]).parent.chmod(0o755)
    assert actions(outcomes) == ["StoreDenied"] * 8
    assert all(f"user={USER}" in str(error_of(each)) for each in outcomes)
    assert desk.asked() == []


def test_an_index_that_cannot_be_read(desk: Desk) -> None:
    """Where the index cannot be read the files are: nothing fails, nothing is asked again."""
    index = Path(desk.store.uri, f"_index/raw_pgn_archives/user={USER}")
    with unprivileged():
        index.chmod(0)
        assert desk.archive().table.states().keys() == set(MONTHS[:6])
        index.chmod(0o755)
