"""A store in which somebody else is first: a real one that lets things happen before a write."""

from collections import deque
from collections.abc import Callable, Iterator

import pyarrow.fs

from chess_assets.domain.store import ObjectInfo, Store, StoredObject


class RacedStore:
    """The store given, with something done before each of the next writes.

    Args:
        store: A real store, which does everything.
        before_puts: What happens just before the next writes, one each, in this order.
    """

    def __init__(self, store: Store, *before_puts: Callable[[], object]) -> None:
        self._store = store
        self._before_puts = deque(before_puts)

    @property
    def uri(self) -> str:
        """Where the store is."""
        return self._store.uri

    def uri_of(self, key: str) -> str:
        """Return where the object is."""
        return self._store.uri_of(key)

    def get(self, key: str) -> StoredObject | None:
        """Read an object."""
        return self._store.get(key)

    def head(self, key: str) -> ObjectInfo | None:
        """Return what is known of an object."""
        return self._store.head(key)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield every object below a prefix."""
        return self._store.list(prefix)

    def put(self, key: str, body: bytes, *, if_match: str | None) -> str:
        """Let happen what is to happen first, then write."""
        if self._before_puts:
            self._before_puts.popleft()()
        return self._store.put(key, body, if_match=if_match)

    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """Return the file system for lazy readers."""
        return self._store.filesystem()
