"""Months of `raw_pgn_archives`, fetched one after another while those before are stored.

While chess.com is waited for, the months before are merged, encoded and stored on a thread behind;
a few months are in flight at most, whatever the range. A month that fails doesn't stop the others.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from functools import partial
from itertools import groupby

from chess_assets.domain.chess_com import ChessComClient, ChessComError
from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.lake.lake_table import FAILS_ITS_PARTITION_ONLY, LakeTable
from chess_assets.domain.lake.outcomes import Failed, PartitionOutcome
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partitioned_table import PartitionedTable
from chess_assets.domain.months import Month
from chess_assets.domain.raw_archives.archive import Fetched, RawPgnArchives
from chess_assets.domain.registry import PlayerRegistry, UnreadableRegistry
from chess_assets.domain.store import Store, StoreError

_MONTHS_IN_FLIGHT = 3
_LOGGER = logging.getLogger("chess_assets.raw_archives")


class FetchedMonths(PartitionedTable):
    """Players' months as chess.com has them, fetched where the freshness rule says so.

    Args:
        client: Opens a client of the API on behalf of a lake, for as long as it takes.
        rule: When a stored month is fetched again.
        now: The clock.
        is_refresh: Whether sealed and fresh months are requested too.
    """

    def __init__(
        self,
        client: Callable[[Store], AbstractContextManager[ChessComClient]],
        rule: FreshnessRule,
        now: Callable[[], datetime],
        *,
        is_refresh: bool = False,
    ) -> None:
        self._client = client
        self._rule = rule
        self._now = now
        self._is_refresh = is_refresh

    def updates(
        self, target: LakeTable, partitions: Sequence[Partition], version: str
    ) -> Iterator[PartitionOutcome]:
        """Fetch what is due and merge it with what is stored; see `PartitionedTable`."""
        del version  # what is stored is what chess.com sent, whatever the program's version
        registry = PlayerRegistry(target.store)
        followed = registry.players()
        by_user = groupby(sorted(partitions), key=lambda partition: partition.user or "")
        with self._client(target.store) as client:
            for user, of_user in by_user:
                archives = RawPgnArchives(
                    target.months_of(user),
                    client,
                    self._rule,
                    self._now,
                    is_refresh=self._is_refresh,
                    followed=followed.get(user),
                )
                months = [each.month for each in of_user if each.month is not None]
                try:
                    yield from fetched_months(archives, months, target)
                finally:
                    _learn_uuid(registry, archives)
                    with suppress(StoreError):  # then it is tried again as the run ends
                        archives.table.save_index()


def fetched_months(
    archives: RawPgnArchives, months: Sequence[Month], target: LakeTable
) -> Iterator[PartitionOutcome]:
    """Bring a player's months up to date, yielding each outcome, in order, once it is stored.

    Args:
        archives: The player's months.
        months: Which of them, in the order they are fetched.
        target: The table that they are in.
    """
    in_flight: deque[Future[PartitionOutcome]] = deque()
    with suppress(StoreError):  # then every month says so for itself
        archives.expect(months)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-months") as behind:
        for month in months:
            fetched = _fetch(archives, month, target)
            in_flight.append(behind.submit(_store, archives, month, target, fetched))
            while in_flight and (len(in_flight) >= _MONTHS_IN_FLIGHT or in_flight[0].done()):
                yield in_flight.popleft().result()
        while in_flight:
            yield in_flight.popleft().result()


def _fetch(archives: RawPgnArchives, month: Month, target: LakeTable) -> Fetched | Failed:
    try:
        target.outage.check()
        return archives.fetch(month)
    except (*FAILS_ITS_PARTITION_ONLY, ChessComError) as error:
        return Failed(error)


def _store(
    archives: RawPgnArchives, month: Month, target: LakeTable, fetched: Fetched | Failed
) -> PartitionOutcome:
    partition = Partition.of_player(archives.table.user, month)
    if isinstance(fetched, Failed):
        return target.note(partition, fetched)
    try:
        return target.attempt(partition, partial(archives.store, month, fetched))
    except ChessComError as error:  # only what is stored shows that it is another account's answer
        return target.note(partition, Failed(error))


def _learn_uuid(registry: PlayerRegistry, archives: RawPgnArchives) -> None:
    """Keep the account's uuid for the next run, which else finds it in the stored games."""
    followed, uuid = archives.account.followed, archives.account.uuid
    if followed is None or uuid is None or uuid == followed.uuid:
        return
    try:
        registry.learn_uuid(followed.name, followed.player_id, uuid)
    except (StoreError, UnreadableRegistry) as error:
        _LOGGER.warning("The next run has to find the player's uuid again: %s", error)
