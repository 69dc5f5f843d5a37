"""What went wrong at S3, named: botocore's errors as ours, each a sentence with bucket and key."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    FlexibleChecksumError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from chess_assets.domain.store.store import (
    ObjectUnusable,
    StoreDenied,
    StoreError,
    StoreFull,
    StoreMissing,
    StoreUnreachable,
)

_NO_CREDENTIALS = (
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
_SHOWN_LENGTH = 200
_TOKEN = re.compile(r"[A-Za-z0-9+/=_-]{40,}")
"""What may be a session token or a signature, should a store repeat what it was sent."""
_OF_CHECKSUMS = re.compile(
    r"(?i)checksum|crc-?(32|64)|x-amz-sdk|trailer|aws-chunked|content-sha256|transfer.encoding"
)
_NOT_UNDERSTOOD = {"400", "BadRequest", "InvalidArgument", "InvalidRequest", "NotImplemented"}
_NOT_IMPLEMENTED, _LENGTH_REQUIRED = 501, 411
_CHECKSUM_SETTINGS = (
    "AWS_REQUEST_CHECKSUM_CALCULATION=when_required and "
    "AWS_RESPONSE_CHECKSUM_VALIDATION=when_required"
)
_DENIED = {"ExpiredToken", "InvalidToken", "TokenRefreshRequired"}  # these come with a 400
_UNKNOWN = {"InvalidAccessKeyId", "SignatureDoesNotMatch"}  # whoever asks is nobody the store knows


@contextmanager
def s3_faults_named(uri: str, *, is_with_checksums: bool = True) -> Iterator[None]:
    """Raise botocore's errors as `StoreError`s that name what was asked for.

    Args:
        uri: What was asked for.
        is_with_checksums: Whether the client sends the checksum headers that not every store knows.
    """
    try:
        yield
    except ClientError as error:
        raise _refusal(error, uri, is_with_checksums=is_with_checksums) from error
    except FlexibleChecksumError as error:
        raise ObjectUnusable(
            f"What the store sent of {uri} is not what its checksum says, however often asked: "
            "the object is damaged, or the store computes checksums in another way; then set "
            "AWS_RESPONSE_CHECKSUM_VALIDATION=when_required."
        ) from error
    except _NO_CREDENTIALS as error:
        raise StoreUnreachable(
            f"There are no usable AWS credentials for {uri} ({type(error).__name__}): "
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE."
        ) from error
    except BotoCoreError as error:
        raise StoreUnreachable(
            f"{uri} could not be reached ({type(error).__name__}): check the network and "
            "AWS_ENDPOINT_URL_S3, then run again."
        ) from error


def status_of(error: ClientError) -> int:
    """Return the HTTP status of a refused request; 0 where there was none."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def code_of(error: ClientError) -> str:
    """Return S3's own code of a refused request, such as `NoSuchKey`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def words_of(error: ClientError) -> str:
    """Return what the store said: status, code and the beginning of its message, made harmless."""
    status, code = status_of(error), _harmless(code_of(error))
    words = _harmless(str(error.response.get("Error", {}).get("Message", "")))
    said = f"{status} {code}" if code != str(status) else code
    return f"{said}: {words}" if words and words != code else said


def _harmless(text: str) -> str:
    start = " ".join(text[: 10 * _SHOWN_LENGTH].split())
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in start)
    masked = _TOKEN.sub("…", shown)
    return masked if len(masked) <= _SHOWN_LENGTH else f"{masked[:_SHOWN_LENGTH]}…"


def _refusal(error: ClientError, uri: str, *, is_with_checksums: bool) -> StoreError:
    status, code, cause = status_of(error), code_of(error), words_of(error)
    if is_with_checksums and (refusal := _checksum_refusal(status, code, cause, uri)):
        return refusal
    if status in {401, 403} or code in _DENIED:
        denied = StoreDenied(
            f"S3 denied access to {uri} ({cause}): the credentials must be valid and allow "
            "s3:GetObject, s3:PutObject and s3:ListBucket there."
        )
        denied.ends_run = code in _DENIED | _UNKNOWN
        return denied
    if status == 404:
        return StoreMissing(
            f"The bucket of {uri} does not exist ({cause}): create it, or correct the lake's URI."
        )
    if status == 507:
        return StoreFull(
            f"There is no room to write {uri} ({cause}): free some space and run again. "
            "What was stored before is untouched."
        )
    if status >= 500 and status != _NOT_IMPLEMENTED:
        failing = StoreUnreachable(
            f"S3 did not take the request for {uri}, however often repeated ({cause}): "
            "run again later."
        )
        failing.ends_run = False  # it may be this object's server alone
        return failing
    return StoreError(f"S3 refused the request for {uri} ({cause}).")


def _checksum_refusal(status: int, code: str, cause: str, uri: str) -> StoreError | None:
    """Return the error that names the settings, where the client's checksums may be refused."""
    is_refusal = 400 <= status < 500 or status == _NOT_IMPLEMENTED
    if is_refusal and _OF_CHECKSUMS.search(cause):
        return StoreError(
            f"The store of {uri} refuses the checksums that AWS's client sends ({cause}): set "
            f"{_CHECKSUM_SETTINGS}, and run again."
        )
    if code == "SignatureDoesNotMatch":  # Google's store changes the headers before it compares
        return StoreDenied(
            f"S3 denied access to {uri} ({cause}): check the secret key. If it is right and the "
            f"store is not AWS, it may not know the checksums that AWS's client sends: set "
            f"{_CHECKSUM_SETTINGS}."
        )
    is_not_understood = status == 400 and code in _NOT_UNDERSTOOD
    if is_not_understood or status in {_LENGTH_REQUIRED, _NOT_IMPLEMENTED}:
        return StoreError(
            f"The store of {uri} refused the request ({cause}). Some S3-compatible stores so "
            f"refuse the checksums that AWS's client sends: set {_CHECKSUM_SETTINGS} to leave "
            "them out."
        )
    return None
