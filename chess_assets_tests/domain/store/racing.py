"""Writers at one object, as many as one likes, each counting it up by reading and writing it."""

from concurrent.futures import ThreadPoolExecutor

from chess_assets.domain.store import Conflict, Store


def count_up_together(store: Store, key: str, *, writers: int, rounds: int) -> int:
    """Let so many threads count an object up so many times each; return what it says then."""
    with ThreadPoolExecutor(writers) as pool:
        for counting in [pool.submit(_count_up, store, key, rounds) for _ in range(writers)]:
            counting.result()
    stored = store.get(key)
    return 0 if stored is None else int(stored.body)


def _count_up(store: Store, key: str, rounds: int) -> None:
    for _ in range(rounds):
        while not _try_to_count(store, key):
            pass


def _try_to_count(store: Store, key: str) -> bool:
    stored = store.get(key)
    count, etag = (0, None) if stored is None else (int(stored.body), stored.etag)
    try:
        store.put(key, b"%d" % (count + 1), if_match=etag)
    except Conflict:
        return False
    return True
