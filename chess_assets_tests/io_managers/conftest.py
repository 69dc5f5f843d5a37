"""A lake of either kind, with two players whom Dagster knows."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from chess_assets.domain.store import FolderStore, S3Store, S3Uri, Store
from chess_assets.partitions import USERS
from chess_assets_tests.io_managers.lake_runs import SMALL_TABLES, LakeRuns
from chess_assets_tests.s3_server import S3Server


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store, in a folder and in a bucket."""
    if request.param == "folder":
        return FolderStore(tmp_path / "lake")
    bucket: str = request.getfixturevalue("s3_bucket")
    server: S3Server = request.getfixturevalue("s3_server")
    return S3Store(server.client(), S3Uri(bucket, "the/lake"), server.credentials)


@pytest.fixture(scope="session")
def instance() -> Iterator[dg.DagsterInstance]:
    """A Dagster instance; no test asks it what other runs did."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def lake(store: Store, instance: dg.DagsterInstance) -> LakeRuns:
    """Runs over an empty lake; Dagster knows anna and bob."""
    for name in instance.get_dynamic_partitions(USERS):
        instance.delete_dynamic_partition(USERS, name)
    runs = LakeRuns(store, instance, SMALL_TABLES)
    runs.register("anna", "bob")
    return runs
