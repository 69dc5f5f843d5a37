"""`LakeIOManager`: a bucket, a folder, or what the environment says, through a Dagster run."""

from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.dataset as pads
import pytest
from dagster_aws.s3 import S3Resource

from chess_assets.domain.schemas.tables import GAMES
from chess_assets.domain.store import InvalidLakeUri, StoreUnreachable
from chess_assets.io_managers.lake import LakeIOManager, open_store
from chess_assets.partitions import USERS, months_by_user, partition_key
from chess_assets_tests.io_managers.lake_runs import MAY
from chess_assets_tests.s3_server import ACCESS_KEY, REGION, SECRET_KEY, S3Server
from chess_assets_tests.workbench import failure_of

pytestmark = pytest.mark.filterwarnings(
    # Dagster's own, wherever a resource is nested in another.
    "ignore:InitResourceContext.dagster_run is deprecated:DeprecationWarning"
)

PATH = "games/user=anna/month=2022-05/part-0.parquet"
STORED = ["_index/games/user=anna/index.json", PATH]


@pytest.fixture
def s3(s3_server: S3Server) -> S3Resource:
    """dagster-aws's resource, told everything."""
    return S3Resource(
        endpoint_url=s3_server.url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )


def run(instance: dg.DagsterInstance, io_manager: Any) -> dg.ExecuteInProcessResult:
    """Store an empty month of games and count its rows lazily, in one run."""
    instance.add_dynamic_partitions(USERS, ["anna"])

    @dg.asset(partitions_def=months_by_user)
    def games() -> pa.Table:
        return GAMES.empty()

    @dg.asset(partitions_def=months_by_user)
    def counted(games: pads.Dataset) -> None:
        assert games.count_rows() == 0

    return dg.materialize(
        [games, counted],
        instance=instance,
        partition_key=partition_key("anna", MAY),
        resources={"io_manager": io_manager},
        raise_on_error=False,
    )


def keys_in(server: S3Server, bucket: str) -> list[str]:
    """Return the keys of a bucket."""
    return [found["Key"] for found in server.client().list_objects_v2(Bucket=bucket)["Contents"]]


def test_bucket(
    instance: dg.DagsterInstance, s3: S3Resource, s3_server: S3Server, s3_bucket: str
) -> None:
    """The URI of a bucket and a prefix keeps the lake below the prefix."""
    manager = LakeIOManager(uri=f"s3://{s3_bucket}/my/lake", s3=s3)
    assert run(instance, manager).success
    assert keys_in(s3_server, s3_bucket) == [f"my/lake/{key}" for key in STORED]


def test_bucket_without_prefix(
    instance: dg.DagsterInstance, s3: S3Resource, s3_server: S3Server, s3_bucket: str
) -> None:
    """Without a prefix the bucket is the lake."""
    assert run(instance, LakeIOManager(uri=f"s3://{s3_bucket}", s3=s3)).success
    assert keys_in(s3_server, s3_bucket) == STORED


def test_folder(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    """The path of a folder keeps the lake in it, which is made."""
    assert run(instance, LakeIOManager(uri=str(tmp_path / "new" / "lake"))).success
    assert (tmp_path / "new" / "lake" / PATH).is_file()


def test_environment(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`LakeIOManager` reads CHESS_LAKE_URI when a run starts, not when it is made."""
    manager = LakeIOManager(s3=S3Resource())
    monkeypatch.setenv("CHESS_LAKE_URI", str(tmp_path / "chosen"))
    assert run(instance, manager).success
    assert (tmp_path / "chosen" / PATH).is_file()


def test_environment_of_a_bucket(
    instance: dg.DagsterInstance,
    s3_server: S3Server,
    s3_bucket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An s3:// URI needs nothing but AWS's own variables."""
    monkeypatch.setenv("CHESS_LAKE_URI", f"s3://{s3_bucket}/lake/")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3_server.url)
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    assert run(instance, LakeIOManager(s3=S3Resource())).success
    assert keys_in(s3_server, s3_bucket) == [f"lake/{key}" for key in STORED]


def test_default(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without CHESS_LAKE_URI the lake is ./lake."""
    monkeypatch.delenv("CHESS_LAKE_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    assert run(instance, LakeIOManager(s3=S3Resource())).success
    assert (tmp_path / "lake" / PATH).is_file()


def test_given_uri(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A URI that is given wins over the environment's."""
    monkeypatch.setenv("CHESS_LAKE_URI", "garbage://")
    assert run(instance, LakeIOManager(s3=S3Resource(), uri=str(tmp_path / "given"))).success
    assert (tmp_path / "given" / PATH).is_file()


@pytest.mark.parametrize("uri", ["gs://bucket", "s3://", "s3://UPPER/lake", "s3:lake"])
def test_wrong_uri(uri: str) -> None:
    """A URI that names no lake is refused when the store is made."""
    with pytest.raises(InvalidLakeUri, match="The lake's URI is wrong"):
        open_store(uri, S3Resource())


def test_missing_bucket(instance: dg.DagsterInstance, s3: S3Resource) -> None:
    """A run into a bucket that does not exist fails naming it."""
    failed = failure_of(run(instance, LakeIOManager(uri="s3://no-such-bucket", s3=s3)))
    assert "The bucket of s3://no-such-bucket/" in failed
    assert "does not exist" in failed


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"AWS_PROFILE": "nobody"}, "no usable AWS credentials for s3://bucket/lake"),
        ({"AWS_ACCESS_KEY_ID": "alone"}, "no usable AWS credentials for s3://bucket/lake"),
        ({"AWS_ENDPOINT_URL_S3": "user:secret@nowhere"}, "correct AWS_ENDPOINT_URL_S3"),
    ],
)
def test_unusable_settings(
    environment: dict[str, str], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS settings that make no client are said in a sentence without secrets."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreUnreachable, match=reason) as caught:
        open_store("s3://bucket/lake", S3Resource())
    assert "secret" not in str(caught.value)
