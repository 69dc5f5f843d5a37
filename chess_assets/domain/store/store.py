"""What a store is: bytes under keys, written by compare-and-swap, and the errors it may raise.

How a folder or a bucket does it belongs in `folder` and `s3`; what the bytes are, in `lake`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

import pyarrow.fs
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

_SHOWN_LENGTH = 80
_ATTEMPTS = 20  # each lost one means that another writer got something done
T = TypeVar("T")


class StoreError(Exception):
    """Something the store could not do; its message is a sentence for the user.

    Attributes:
        ends_run: Whether the whole store is at fault, so that trying other objects is pointless.
            Where it is not, it may still be: see `lake.outage`.
        key: The key or prefix that was asked for; empty where nobody noted it.
    """

    ends_run: bool = False
    key: str = ""


class Conflict(StoreError):
    """Another writer was first: nothing was written, so read again and decide anew."""

    def __init__(self, uri: str) -> None:
        super().__init__(
            f"{uri} is no longer as it was read: another writer was first. "
            "Nothing was written; run it again."
        )


def until_first(change: Callable[[], T]) -> T:
    """Call `change`, which reads, decides and writes, until no other writer was first.

    Raises:
        Conflict: when other writers were first again and again.
    """
    retrying = Retrying(
        retry=retry_if_exception_type(Conflict), stop=stop_after_attempt(_ATTEMPTS), reraise=True
    )
    return retrying(change)


class InvalidKey(StoreError, ValueError):
    """A text that cannot be a key."""

    def __init__(self, key: object) -> None:
        shown = ascii(key)
        if len(shown) > _SHOWN_LENGTH:
            shown = f"{shown[:_SHOWN_LENGTH]}…"
        super().__init__(
            f"{shown} is not a key of the lake: parts of A-Z, a-z, 0-9 and '._=+%-' that don't "
            "begin with a dot, joined by single slashes."
        )


class ObjectUnusable(StoreError):
    """One object cannot be read or written: there is a folder in its place, for instance."""


class StoreDenied(StoreError):
    """The store is there, and doesn't let us read or write: one object of it, or anything."""


class StoreMissing(StoreError):
    """There is no such store: no such bucket, or a file where the folder should be."""

    ends_run = True


class StoreUnreachable(StoreError):
    """The store could not be asked: no credentials, no connection, or no answer in time."""

    ends_run = True


class StoreFull(StoreError):
    """There is no room left; what was stored before is untouched."""

    ends_run = True


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What is known of an object without reading it."""

    key: str
    etag: str
    size_bytes: int
    modified_at: datetime
    """Aware, in UTC; by the store's clock."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as it was read: its bytes, and the etag that a later `put` has to match."""

    body: bytes
    etag: str


class Store(Protocol):
    """Bytes under keys. An object is only ever there whole, and there is no blind overwriting.

    An etag is opaque; two different contents of a key never have the same one. Every method may
    raise a `StoreError`, and `InvalidKey` before anything is asked of the disk or the network.
    Names that cannot be keys are never listed.
    """

    @property
    def uri(self) -> str:
        """Where the store is: `s3://bucket/prefix` or the absolute path of a folder."""

    def uri_of(self, key: str) -> str:
        """Return where the object with this key is, or would be."""

    def get(self, key: str) -> StoredObject | None:
        """Read an object; None where there is none."""

    def head(self, key: str) -> ObjectInfo | None:
        """Return what is known of an object without reading it; None where there is none."""

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield every object below a prefix (`""`, or a key and a slash), sorted by key."""

    def put(self, key: str, body: bytes, *, if_match: str | None) -> str:
        """Write an object if it still is as it was read.

        Args:
            key: the object's key.
            body: its new content, whole.
            if_match: the etag of what is being replaced; None: nothing may be there yet.

        Returns:
            The new etag.

        Raises:
            Conflict: when another writer was first; nothing was written.
        """

    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """Return the file system for lazy readers (`pyarrow.dataset`), and the root's path in it.

        Only for reading: what is written through it is neither conditional nor whole. Temporary
        credentials are those of the moment: ask anew for every reading.
        """
