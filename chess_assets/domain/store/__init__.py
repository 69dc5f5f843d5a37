"""Where the lake's bytes are: a folder or an S3 bucket behind one small interface.

Also who may act for all who share it: a lease, an object beside the others.

Nothing here knows of Parquet, players or months.
"""

from chess_assets.domain.store.folder import FolderStore
from chess_assets.domain.store.held_leases import end_lease_of, lease_holder
from chess_assets.domain.store.lake_uri import InvalidLakeUri, S3Uri, parse_lake_uri
from chess_assets.domain.store.lease import Lease, LeaseHeld, LeaseUnavailable
from chess_assets.domain.store.s3 import S3Store
from chess_assets.domain.store.store import (
    Conflict,
    InvalidKey,
    ObjectInfo,
    ObjectUnusable,
    Store,
    StoreDenied,
    StoredObject,
    StoreError,
    StoreFull,
    StoreMissing,
    StoreUnreachable,
    until_first,
)

__all__ = [
    "Conflict",
    "FolderStore",
    "InvalidKey",
    "InvalidLakeUri",
    "Lease",
    "LeaseHeld",
    "LeaseUnavailable",
    "ObjectInfo",
    "ObjectUnusable",
    "S3Store",
    "S3Uri",
    "Store",
    "StoreDenied",
    "StoreError",
    "StoreFull",
    "StoreMissing",
    "StoreUnreachable",
    "StoredObject",
    "end_lease_of",
    "lease_holder",
    "parse_lake_uri",
    "until_first",
]
