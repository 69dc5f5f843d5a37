"""A player's file that follows another is made when it must be, and only then."""

from collections.abc import Callable

import pyarrow as pa
import pytest

from chess_assets.domain.lake.derived_file import update_from_file
from chess_assets.domain.lake.derived_table import Computation, NotComputed, SourceMissing
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.player_file import PlayerFile
from chess_assets.domain.lake.row_groups import RowGroupWriter
from chess_assets.domain.outcomes import Action, Done
from chess_assets.domain.schemas.columns import column
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets.domain.store import Conflict, Store
from chess_assets_tests.domain.raw_rows import raw_row, raw_table

USER = "hikaru"
LINKS = TableSchema("links", pa.schema([column("game_id", pa.string(), "The key.")]))
COLUMNS = ("game_id",)


def store_source(store: Store, *game_ids: str, version: str = "v1") -> None:
    """Store the file upstream as a run of its own."""
    writer = RowGroupWriter(RAW)
    writer.add(raw_table(*map(raw_row, game_ids)))
    source = PlayerFile(store, RAW, USER)
    source.write(writer.finish({"content_version": version}), replacing=source.state())


def same(rows: pa.Table) -> pa.Table:
    """Return the rows as they are."""
    return rows


def update(
    store: Store, compute: Callable[[pa.Table], pa.Table] = same, version: str = "1"
) -> Done:
    """Bring the file that follows up to date as a run of its own."""
    return update_from_file(
        PlayerFile(store, RAW, USER),
        PlayerFile(store, LINKS, USER),
        Computation(version, compute, COLUMNS),
    )


def linked(store: Store) -> list[str]:
    """Return the games in the file that follows, read anew."""
    stored = PlayerFile(store, LINKS, USER).read()
    assert stored is not None
    games: list[str] = stored[0]["game_id"].to_pylist()
    return games


def never(rows: pa.Table) -> pa.Table:
    """Stand for a computation that nobody may ask."""
    raise AssertionError(rows)


def test_first(store: Store) -> None:
    """What is not there is computed from the columns it needs, and says from what."""
    store_source(store, "a", "b")
    done = update(store)
    assert (done.action, done.state.rows, linked(store)) == (Action.COMPUTED, 2, ["a", "b"])
    facts = done.state.facts
    assert (facts["source_content_version"], facts["computation_version"]) == ("v1", "1")
    assert facts["source_uri"].endswith("raw_pgn_archives/user=hikaru/part-0.parquet")


def test_kept(store: Store) -> None:
    """What follows from the source as it is, is left alone."""
    store_source(store, "a")
    first = update(store)
    assert update(store, never) == Done(Action.KEPT, first.state)


def test_changed(store: Store) -> None:
    """Another content upstream, or another computation, makes it anew."""
    store_source(store, "a")
    update(store)
    store_source(store, "a", "b", version="v2")
    assert update(store).action is Action.COMPUTED
    assert linked(store) == ["a", "b"]
    assert update(store, version="2").action is Action.COMPUTED
    assert update(store, never, version="2").action is Action.KEPT


def test_source_missing(store: Store) -> None:
    """Without the file upstream the failure says what to materialize first."""
    with pytest.raises(SourceMissing, match="hikaru: raw_pgn_archives is not stored; materialize"):
        update(store)


def test_not_computed(store: Store) -> None:
    """A computation that stumbles leaves what is stored, and says whose file it was."""
    store_source(store, "a")
    update(store)
    store_source(store, version="v2")
    with pytest.raises(NotComputed, match=r"hikaru: links could not be computed \(Assertion"):
        update(store, never)
    assert linked(store) == ["a"]


def test_overtaken(store: Store) -> None:
    """A run that another one overtakes looks again, and keeps what the other stored."""
    store_source(store, "a")
    asked = []

    def overtaken(rows: pa.Table) -> pa.Table:
        asked.append(rows.num_rows)
        update(store)
        return rows

    assert update(store, overtaken).action is Action.KEPT
    assert asked == [1]


def test_overtaken_for_ever(store: Store) -> None:
    """A run that is overtaken by ever new content gives up in the end."""
    store_source(store, "a")
    versions = iter(range(100))

    def overtaken(rows: pa.Table) -> pa.Table:
        update(store, version=f"other {next(versions)}")
        return rows

    with pytest.raises(Conflict):
        update(store, overtaken)


def test_unreadable(store: Store) -> None:
    """Something else in the file's place is named, and stays as it is."""
    store_source(store, "a")
    key = "links/user=hikaru/part-0.parquet"
    store.put(key, b"my notes", if_match=None)
    with pytest.raises(UnreadableFile, match=r"links/user=hikaru/part-0\.parquet is not a "):
        update(store)
    stored = store.get(key)
    assert stored is not None
    assert stored.body == b"my notes"


def test_state(store: Store) -> None:
    """A file's state without its rows being read is the one it has when they are."""
    assert PlayerFile(store, RAW, USER).state() is None
    assert PlayerFile(store, RAW, USER).read() is None
    store_source(store, "a", "b", "c")
    read = PlayerFile(store, RAW, USER).read(COLUMNS)
    assert read is not None
    rows, state = read
    assert PlayerFile(store, RAW, USER).state() == state
    assert (rows.column_names, state.rows, state.content_version) == (["game_id"], 3, "v1")
