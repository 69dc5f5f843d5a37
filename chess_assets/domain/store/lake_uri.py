"""Where a lake is, as users write it: a folder, or a bucket and a prefix.

Only the text: nothing is opened here. Whoever parses it makes the store, with the client it needs.
"""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from chess_assets.domain.store.keys import is_key
from chess_assets.domain.store.store import StoreError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BUCKET = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_MAX_PREFIX_LENGTH = 255


class InvalidLakeUri(StoreError, ValueError):
    """A text that says neither a folder nor a bucket. Not repeated: it may hold a password."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The lake's URI is wrong: {reason}. Give a folder (./lake, /data/lake, ~/lake, "
            "file:///data/lake) or s3://bucket/prefix."
        )


@dataclass(frozen=True, slots=True)
class S3Uri:
    """A bucket, and the prefix below which everything of the lake is; "" for the whole bucket.

    Raises:
        InvalidLakeUri: when it is made with what S3 doesn't allow as a bucket's name, or with a
            prefix that could not be a key.
    """

    bucket: str
    prefix: str = ""

    def __post_init__(self) -> None:
        if not _BUCKET.fullmatch(self.bucket) or _is_ip_address(self.bucket):
            raise InvalidLakeUri(
                "a bucket's name is 3 to 63 lower-case letters, digits, dots and hyphens"
            )
        if self.prefix and not (is_key(self.prefix) and len(self.prefix) <= _MAX_PREFIX_LENGTH):
            raise InvalidLakeUri(
                "a prefix is parts of A-Z, a-z, 0-9 and '._=+-' that don't begin with a dot, "
                f"joined by single slashes, {_MAX_PREFIX_LENGTH} characters at most"
            )

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


def parse_lake_uri(text: str) -> Path | S3Uri:
    """Read where the lake is: an absolute folder (`~` and relative paths resolved), or a bucket.

    Raises:
        InvalidLakeUri: for anything else, with the reason.
    """
    if not text.strip() or not text.isprintable():
        raise InvalidLakeUri("it is empty or holds control characters")
    scheme = _SCHEME.match(text)
    if scheme is None:
        return _folder(text)
    match scheme[1].lower():
        case "s3":
            return _s3(text)
        case "file":
            return _file_uri(text)
        case other:
            raise InvalidLakeUri(f"'{other}:' is not supported")


def _s3(text: str) -> S3Uri:
    start, slashes, rest = text.partition("://")
    if not slashes or start.lower() != "s3":
        raise InvalidLakeUri("after 's3:' come two slashes and the bucket")
    bucket, _, prefix = rest.partition("/")
    return S3Uri(bucket, prefix.removesuffix("/"))


def _file_uri(text: str) -> Path:
    host, slash, rest = text[len("file:") :].removeprefix("//").partition("/")
    if host not in {"", "localhost"} or not slash:
        raise InvalidLakeUri("after 'file://' comes an absolute path")
    path = unquote(f"/{rest}")
    if "?" in rest or "#" in rest or not path.isprintable():
        raise InvalidLakeUri("'?', '#' and control characters don't belong in a file URI")
    return Path(path)


def _folder(text: str) -> Path:
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise InvalidLakeUri("there is no such home folder") from error


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
