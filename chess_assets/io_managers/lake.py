"""How the Parquet IO manager is configured: a lake's URI, and boto3's settings for a bucket."""

import boto3
from dagster import ConfigurableIOManagerFactory, InitResourceContext, ResourceDependency
from dagster_aws.s3 import S3Resource
from pydantic import Field

from chess_assets.domain.store import (
    FolderStore,
    S3Store,
    S3Uri,
    Store,
    StoreUnreachable,
    parse_lake_uri,
)
from chess_assets.domain.store.s3_faults import s3_faults_named
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.resources.progress import Progress
from chess_assets.run_processes import note_process
from chess_assets.settings import read_settings


class LakeIOManager(ConfigurableIOManagerFactory[ParquetIOManager]):
    """Tables below a folder or a bucket's prefix; unset, where `CHESS_LAKE_URI` says.

    The place is read when a run starts, and the run's process is noted then.
    """

    s3: ResourceDependency[S3Resource] = Field(default_factory=S3Resource)  # type: ignore[arg-type]  # Dagster's own
    uri: str | None = Field(
        default=None, description="A folder or s3://bucket/prefix; unset: CHESS_LAKE_URI."
    )
    progress: ResourceDependency[Progress] = Progress()  # type: ignore[assignment]  # as above

    def create_io_manager(self, context: InitResourceContext) -> ParquetIOManager:
        """Return the IO manager; the store is first asked when something is read or written."""
        note_process(context.instance, context.run)
        store = open_store(self.uri or read_settings().lake_uri, self.s3)
        return ParquetIOManager(store, progress=self.progress)


def open_store(uri: str, s3: S3Resource) -> Store:
    """Return the store that a lake's URI names, without asking it anything yet.

    Raises:
        InvalidLakeUri: for anything but a folder or `s3://bucket/prefix`.
        StoreUnreachable: when AWS's own settings make no client.
    """
    place = parse_lake_uri(uri)
    if isinstance(place, S3Uri):
        return s3_store(s3, place)
    return FolderStore(place)


def s3_store(s3: S3Resource, location: S3Uri) -> S3Store:
    """Return the bucket's store; lazy readers sign with the credentials that the client has.

    Raises:
        StoreUnreachable: when AWS's own settings make no client.
    """
    with s3_faults_named(str(location)):
        session = boto3.Session(
            aws_access_key_id=s3.aws_access_key_id,
            aws_secret_access_key=s3.aws_secret_access_key,
            aws_session_token=s3.aws_session_token,
            profile_name=s3.profile_name,
        )
        try:
            client = s3.get_client()
        except ValueError as error:  # not repeated: an address may hold a password
            raise StoreUnreachable(
                f"There is no way to {location}: the endpoint is not a URL such as "
                "http://host:9000; correct AWS_ENDPOINT_URL_S3."
            ) from error
        return S3Store(client, location, session.get_credentials())
