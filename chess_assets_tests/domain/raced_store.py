"""A store in which somebody else is first: a real one that lets things happen before a write."""

from collections import deque
from collections.abc import Callable

from chess_assets.domain.store import Store
from chess_assets_tests.domain.wrapped_store import WrappedStore


class RacedStore(WrappedStore):
    """The store given, with something done before each of the next writes.

    Args:
        store: A real store, which does everything.
        before_puts: What happens just before the next writes, one each, in this order.
    """

    def __init__(self, store: Store, *before_puts: Callable[[], object]) -> None:
        super().__init__(store)
        self._before_puts = deque(before_puts)

    def put(self, key: str, body: bytes, *, if_match: str | None) -> str:
        """Let happen what is to happen first, then write."""
        if self._before_puts:
            self._before_puts.popleft()()
        return super().put(key, body, if_match=if_match)
