"""A small lake, once in a folder and once in a bucket."""

import pytest

from chess_assets.domain.store import FolderStore, Store
from chess_assets_tests.small_lake import small_lake


@pytest.fixture
def lake(store: Store) -> Store:
    """Two players' games over both kinds of store."""
    return small_lake(store)


@pytest.fixture(scope="session")
def folder_lake(tmp_path_factory: pytest.TempPathFactory) -> FolderStore:
    """The same in a folder, only to be read, for what does not depend on the kind of store."""
    store = FolderStore(tmp_path_factory.mktemp("small") / "lake")
    small_lake(store)
    return store
