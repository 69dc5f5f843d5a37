"""A real store behind another, for those that do something more at one of its calls."""

from collections.abc import Iterator

import pyarrow.fs

from chess_assets.domain.store import ObjectInfo, Store, StoredObject


class WrappedStore:
    """The store given, which does everything."""

    def __init__(self, store: Store) -> None:
        self._store = store

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
        """Write an object."""
        return self._store.put(key, body, if_match=if_match)

    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """Return the file system for lazy readers."""
        return self._store.filesystem()
