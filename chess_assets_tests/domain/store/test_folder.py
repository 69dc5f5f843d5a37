"""What only a folder can do wrong: crashes, full disks, permissions, links, litter."""

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import filelock
import pytest

from chess_assets.domain.store import (
    Conflict,
    FolderStore,
    StoreDenied,
    StoreError,
    StoreFull,
    StoreMissing,
    StoreUnreachable,
)

KEY = "games/user=hikaru/part-0.parquet"

WRITER = """
import os, resource, signal, sys
from pathlib import Path
from chess_assets.domain.store import FolderStore, StoreError
store = FolderStore(Path(sys.argv[1]))
info = store.head("games/user=hikaru/part-0.parquet")
{trap}
try:
    store.put("games/user=hikaru/part-0.parquet", b"new" * 10_000, if_match=info.etag)
except StoreError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """An empty store whose folder isn't there yet."""
    return FolderStore(tmp_path / "lake")


@pytest.fixture
def old_etag(store: FolderStore) -> str:
    """The etag of an object that is there."""
    return store.put(KEY, b"old", if_match=None)


def write_in_process(store: FolderStore, trap: str) -> subprocess.CompletedProcess[str]:
    """Replace the object in another process, which first runs `trap`."""
    return subprocess.run(
        [sys.executable, "-c", WRITER.format(trap=trap), store.uri],
        capture_output=True,
        text=True,
        check=False,
    )


def body_of(store: FolderStore, key: str = KEY) -> bytes | None:
    """Return what is stored, or None."""
    stored = store.get(key)
    return None if stored is None else stored.body


def litter_in(store: FolderStore) -> list[Path]:
    """Return the temporary files."""
    return list(Path(store.uri).rglob("*.tmp"))


def test_made_at_first_write(store: FolderStore) -> None:
    """Looking into a lake that isn't there leaves no trace."""
    store.get(KEY)
    store.head(KEY)
    list(store.list(""))
    assert not Path(store.uri).exists()

    store.put(KEY, b"", if_match=None)
    assert (Path(store.uri) / KEY).is_file()


def test_readable_for_others(store: FolderStore, old_etag: str) -> None:
    """An object's file has the permissions that the umask grants, not those of a private one."""
    mask = os.umask(0o022)
    try:
        store.put(KEY, b"new", if_match=old_etag)
    finally:
        os.umask(mask)

    assert stat.S_IMODE((Path(store.uri) / KEY).stat().st_mode) == 0o644


def test_every_rewrite_changes_the_etag(store: FolderStore, old_etag: str) -> None:
    """Quick rewrites of one size never share an etag, though inodes and clock ticks come again."""
    etags = [old_etag]
    for number in range(200):
        etags.append(store.put(KEY, b"%03d" % number, if_match=etags[-1]))

    assert len(set(etags)) == len(etags)


def test_clock_set_back(store: FolderStore, old_etag: str) -> None:
    """An object from the future is replaced by one with a later etag still."""
    ahead_s = time.time() + 86_400
    os.utime(Path(store.uri) / KEY, (ahead_s, ahead_s))
    ahead = store.head(KEY)
    assert ahead is not None

    store.put(KEY, b"new", if_match=ahead.etag)

    newest = store.head(KEY)
    assert newest is not None
    assert newest.modified_at >= ahead.modified_at
    assert newest.etag not in {ahead.etag, old_etag}


@pytest.mark.parametrize("call", ["fsync", "utime", "replace"])
def test_writer_dies(store: FolderStore, old_etag: str, call: str) -> None:
    """A process that dies before the rename leaves the old object, and the way free."""
    died = write_in_process(store, f"os.{call} = lambda *_, **__: os._exit(9)")

    assert died.returncode == 9, died.stderr
    assert body_of(store) == b"old"
    assert [info.key for info in store.list("")] == [KEY]
    store.put(KEY, b"newer", if_match=old_etag)
    assert body_of(store) == b"newer"


def test_writer_killed_while_writing(store: FolderStore, old_etag: str) -> None:
    """A process that is killed in the middle of its bytes leaves the old object."""
    died = write_in_process(
        store,
        "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_DFL)",
    )

    assert died.returncode == -signal.SIGXFSZ, died.stderr
    assert body_of(store) == b"old"
    assert [path.stat().st_size for path in litter_in(store)] == [8192]


def test_writer_dies_after_the_rename(store: FolderStore, old_etag: str) -> None:
    """A process that dies right after the rename leaves the new object, whole."""
    died = write_in_process(
        store, "rename = os.replace\nos.replace = lambda *args: (rename(*args), os._exit(9))"
    )

    assert died.returncode == 9, died.stderr
    assert body_of(store) == b"new" * 10_000
    assert litter_in(store) == []


def test_litter_is_swept(store: FolderStore, old_etag: str) -> None:
    """The next write removes what died an hour ago, and nothing younger or not its own."""
    folder = (Path(store.uri) / KEY).parent
    old, young, foreign = (
        folder / name for name in (f".{'a' * 32}.tmp", f".{'b' * 32}.tmp", ".other.tmp")
    )
    for path in (old, young, foreign):
        path.write_bytes(b"half")
        os.utime(path, (time.time() - 3601,) * 2)
    os.utime(young)

    store.put(KEY, b"new", if_match=old_etag)

    assert sorted(litter_in(store)) == sorted([young, foreign])


def test_disk_full(store: FolderStore, old_etag: str) -> None:
    """A write that doesn't fit keeps the old object, leaves no litter and says what to do."""
    full = write_in_process(store, "resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))")

    assert full.stdout.startswith(f"StoreFull There is no room to write {store.uri_of(KEY)}")
    assert body_of(store) == b"old"
    assert litter_in(store) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_disk_full_when_flushed(
    store: FolderStore, old_etag: str, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A disk or a quota that only says so when flushed is just the same."""

    def refuse(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StoreFull, match="free some space"):
        store.put(KEY, b"new", if_match=old_etag)

    assert body_of(store) == b"old"
    assert litter_in(store) == []


def test_no_permission(store: FolderStore, old_etag: str) -> None:
    """A folder that this user may not write to is named, with what to do."""
    folder = (Path(store.uri) / KEY).parent
    folder.chmod(0o500)
    try:
        denied = write_in_process(store, "os.getuid() or os.setuid(65534)")
    finally:
        folder.chmod(0o700)

    assert denied.stdout.startswith("StoreDenied No permission to read or write"), denied.stderr
    assert store.uri_of(KEY) in denied.stdout
    assert body_of(store) == b"old"


def test_root_is_a_file(tmp_path: Path) -> None:
    """A lake that is a file is named by every method."""
    path = tmp_path / "lake"
    path.write_text("not a folder")
    store = FolderStore(path)

    for ask in (
        lambda: store.get(KEY),
        lambda: store.head(KEY),
        lambda: list(store.list("")),
        lambda: list(store.list("games/")),
        lambda: store.put(KEY, b"", if_match=None),
    ):
        with pytest.raises(StoreMissing, match=f"{path} is a file"):
            ask()


def test_object_and_folder_of_one_name(store: FolderStore) -> None:
    """Where a folder can't do what S3 can, it says so and keeps what it has."""
    store.put("a/b", b"1", if_match=None)

    for key in ("a", "a/b/c"):
        assert store.get(key) is None
        assert store.head(key) is None
        with pytest.raises(StoreError, match=r"could not be read or written"):
            store.put(key, b"2", if_match=None)
    assert list(store.list("a/b/")) == []
    assert [info.key for info in store.list("")] == ["a/b"]
    assert body_of(store, "a/b") == b"1"
    assert litter_in(store) == []


def test_links_lead_nowhere(store: FolderStore, old_etag: str, tmp_path: Path) -> None:
    """A symbolic link in the lake, to a folder or a file, is neither read nor written through."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (Path(store.uri) / "link").symlink_to(outside)
    (Path(store.uri) / "secret").symlink_to(outside / "secret")

    for key in ("link/secret", "link/new", "secret"):
        with pytest.raises(StoreDenied, match="symbolic link"):
            store.get(key)
        with pytest.raises(StoreDenied, match="symbolic link"):
            store.put(key, b"", if_match=None)
    with pytest.raises(StoreDenied, match="symbolic link"):
        list(store.list("link/"))
    assert [info.key for info in store.list("")] == [KEY]
    assert [path.name for path in outside.iterdir()] == ["secret"]


def test_lake_behind_a_link(tmp_path: Path) -> None:
    """The lake itself may be a link."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "lake").symlink_to(tmp_path / "disk")
    store = FolderStore(tmp_path / "lake")

    store.put(KEY, b"1", if_match=None)

    assert (tmp_path / "disk" / KEY).read_bytes() == b"1"
    assert [info.key for info in store.list("")] == [KEY]


def test_foreign_files_are_not_listed(store: FolderStore, old_etag: str) -> None:
    """Hidden files, and names that can't be keys, are not part of the lake."""
    for name in (".DS_Store", "my notes.txt", "naïve", ".git/config"):
        path = Path(store.uri) / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")

    assert [info.key for info in store.list("")] == [KEY]


def test_lock_held_for_ever(
    store: FolderStore, old_etag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock that nobody gives back ends in a sentence that names it."""
    monkeypatch.setattr("chess_assets.domain.store.folder._LOCK_TIMEOUT_S", 0.05)
    waiting = FolderStore(Path(store.uri))

    with (
        filelock.FileLock(Path(store.uri) / ".lock"),
        pytest.raises(StoreUnreachable, match=r"\.lock"),
    ):
        waiting.put(KEY, b"new", if_match=old_etag)

    assert body_of(store) == b"old"
    assert litter_in(store) == []


COUNTER = """
import sys
from pathlib import Path
from chess_assets.domain.store import Conflict, FolderStore
store = FolderStore(Path(sys.argv[1]))
for _ in range(30):
    while True:
        stored = store.get("count")
        try:
            store.put("count", b"%d" % (int(stored.body) + 1), if_match=stored.etag)
            break
        except Conflict:
            pass
"""


def test_racing_processes_lose_nothing(store: FolderStore) -> None:
    """Processes that count up one number end at the exact sum."""
    store.put("count", b"0", if_match=None)
    command = [sys.executable, "-c", COUNTER, store.uri]
    racing = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait() for process in racing] == [0, 0, 0]

    assert body_of(store, "count") == b"90"


def test_conflict_leaves_no_litter(store: FolderStore, old_etag: str) -> None:
    """A writer that comes too late takes its temporary file with it."""
    with pytest.raises(Conflict):
        store.put(KEY, b"new", if_match="other")

    assert litter_in(store) == []
