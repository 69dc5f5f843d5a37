"""What went wrong at S3, named: botocore's errors as ours, each a sentence with bucket and key."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from chess_assets.domain.store.store import (
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
_DENIED = {"ExpiredToken", "InvalidToken", "TokenRefreshRequired"}  # these come with a 400
_UNKNOWN = {"InvalidAccessKeyId", "SignatureDoesNotMatch"}  # whoever asks is nobody the store knows


@contextmanager
def s3_faults_named(uri: str) -> Iterator[None]:
    """Raise botocore's errors as `StoreError`s that name what was asked for."""
    try:
        yield
    except ClientError as error:
        raise _refusal(error, uri) from error
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


def _refusal(error: ClientError, uri: str) -> StoreError:
    status, code = status_of(error), code_of(error)
    cause = f"{status} {code}" if code != str(status) else code
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
    if status >= 500:
        failing = StoreUnreachable(
            f"S3 did not take the request for {uri}, however often repeated ({cause}): "
            "run again later."
        )
        failing.ends_run = False  # it may be this object's server alone
        return failing
    return StoreError(f"S3 refused the request for {uri} ({cause}).")
