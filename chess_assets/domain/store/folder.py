"""A store in a folder: every object a file, written whole or not at all.

A write goes to a hidden temporary file beside its target, is flushed to the disk, and takes the
target's place by a rename. The compare-and-swap is one lock file at the root, held for no longer
than the comparison and the rename. Symbolic links below the root are not followed.
"""

import errno
import os
import re
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from uuid import uuid4

import filelock
import pyarrow.fs

from chess_assets.domain.store.keys import check_key, check_prefix, is_key
from chess_assets.domain.store.store import (
    Conflict,
    ObjectInfo,
    ObjectUnusable,
    StoreDenied,
    StoredObject,
    StoreError,
    StoreFull,
    StoreMissing,
    StoreUnreachable,
)

_LOCK_TIMEOUT_S = 60.0
_LOCK_POLL_S = 0.005
_LITTER = re.compile(r"\.[0-9a-f]{32}\.tmp")
_LITTER_AGE_S = 3600
_MTIME_STEP_NS = 1_000  # what the coarser of today's file systems still tell apart
_TOO_LARGE = errno.EFBIG  # for this file system or process: a smaller file may have room
_FULL = {errno.ENOSPC, errno.EDQUOT, _TOO_LARGE}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


class FolderStore:
    """A `Store` in a folder of a local disk, which the first write makes if it isn't there."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._lock = filelock.FileLock(
            self._root / ".lock", timeout=_LOCK_TIMEOUT_S, poll_interval=_LOCK_POLL_S
        )

    @property
    def uri(self) -> str:
        """The folder's absolute path."""
        return str(self._root)

    def uri_of(self, key: str) -> str:
        """Return the absolute path of the object's file."""
        return str(self._root / check_key(key))

    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """Return the local file system and the folder's path."""
        return pyarrow.fs.LocalFileSystem(), str(self._root)

    def get(self, key: str) -> StoredObject | None:
        """Read an object; None where there is none."""
        with self._faults_named(key):
            path = self._path(key)
            if self._stat(path) is None:
                return None
            try:
                with path.open("rb") as file:
                    return StoredObject(file.read(), _etag(os.fstat(file.fileno())))
            except FileNotFoundError:
                return None

    def head(self, key: str) -> ObjectInfo | None:
        """Return what is known of an object without reading it; None where there is none."""
        with self._faults_named(key):
            stat = self._stat(self._path(key))
            return None if stat is None else _info(key, stat)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield every object below a prefix (`""`, or a key and a slash), sorted by key.

        A folder that cannot be read raises after everything else was yielded, so that whoever
        can do without it knows the rest.
        """
        return self._listed(check_prefix(prefix))

    def put(self, key: str, body: bytes, *, if_match: str | None) -> str:
        """Write an object if it still is as it was read; see `Store.put`."""
        with self._faults_named(key):
            path = self._path(key)
            self._unchanged(path, if_match)  # who is late already need not write
            _make_folder(path.parent)
            _sweep(path.parent)
            temporary = path.with_name(f".{uuid4().hex}.tmp")
            try:
                _write(temporary, body)
                with self._lock:
                    etag = self._swap(temporary, path, if_match)
            finally:
                temporary.unlink(missing_ok=True)
            _flush_folder(path.parent)
            return etag

    def _unchanged(self, path: Path, if_match: str | None) -> os.stat_result | None:
        current = self._stat(path)
        if (None if current is None else _etag(current)) != if_match:
            raise Conflict(str(path))
        return current

    def _swap(self, temporary: Path, path: Path, if_match: str | None) -> str:
        current = self._unchanged(path, if_match)
        # Two writes may fall into one tick of the file system's clock, and the second may get the
        # inode that the one before the first had: only a later mtime keeps their etags apart.
        earliest_ns = 0 if current is None else current.st_mtime_ns + _MTIME_STEP_NS
        mtime_ns = max(time.time_ns(), earliest_ns)
        os.utime(temporary, ns=(mtime_ns, mtime_ns))
        etag = _etag(temporary.stat())
        temporary.replace(path)
        return etag

    def _path(self, key: str) -> Path:
        path = self._root
        for part in check_key(key).split("/"):
            path /= part
            if path.is_symlink():
                raise StoreDenied(
                    f"{path} is a symbolic link, which may lead out of the lake: "
                    "put what it points to in its place, or make the whole lake a link."
                )
        return path

    def _stat(self, path: Path) -> os.stat_result | None:
        try:
            stat = path.stat()
        except FileNotFoundError:
            return None
        except NotADirectoryError:
            if self._root.is_dir():
                return None  # an object where the key has a folder
            raise
        if S_ISREG(stat.st_mode):
            return stat
        if path.suffix:  # as files of the lake have and its folders do not
            raise ObjectUnusable(
                f"{path} is no file but {'a folder' if S_ISDIR(stat.st_mode) else 'a device'}: "
                "move it away, then run again."
            )
        return None

    def _listed(self, prefix: str) -> Iterator[ObjectInfo]:
        unread: deque[StoreError] = deque()
        yield from self._walk(prefix, unread)
        if unread:
            raise unread[0]

    def _walk(self, prefix: str, unread: deque[StoreError]) -> Iterator[ObjectInfo]:
        try:
            with self._faults_named(prefix):
                entries = self._entries(prefix)
        except StoreError as error:
            unread.append(error)
            return
        for entry in sorted(entries, key=_sort_name):
            key = prefix + entry.name
            if not is_key(key):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(f"{key}/", unread)
            elif entry.is_file(follow_symlinks=False):
                try:
                    with self._faults_named(key):
                        stat = self._stat(Path(entry.path))
                except StoreError as error:
                    unread.append(error)
                    continue
                if stat is not None:
                    yield _info(key, stat)

    def _entries(self, prefix: str) -> tuple[os.DirEntry[str], ...]:
        folder = self._path(prefix[:-1]) if prefix else self._root
        try:
            with os.scandir(folder) as found:
                return tuple(found)
        except FileNotFoundError:
            return ()
        except NotADirectoryError:
            if self._root.is_dir():
                return ()
            raise

    @contextmanager
    def _faults_named(self, key: str) -> Iterator[None]:
        try:
            yield
        except filelock.Timeout as error:
            raise StoreUnreachable(
                f"Another process has held {self._root / '.lock'} for {_LOCK_TIMEOUT_S:.0f} s: "
                "end it if it hangs, and run again."
            ) from error
        except OSError as error:
            named = self._named(error, str(self._root / key))
            named.key = key
            raise named from error

    def _named(self, error: OSError, uri: str) -> StoreError:
        cause = os.strerror(error.errno) if error.errno else type(error).__name__
        if error.errno in _FULL:
            full = StoreFull(
                f"There is no room to write {uri} ({cause}): free some space and run again. "
                "What was stored before is untouched."
            )
            full.ends_run = error.errno != _TOO_LARGE
            return full
        if error.errno in _DENIED:
            denied = StoreDenied(
                f"No permission to read or write {uri} ({cause}): "
                f"give this user access to {self._root}, or choose another folder."
            )
            denied.ends_run = error.errno == errno.EROFS
            return denied
        if self._root.is_file():
            return StoreMissing(f"{self._root} is a file: the lake needs a folder; name another.")
        return ObjectUnusable(f"{uri} could not be read or written: {cause}.")


def _etag(stat: os.stat_result) -> str:
    return f"{stat.st_mtime_ns:x}-{stat.st_size:x}-{stat.st_ino:x}"


def _info(key: str, stat: os.stat_result) -> ObjectInfo:
    modified_at = datetime.fromtimestamp(stat.st_mtime, tz=UTC)
    return ObjectInfo(key, _etag(stat), stat.st_size, modified_at)


def _sort_name(entry: os.DirEntry[str]) -> str:
    # "a-b/x" comes before "a/x", as in S3: a folder's name sorts with its slash.
    return f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name


def _write(path: Path, body: bytes) -> None:
    with path.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(folder: Path) -> None:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove what writers that died left behind; a living one takes nowhere near an hour."""
    oldest_s = time.time() - _LITTER_AGE_S
    for path in folder.iterdir():
        if _LITTER.fullmatch(path.name):
            with suppress(OSError):
                if path.stat().st_mtime < oldest_s:
                    path.unlink()
