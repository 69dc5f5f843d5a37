"""A table that follows another is computed when it must be, and only then."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from chess_assets.domain.lake.derived_table import (
    Computation,
    DerivedTable,
    NotComputed,
    SourceMissing,
)
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import Action
from chess_assets.domain.schemas.columns import column
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets.domain.store import Conflict, FolderStore, Store
from chess_assets_tests.domain.raw_rows import raw_row, raw_table

USER = "hikaru"
MAY, JUNE = Month(2022, 5), Month(2022, 6)
LINKS = TableSchema("links", pa.schema([column("game_id", pa.string(), "The key.")]))

Compute = Callable[[pa.Table], pa.Table]


class Follower:
    """A computation that counts how often it is asked, over a real store."""

    def __init__(self, store: Store, version: str = "1") -> None:
        self.computed: list[list[str]] = []
        self.meanwhile: list[Callable[[], object]] = []
        self.source = PlayerTable(store, RAW, USER)
        self.table = DerivedTable(
            self.source, PlayerTable(store, LINKS, USER), Computation(version, self._compute)
        )

    def _compute(self, raw: pa.Table) -> pa.Table:
        self.computed.append(raw["game_id"].to_pylist())
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return raw.select(["game_id"])


def store_raw(store: Store, month: Month, *game_ids: str, version: str) -> None:
    """Store a raw month as a run of its own."""
    table = PlayerTable(store, RAW, USER)
    rows = raw_table(*map(raw_row, game_ids))
    table.write(month, rows, {"content_version": version}, replacing=table.state(month))
    table.save_index()


def linked(store: Store, month: Month) -> list[str]:
    """Return the games in the table that follows, read anew."""
    stored = PlayerTable(store, LINKS, USER).read(month)
    assert stored is not None
    games: list[str] = stored[0]["game_id"].to_pylist()
    return games


def test_first(store: Store) -> None:
    """What is not there is computed from the source, and says from what."""
    store_raw(store, MAY, "a", "b", version="v1")

    done = Follower(store).table.update(MAY)

    assert done.action is Action.COMPUTED
    assert (done.freshness, done.state.rows) == (None, 2)
    assert linked(store, MAY) == ["a", "b"]
    facts = done.state.facts
    assert facts["source_uri"] == store.uri_of(partition_path(RAW.name, USER, MAY))
    assert (facts["source_content_version"], facts["computation_version"]) == ("v1", "1")


def test_nothing_changed(store: Store) -> None:
    """Neither this run nor the next one computes or writes what is as it would be."""
    store_raw(store, MAY, "a", version="v1")
    first = Follower(store)
    first.table.update(MAY)
    before = store.head(partition_path(LINKS.name, USER, MAY))

    for follower in (first, Follower(store)):
        follower.computed.clear()
        assert follower.table.is_current(MAY)
        assert follower.table.update(MAY).action is Action.KEPT
        assert follower.computed == []
    assert store.head(partition_path(LINKS.name, USER, MAY)) == before


def test_content_changed(store: Store) -> None:
    """A source with other content is computed anew, and only the month that changed."""
    for month in (MAY, JUNE):
        store_raw(store, month, "a", version="v1")
        Follower(store).table.update(month)
    store_raw(store, MAY, "a", "b", version="v2")
    follower = Follower(store)

    actions = [follower.table.update(month).action for month in (MAY, JUNE)]

    assert actions == [Action.COMPUTED, Action.KEPT]
    assert linked(store, MAY) == ["a", "b"]


def test_facts_renewed(store: Store) -> None:
    """A source that was only looked at again computes nothing."""
    store_raw(store, MAY, "a", version="v1")
    Follower(store).table.update(MAY)
    source = PlayerTable(store, RAW, USER)
    state = source.state(MAY)
    assert state is not None
    source.renew(MAY, state, {**state.facts, "fetched_at": "later"})
    source.save_index()

    assert Follower(store).table.update(MAY).action is Action.KEPT


def test_rewritten_alike(store: Store) -> None:
    """A source rewritten with the same content computes nothing either."""
    store_raw(store, MAY, "a", version="v1")
    Follower(store).table.update(MAY)
    store_raw(store, MAY, "a", version="v1")

    assert Follower(store).table.update(MAY).action is Action.KEPT


def test_computation_changed(store: Store) -> None:
    """Another version of the computation computes everything once."""
    store_raw(store, MAY, "a", version="v1")
    Follower(store).table.update(MAY)

    assert Follower(store, "2").table.update(MAY).action is Action.COMPUTED
    assert Follower(store, "2").table.update(MAY).action is Action.KEPT


def test_source_missing(folder: FolderStore) -> None:
    """A source that is not stored is named, with player and month and what to do."""
    with pytest.raises(SourceMissing, match="hikaru 2022-05: raw_pgn_archives is not stored; mat"):
        Follower(folder).table.update(MAY)


def test_source_deleted(folder: FolderStore) -> None:
    """What follows a source that was deleted is not called current, and stays."""
    store_raw(folder, MAY, "a", version="v1")
    Follower(folder).table.update(MAY)
    Path(folder.uri_of(partition_path(RAW.name, USER, MAY))).unlink()
    follower = Follower(folder)

    assert not follower.table.is_current(MAY)
    with pytest.raises(SourceMissing):
        follower.table.update(MAY)
    assert linked(folder, MAY) == ["a"]


def test_unreadable(folder: FolderStore) -> None:
    """A source and a target that cannot be read are named, and not replaced."""
    store_raw(folder, MAY, "a", version="v1")
    target = partition_path(LINKS.name, USER, MAY)
    folder.put(target, b"nonsense", if_match=None)
    folder.put(partition_path(RAW.name, USER, JUNE), b"nonsense", if_match=None)
    follower = Follower(folder)

    with pytest.raises(UnreadableFile, match="links/user=hikaru/month=2022-05"):
        follower.table.update(MAY)
    with pytest.raises(UnreadableFile, match="raw_pgn_archives/user=hikaru/month=2022-06"):
        follower.table.update(JUNE)
    stored = folder.get(target)
    assert stored is not None
    assert stored.body == b"nonsense"


def test_computation_stumbles(folder: FolderStore) -> None:
    """Whatever a computation stumbles over becomes one month's named failure; old rows stay."""
    store_raw(folder, MAY, "a", version="v1")
    Follower(folder).table.update(MAY)
    store_raw(folder, MAY, "b", version="v2")
    follower = Follower(folder)
    follower.meanwhile.append(lambda: raw_table().column("clock"))

    with pytest.raises(NotComputed, match=r"hikaru 2022-05: links could not be computed \(KeyErr"):
        follower.table.update(MAY)
    assert linked(folder, MAY) == ["a"]


def test_another_computed_it(store: Store) -> None:
    """When another run stored the same meanwhile, its result is kept and nothing is redone."""
    store_raw(store, MAY, "a", version="v1")
    other, ours = Follower(store), Follower(store)
    ours.meanwhile.append(lambda: other.table.update(MAY))

    done = ours.table.update(MAY)

    assert done.action is Action.KEPT
    assert ours.computed == [["a"]]
    assert done.state == other.table.target.state(MAY)


def test_another_changed_both(store: Store) -> None:
    """When another run stored a newer source and what follows, ours never goes back behind it."""
    store_raw(store, MAY, "a", version="v1")
    ours = Follower(store)

    def another() -> None:
        store_raw(store, MAY, "a", "b", version="v2")
        Follower(store).table.update(MAY)

    ours.meanwhile.append(another)
    ours.table.update(MAY)

    assert linked(store, MAY) == ["a", "b"]
    assert Follower(store).table.is_current(MAY)


def test_target_deleted_meanwhile(folder: FolderStore) -> None:
    """A target that vanished while it was being replaced is simply written."""
    store_raw(folder, MAY, "a", version="v1")
    Follower(folder).table.update(MAY)
    store_raw(folder, MAY, "b", version="v2")
    ours = Follower(folder)
    ours.meanwhile.append(Path(folder.uri_of(partition_path(LINKS.name, USER, MAY))).unlink)

    assert ours.table.update(MAY).action is Action.COMPUTED
    assert linked(folder, MAY) == ["b"]


def test_others_always_first(folder: FolderStore) -> None:
    """Who is never first gives up with a Conflict, instead of computing for ever."""
    store_raw(folder, MAY, "a", version="v1")
    ours = Follower(folder)
    versions = [Follower(folder, f"other{n}") for n in range(50)]
    ours.meanwhile.extend(lambda f=f: f.table.update(MAY) for f in versions)  # type: ignore[misc]

    with pytest.raises(Conflict):
        ours.table.update(MAY)
    assert len(ours.computed) < 20
