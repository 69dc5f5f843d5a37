"""The contract of a store: one and the same suite over a folder and over S3."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chess_assets.domain.store import Conflict, FolderStore, InvalidKey, S3Store, S3Uri, Store
from chess_assets.domain.store.keys import is_key
from chess_assets_tests.domain.conftest import NewStore
from chess_assets_tests.domain.store.racing import count_up_together

KEY = "games/user=hikaru/month=2022-05/part-0.parquet"

examples_share_fixtures = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def keys_of(store: Store, prefix: str) -> list[str]:
    """Return the listed keys."""
    return [info.key for info in store.list(prefix)]


def parquet_bytes(games: int) -> bytes:
    """Return a small Parquet file."""
    sink = io.BytesIO()
    pq.write_table(pa.table({"game_id": [str(n) for n in range(games)]}), sink)
    return sink.getvalue()


def test_round_trip(store: Store) -> None:
    """What was put is what get, head and list tell."""
    before = datetime.now(UTC) - timedelta(seconds=2)  # S3 tells whole seconds
    body = bytes(range(256)) * 5_000
    etag = store.put(KEY, body, if_match=None)

    stored, info = store.get(KEY), store.head(KEY)

    assert stored is not None
    assert stored.body == body
    assert stored.etag == etag
    assert info is not None
    assert (info.key, info.etag, info.size_bytes) == (KEY, etag, len(body))
    assert info.modified_at.tzinfo is not None
    assert before <= info.modified_at <= datetime.now(UTC) + timedelta(seconds=1)
    assert list(store.list("")) == [info]


def test_nothing_there(store: Store) -> None:
    """A store that was never written to is empty, not an error."""
    assert store.get(KEY) is None
    assert store.head(KEY) is None
    assert list(store.list("")) == []
    assert list(store.list("games/")) == []


def test_empty_object(store: Store) -> None:
    """An object without bytes is there."""
    etag = store.put(KEY, b"", if_match=None)

    stored = store.get(KEY)

    assert stored is not None
    assert stored.body == b""
    assert stored.etag == etag


def test_only_the_first_creates(store: Store) -> None:
    """An object that is there isn't made a second time, not even with equal bytes."""
    store.put(KEY, b"first", if_match=None)

    for body in (b"second", b"first"):
        with pytest.raises(Conflict, match=KEY):
            store.put(KEY, body, if_match=None)

    stored = store.get(KEY)
    assert stored is not None
    assert stored.body == b"first"


def test_only_what_was_read_is_replaced(store: Store) -> None:
    """A write with the etag of an older version changes nothing."""
    first = store.put(KEY, b"1", if_match=None)
    second = store.put(KEY, b"2", if_match=first)

    with pytest.raises(Conflict):
        store.put(KEY, b"3", if_match=first)

    stored = store.get(KEY)
    assert stored is not None
    assert (stored.body, stored.etag) == (b"2", second)
    assert store.put(KEY, b"3", if_match=second) not in {first, second}


def test_nothing_to_replace(store: Store) -> None:
    """An object that is gone is not brought back by a writer that had read it."""
    with pytest.raises(Conflict):
        store.put(KEY, b"1", if_match="0123456789abcdef")

    assert store.get(KEY) is None


def test_prefixes_are_whole_parts(store: Store) -> None:
    """`user=a/` lists what is below it and not `user=ab/`."""
    for user in ("a", "ab", "a-b", "b"):
        for month in ("2022-05", "2021-12"):
            store.put(f"games/user={user}/month={month}/part-0.parquet", b"", if_match=None)
    store.put("games.json", b"", if_match=None)

    assert keys_of(store, "games/user=a/") == [
        "games/user=a/month=2021-12/part-0.parquet",
        "games/user=a/month=2022-05/part-0.parquet",
    ]
    assert len(keys_of(store, "games/")) == 8
    assert len(keys_of(store, "")) == 9
    assert keys_of(store, "games/user=c/") == []


def test_sorted_by_key(store: Store) -> None:
    """Keys come in the order of their bytes, in which `a-b/` comes before `a/`."""
    keys = ["a/x", "a-b/x", "a.b", "a=b/x", "a/+", "B/x", "a_/x", "A", "a/y/z", "a/y.z"]
    for key in keys:
        store.put(key, b"", if_match=None)

    assert keys_of(store, "") == sorted(keys)


HOSTILE = [
    "", "/", "/etc/passwd", "a//b", ".", "..", "../x", "a/../b", "a/./b", "a/..", ".hidden",
    "a/.hidden", "a\\b", "a b", "a\n", "a\x00b", "a\tb", "é", "\uff41", "a%2fb", "a:b", "a|b",
    "~/x", "$HOME", "x" * 201, "/".join(["x" * 100] * 8), "a?b", "a#b", "*", "\ud800", "a\u202eb",
]  # fmt: skip


def is_refused_by(store: Store, key: str) -> bool:
    """Say whether every method refuses the key, each in one line."""
    asks: list[Callable[[], object]] = [
        lambda: store.get(key),
        lambda: store.head(key),
        lambda: store.put(key, b"x", if_match=None),
        lambda: store.uri_of(key),
        lambda: store.list(f"{key}/"),
    ]
    messages = []
    for ask in asks:
        try:
            ask()
        except InvalidKey as error:
            messages.append(str(error))
    return len(messages) == len(asks) and all(len(text.splitlines()) == 1 for text in messages)


def test_hostile_keys(store: Store) -> None:
    """Every method refuses a key that could lead elsewhere; nothing is written."""
    assert [key for key in HOSTILE if not is_refused_by(store, key)] == []

    assert list(store.list("")) == []


@examples_share_fixtures
@given(st.text() | st.lists(st.sampled_from(["a", "..", ".", "", "\n", "\\"])).map("/".join))
@example("../../etc/passwd")
def test_any_text_as_a_key(tmp_path: Path, key: str) -> None:
    """Whatever text comes as a key is refused, or names a file of the lake and no other."""
    root = tmp_path / "lake"
    store = FolderStore(root)
    if is_key(key):
        assert (root / key).resolve() == root / key
        assert store.uri_of(key) == f"{root}/{key}"
        assert S3Store(None, S3Uri("lake", "x")).uri_of(key) == f"s3://lake/x/{key}"
    else:
        assert is_refused_by(store, key)
    assert list(tmp_path.iterdir()) == []


def test_prefixes_end_with_a_slash(store: Store) -> None:
    """A prefix without its slash is refused, and so is a key with one."""
    with pytest.raises(InvalidKey):
        store.list("games")
    with pytest.raises(InvalidKey):
        store.get("games/")


def test_readers_file_system(store: Store) -> None:
    """A lazy reader finds the Hive paths as one table, with what the paths say as columns."""
    for month, games in (("2022-05", 3), ("2022-06", 2)):
        key = f"games/user=hikaru/month={month}/part-0.parquet"
        store.put(key, parquet_bytes(games), if_match=None)

    filesystem, root = store.filesystem()
    table = pads.dataset(f"{root}/games", filesystem=filesystem, partitioning="hive").to_table()

    assert sorted(table["month"].to_pylist()) == ["2022-05"] * 3 + ["2022-06"] * 2
    assert set(table["user"].to_pylist()) == {"hikaru"}


def test_uris(store: Store) -> None:
    """An object's URI is the store's with its key behind it."""
    assert store.uri_of(KEY) == f"{store.uri}/{KEY}"
    assert store.uri.endswith("/lake")


def test_racing_writers_lose_nothing(store: Store) -> None:
    """Sixteen threads that count up one number by reading and writing end at the exact sum."""
    rounds = 20 if isinstance(store, FolderStore) else 2
    assert count_up_together(store, KEY, writers=16, rounds=rounds) == 16 * rounds


WRITES = st.tuples(
    st.sampled_from(["a", "b/c", "b/d"]), st.binary(max_size=8), st.sampled_from([-2, -1, -1])
)


@settings(examples_share_fixtures, max_examples=20)
@given(st.lists(WRITES, max_size=10))
def test_like_a_dictionary(new_store: NewStore, writes: list[tuple[str, bytes, int]]) -> None:
    """After any writes, with the newest or the last but one etag, it holds what a dict would."""
    store = new_store()
    bodies: dict[str, bytes] = {}
    etags: dict[str, list[str | None]] = {}
    for key, body, version in writes:
        known = etags.setdefault(key, [None, None])
        if known[version] == known[-1]:
            known.append(store.put(key, body, if_match=known[version]))
            bodies[key] = body
        else:
            with pytest.raises(Conflict):
                store.put(key, body, if_match=known[version])

    assert {info.key: info.etag for info in store.list("")} == {
        key: known[-1] for key, known in etags.items()
    }
    for key, body in bodies.items():
        stored = store.get(key)
        assert stored is not None
        assert stored.body == body
