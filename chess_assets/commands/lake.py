"""The lake alone, for commands that only read it and need no Dagster instance."""

from chess_assets.domain.store import FolderStore, S3Uri, Store, parse_lake_uri
from chess_assets.settings import read_settings


def open_lake() -> Store:
    """Open the lake; Dagster is loaded only for a bucket, whose client is dagster-aws's.

    Raises:
        InvalidLakeUri: when CHESS_LAKE_URI names no lake.
        StoreUnreachable: when AWS's own settings make no client.
    """
    place = parse_lake_uri(read_settings().lake_uri)
    if not isinstance(place, S3Uri):
        return FolderStore(place)
    from dagster_aws.s3 import S3Resource  # noqa: PLC0415 - loads only here

    from chess_assets.io_managers.lake import s3_store  # noqa: PLC0415 - as above

    return s3_store(S3Resource(), place)
