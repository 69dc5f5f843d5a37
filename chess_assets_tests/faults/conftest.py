"""Fixtures for faults: a lake to lose games from, and no proxy in between."""

from pathlib import Path

import pytest
from hypothesis import settings

from chess_assets.domain.store import FolderStore

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def folder(tmp_path: Path) -> FolderStore:
    """One empty store in a folder."""
    return FolderStore(tmp_path / "lake")
