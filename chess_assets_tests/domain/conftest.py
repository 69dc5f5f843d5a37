"""Fixtures for what is shown over both kinds of store, and over real HTTP."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from chess_assets.domain.store import FolderStore, S3Store, S3Uri, Store
from chess_assets_tests.s3_server import S3Server

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")

NewStore = Callable[[], Store]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(params=["folder", "s3"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> NewStore:
    """Makes empty stores of the kind under test."""
    if request.param == "folder":
        return lambda: FolderStore(tmp_path / uuid4().hex / "lake")
    server: S3Server = request.getfixturevalue("s3_server")
    bucket: str = request.getfixturevalue("s3_bucket")
    client = server.client()
    return lambda: S3Store(client, S3Uri(bucket, f"{uuid4().hex}/lake"), server.credentials)


@pytest.fixture
def store(new_store: NewStore) -> Store:
    """One empty store, once in a folder and once in a bucket."""
    return new_store()


@pytest.fixture
def folder(tmp_path: Path) -> FolderStore:
    """One empty store in a folder, for what does not depend on the kind of store."""
    return FolderStore(tmp_path / "lake")
