"""A store in an S3 bucket, or in whatever speaks S3 and honours conditional writes.

An object is one `put_object` of bytes in memory, so it is there whole or not at all, and
`If-Match` / `If-None-Match` make it a compare-and-swap. Back-off on SlowDown, 5xx and timeouts is
the client's own: make it with botocore's `standard` retry mode (dagster-aws's `S3Resource` does).
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pyarrow.fs
from botocore.credentials import Credentials
from botocore.exceptions import (
    ClientError,
    FlexibleChecksumError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from chess_assets.domain.store.conditional_writes import PROBE_KEY, ensure_conditional_writes
from chess_assets.domain.store.keys import check_key, check_prefix, is_key
from chess_assets.domain.store.lake_uri import S3Uri
from chess_assets.domain.store.s3_faults import code_of, s3_faults_named, status_of
from chess_assets.domain.store.store import Conflict, ObjectInfo, StoredObject

_WRITE_ID = "write-id"
_CONTENT_TYPES = {  # S3 hands objects out as what they were called, and browsers show that
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
}
_CUT_BODY = (FlexibleChecksumError, IncompleteReadError, ResponseStreamingError)


class S3Store:
    """A `Store` below a bucket's prefix.

    Args:
        client: boto3's S3 client.
        location: the bucket and prefix.
        credentials: what `filesystem()` signs with, from the session that made the client
            (`session.get_credentials()`), which a client keeps to itself. Without them, pyarrow
            looks where AWS's own tools look.
    """

    def __init__(
        self, client: Any, location: S3Uri, credentials: Credentials | None = None
    ) -> None:
        self._client = client
        self._location = location
        self._credentials = credentials
        self._root = f"{location.prefix}/" if location.prefix else ""

    @property
    def uri(self) -> str:
        """`s3://bucket/prefix`."""
        return str(self._location)

    def uri_of(self, key: str) -> str:
        """Return `s3://bucket/prefix/key`."""
        return f"{self.uri}/{check_key(key)}"

    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """Return pyarrow's S3 file system at the client's endpoint, and `bucket/prefix`."""
        endpoint = urlsplit(self._client.meta.endpoint_url)
        with self._faults_named(self.uri):
            keys = self._credentials and self._credentials.get_frozen_credentials()
        filesystem = pyarrow.fs.S3FileSystem(
            access_key=keys and keys.access_key,
            secret_key=keys and keys.secret_key,
            session_token=keys and keys.token,
            region=self._client.meta.region_name,
            scheme=endpoint.scheme,
            endpoint_override=f"{endpoint.netloc}{endpoint.path}".rstrip("/"),
        )
        return filesystem, self.uri.removeprefix("s3://")

    def get(self, key: str) -> StoredObject | None:
        """Read an object; None where there is none."""
        with self._faults_named(self.uri_of(key)):
            return self._download(self._root + key)

    def head(self, key: str) -> ObjectInfo | None:
        """Return what is known of an object without reading it; None where there is none."""
        with self._faults_named(self.uri_of(key)):
            answer = self._head(self._root + key)
        return answer and ObjectInfo(
            key, _bare(answer["ETag"]), answer["ContentLength"], answer["LastModified"]
        )

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield every object below a prefix (`""`, or a key and a slash), sorted by key."""
        return self._pages(check_prefix(prefix))

    def put(self, key: str, body: bytes, *, if_match: str | None) -> str:
        """Write an object if it still is as it was read; see `Store.put`."""
        condition = {"IfNoneMatch": "*"} if if_match is None else {"IfMatch": f'"{if_match}"'}
        write_id = uuid4().hex
        uri = self.uri_of(key)
        with self._faults_named(uri):
            ensure_conditional_writes(
                self._client, self._location.bucket, self._root + PROBE_KEY, self.uri
            )
            try:
                answer = self._client.put_object(
                    Bucket=self._location.bucket,
                    Key=self._root + key,
                    Body=body,
                    ContentType=_content_type(key),
                    Metadata={_WRITE_ID: write_id},
                    **condition,
                )
            except ClientError as error:
                if not _is_condition_unmet(error):
                    raise
                answer = self._landed(key, write_id)
                if answer is None:
                    raise Conflict(uri) from error
        return _bare(answer["ETag"])

    def _faults_named(self, uri: str) -> AbstractContextManager[None]:
        sent = self._client.meta.config.request_checksum_calculation
        return s3_faults_named(uri, is_with_checksums=sent != "when_required")

    def _landed(self, key: str, write_id: str) -> Any:
        """Return the object's head if it is this very write, whose answer was lost.

        The client then repeated the request, and the repetition met its own object. Equal content
        would not do as a proof: two writers of the same bytes would both believe they were first.
        """
        answer = self._head(self._root + key)
        is_ours = answer is not None and answer["Metadata"].get(_WRITE_ID) == write_id
        return answer if is_ours else None

    def _head(self, path: str) -> Any:
        try:
            return self._client.head_object(Bucket=self._location.bucket, Key=path)
        except ClientError as error:
            self._check_only_object_missing(error)
            return None

    def _check_only_object_missing(self, error: ClientError) -> None:
        """Raise, unless it is the object that is missing and not the bucket."""
        if status_of(error) != 404:
            raise error
        if code_of(error) != "NoSuchKey":  # a HEAD's 404 has no body that says it, others' may lack
            self._client.head_bucket(Bucket=self._location.bucket)

    @retry(
        retry=retry_if_exception_type(_CUT_BODY),
        stop=stop_after_attempt(3),  # the client's own retries end with the headers
        reraise=True,
    )
    def _download(self, path: str) -> StoredObject | None:
        try:
            answer = self._client.get_object(Bucket=self._location.bucket, Key=path)
        except ClientError as error:
            self._check_only_object_missing(error)
            return None
        with closing(answer["Body"]) as body:
            try:
                return StoredObject(body.read(), _bare(answer["ETag"]))
            except ReadTimeoutError as error:
                raise ResponseStreamingError(error=error) from error

    def _pages(self, prefix: str) -> Iterator[ObjectInfo]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._location.bucket, Prefix=self._root + prefix
        )
        with self._faults_named(f"{self.uri}/{prefix}"):
            for page in pages:
                for found in page.get("Contents", ()):
                    key = found["Key"].removeprefix(self._root)
                    if is_key(key):
                        yield ObjectInfo(
                            key, _bare(found["ETag"]), found["Size"], found["LastModified"]
                        )


def _is_condition_unmet(error: ClientError) -> bool:
    # 404: the object to be replaced is gone. 409: another write of it was under way.
    return status_of(error) in {409, 412} or code_of(error) == "NoSuchKey"


def _content_type(key: str) -> str:
    return _CONTENT_TYPES.get(PurePosixPath(key).suffix, "application/octet-stream")


def _bare(etag: str) -> str:
    return etag.removeprefix("W/").strip('"')
