"""The index is a cache: useful when it is there, harmless when it is not."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chess_assets.domain.lake.partition_index import IndexEntry, merge_into_index, read_index
from chess_assets.domain.lake.paths import index_path
from chess_assets.domain.months import Month
from chess_assets.domain.store import Conflict, FolderStore, Store
from chess_assets_tests.domain.raced_store import RacedStore

TABLE, USER = "raw_pgn_archives", "hikaru"
PATH = index_path(TABLE, USER)
JANUARY, FEBRUARY, MARCH = Month(2024, 1), Month(2024, 2), Month(2024, 3)

ENTRIES = st.builds(
    IndexEntry,
    st.text(),
    st.integers(0, 10**6),
    st.dictionaries(st.text(), st.text(), max_size=3),
)
MONTHS = st.builds(Month, st.integers(2008, 2030), st.integers(1, 12))


def entry(etag: str, **facts: str) -> IndexEntry:
    """Return what is known of an object of seven rows."""
    return IndexEntry(etag, 7, facts)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(MONTHS, ENTRIES, max_size=4), st.dictionaries(MONTHS, ENTRIES, max_size=4))
def test_round_trip(
    folder: FolderStore, before: dict[Month, IndexEntry], after: dict[Month, IndexEntry]
) -> None:
    """What was saved is read back; of what was saved twice, the later."""
    known = read_index(folder, TABLE, USER)

    merge_into_index(folder, TABLE, USER, before)
    merge_into_index(folder, TABLE, USER, after)

    assert read_index(folder, TABLE, USER) == {**known, **before, **after}


def test_none(store: Store) -> None:
    """Where no index is, nothing is known."""
    assert read_index(store, TABLE, USER) == {}


def test_nothing_new(store: Store) -> None:
    """What is known already is not written again."""
    merge_into_index(store, TABLE, USER, {JANUARY: entry("a")})
    before = store.head(PATH)

    merge_into_index(store, TABLE, USER, {JANUARY: entry("a")})

    assert store.head(PATH) == before


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff\xfe", bytes(100), b"PAR1"),
        b"[" * 100_000,
        b'{"2024-13": {"etag": "a", "rows": 1, "facts": {}}}',
        b'{"2024-01": null}',
        b'{"2024-01": []}',
        b'{"2024-01": {"etag": "a", "rows": 1}}',
        b'{"2024-01": {"etag": "a", "facts": {}}}',
        b'{"2024-01": {"etag": "a", "rows": "many", "facts": {}}}',
        b'{"2024-01": {"etag": "a", "rows": Infinity, "facts": {}}}',
        b'{"2024-01": {"etag": "a", "rows": NaN, "facts": {}}}',
        b'{"2024-01": {"etag": "a", "rows": 1, "facts": []}}',
        b'{"2024-01": {"etag": "a", "rows": 1, "facts": "text"}}',
    ],
    ids=lambda body: repr(body)[:50],
)
def test_corrupt(folder: FolderStore, body: bytes) -> None:
    """An index of any other form counts as none, and the next save mends it."""
    folder.put(PATH, body, if_match=None)

    assert read_index(folder, TABLE, USER) == {}

    merge_into_index(folder, TABLE, USER, {JANUARY: entry("a")})
    assert read_index(folder, TABLE, USER) == {JANUARY: entry("a")}


def test_readable(folder: FolderStore) -> None:
    """The index is JSON that a person can read."""
    merge_into_index(folder, TABLE, USER, {JANUARY: entry("a", fetched_at="now")})

    stored = folder.get(PATH)
    assert stored is not None
    document = json.loads(stored.body)
    checksum = document["2024-01"].pop("crc32")
    assert document == {"2024-01": {"etag": "a", "rows": 7, "facts": {"fetched_at": "now"}}}
    assert isinstance(checksum, int)


def test_flipped_bits(folder: FolderStore) -> None:
    """One flipped bit anywhere: an entry is as it was written, or is not known any more."""
    entries = {JANUARY: entry("a", fetched_at="now"), MARCH: entry("b", games_listed="12")}
    merge_into_index(folder, TABLE, USER, entries)
    stored = folder.get(PATH)
    assert stored is not None
    etag = stored.etag
    for place in range(8 * len(stored.body)):
        damaged = bytearray(stored.body)
        damaged[place // 8] ^= 1 << place % 8
        etag = folder.put(PATH, bytes(damaged), if_match=etag)
        assert read_index(folder, TABLE, USER).items() <= entries.items()


def test_older_version(folder: FolderStore) -> None:
    """An index that was written before entries had checksums is read as ever."""
    body = b'{"2024-01": {"etag": "a", "rows": 7, "facts": {}}}'
    folder.put(PATH, body, if_match=None)
    assert read_index(folder, TABLE, USER) == {JANUARY: entry("a")}


def test_another_was_first(store: Store) -> None:
    """What another run saves between our reading and our writing is kept."""

    def another() -> None:
        merge_into_index(store, TABLE, USER, {FEBRUARY: entry("b")})

    merge_into_index(store, TABLE, USER, {JANUARY: entry("a")})
    merge_into_index(RacedStore(store, another), TABLE, USER, {MARCH: entry("c")})

    known = read_index(store, TABLE, USER)
    assert known == {JANUARY: entry("a"), FEBRUARY: entry("b"), MARCH: entry("c")}


def test_another_made_it(store: Store) -> None:
    """Two runs that make the index at once both end up in it."""

    def another() -> None:
        merge_into_index(store, TABLE, USER, {FEBRUARY: entry("b")})

    merge_into_index(RacedStore(store, another), TABLE, USER, {JANUARY: entry("a")})

    assert read_index(store, TABLE, USER) == {JANUARY: entry("a"), FEBRUARY: entry("b")}


def test_others_always_first(folder: FolderStore) -> None:
    """Who is never first gives up with a Conflict, instead of trying for ever."""
    months = iter(range(1000))

    def another() -> None:
        merge_into_index(folder, TABLE, USER, {FEBRUARY: entry(f"b{next(months)}")})

    raced = RacedStore(folder, *[another] * 1000)
    with pytest.raises(Conflict):
        merge_into_index(raced, TABLE, USER, {JANUARY: entry("a")})
    assert next(months) < 100


def test_at_once(store: Store) -> None:
    """Six runs that save at once lose nothing of each other's."""
    barrier = Barrier(6)

    def save(number: int) -> None:
        barrier.wait()
        merge_into_index(store, TABLE, USER, {Month(2024, number): entry(str(number))})

    with ThreadPoolExecutor(6) as runs:
        list(runs.map(save, range(1, 7)))

    assert read_index(store, TABLE, USER) == {Month(2024, n): entry(str(n)) for n in range(1, 7)}
