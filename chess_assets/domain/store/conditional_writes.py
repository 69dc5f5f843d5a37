"""Whether a bucket honours conditional writes: one probe, before the first write of a process.

A store that ignores `If-Match` or `If-None-Match` loses what another writer stored and reports
success, so nothing may be written to it. The probe writes one small object of the lake's own,
which afterwards says at which endpoints it passed: later processes read it and write nothing. It
stays because the least rights that a lake needs allow no deletion; a store that fails is left
without it, where it lets us.
"""

import json
from collections.abc import Mapping
from contextlib import closing, suppress
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from chess_assets.domain.store.s3_faults import code_of, status_of, words_of
from chess_assets.domain.store.store import StoreError

PROBE_KEY = "_store/conditional_writes.json"
_NO_ONES_ETAG = '"00000000000000000000000000000000"'
_ROUNDS = 20
_MOST_ENDPOINTS = 20
_UNMET, _MISSING = {409, 412}, 404
_NOT_UNDERSTOOD = {400, 405, 411, 501}

_proven: set[tuple[str, str]] = set()
_lock = Lock()


class NoConditionalWrites(StoreError):
    """A store on which two writers would overwrite each other's work."""


class _Again(Exception):
    """Another process probes at the same time and was first: look again."""


def ensure_conditional_writes(client: Any, bucket: str, path: str, uri: str) -> None:
    """Return when the bucket is known to honour conditional writes; probe it where it is not.

    Safe for any number of processes at once.

    Args:
        client: boto3's S3 client.
        bucket: The bucket.
        path: The path in the bucket of the object that is written.
        uri: What the lake is called in an error.

    Raises:
        NoConditionalWrites: when it refuses or ignores them; nothing else was written.
        ClientError, BotoCoreError: for whatever else fails; the next write probes again.
    """
    store = str(client.meta.endpoint_url), bucket
    with _lock:
        if store not in _proven:
            _Probe(client, bucket, path, uri).run()
            _proven.add(store)


class _Probe:
    def __init__(self, client: Any, bucket: str, path: str, uri: str) -> None:
        self._client = client
        self._where = {"Bucket": bucket, "Key": path}
        self._uri = uri
        self._endpoint = _without_password(str(client.meta.endpoint_url))

    def run(self) -> None:
        """Probe until the stored object says that this endpoint passed."""
        for _ in range(_ROUNDS):
            passed, etag = self._stored()
            if self._endpoint in passed:
                return
            with suppress(_Again):
                self._round(passed, etag)
                return
        raise StoreError(
            f"Other processes changed {PROBE_KEY} of {self._uri} again and again: run it again."
        )

    def _round(self, passed: list[str], etag: str | None) -> None:
        if etag is None:
            etag = self._put(passed, {"IfNoneMatch": "*"})
            if etag is None:
                raise _Again
        if self._put(passed, {"IfNoneMatch": "*"}) is not None:
            raise self._refused("it ignores If-None-Match")
        if self._put(passed, {"IfMatch": _NO_ONES_ETAG}) is not None:
            raise self._refused("it ignores If-Match")
        known = [*passed, self._endpoint][-_MOST_ENDPOINTS:]
        if self._put(known, {"IfMatch": etag}) is None:
            raise _Again

    def _stored(self) -> tuple[list[str], str | None]:
        """Return the endpoints at which the probe passed, and the object's etag."""
        try:
            answer = self._client.get_object(**self._where)
        except ClientError as error:
            if status_of(error) != _MISSING or code_of(error) == "NoSuchBucket":
                raise
            return [], None
        with closing(answer["Body"]) as body:
            return _endpoints(body.read()), _quoted(answer["ETag"])

    def _put(self, passed: list[str], condition: Mapping[str, str]) -> str | None:
        """Write the object; return its etag, or None where the condition was not met."""
        body = json.dumps({"passed_at": passed}).encode()
        try:
            answer = self._client.put_object(
                **self._where, Body=body, ContentType="application/json", **condition
            )
        except ClientError as error:
            if code_of(error) == "NoSuchBucket":
                raise
            if status_of(error) in _UNMET:
                return None
            if status_of(error) == _MISSING:  # a process that found the store unfit removed it
                raise _Again from error
            if status_of(error) in _NOT_UNDERSTOOD and self._takes_plain_writes(body):
                raise self._refused(words_of(error)) from error
            raise
        return _quoted(answer["ETag"])

    def _takes_plain_writes(self, body: bytes) -> bool:
        """Whether the same write is taken without its condition; else that is not what is wrong."""
        try:
            self._client.put_object(**self._where, Body=body, ContentType="application/json")
        except (ClientError, BotoCoreError):
            return False
        return True

    def _refused(self, reason: str) -> NoConditionalWrites:
        with suppress(ClientError, BotoCoreError):
            self._client.delete_object(**self._where)
        return NoConditionalWrites(
            f"The store of {self._uri} does not honour conditional writes ({reason}): two runs at "
            "once would overwrite each other's games, so nothing was written. Use a store that "
            "honours If-Match and If-None-Match on PutObject (AWS S3, MinIO, Cloudflare R2, "
            "Ceph), or a folder."
        )


def _quoted(etag: str) -> str:
    return f'"{etag.removeprefix("W/").strip(chr(34))}"'


def _endpoints(body: bytes) -> list[str]:
    try:
        return [str(each) for each in json.loads(body)["passed_at"]][-_MOST_ENDPOINTS:]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []


def _without_password(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")
