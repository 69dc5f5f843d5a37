"""All months of a player's games as one file: when it is made, from what, and who is in it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from chess_assets.domain.checks.summary_counts import UNMATCHED_GAMES
from chess_assets.domain.lake.computing import SourceMissing
from chess_assets.domain.lake.outcomes import Action, Done
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.partition_file import player_file
from chess_assets.domain.lake.paths import index_path, partition_path
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.schemas.tables import GAMES, PLAYER_GAMES
from chess_assets.domain.store import FolderStore, Store, StoredObject
from chess_assets_tests.domain.player_lake import update_player_games
from chess_assets_tests.domain.player_tables.game_rows import USER, store_games

MAY, JUNE = Month(2022, 5), Month(2022, 6)
OLD_NAME = {"white": "LongAgo"}
STRANGERS = {"white": "A", "black": "B", "white_uuid": "a", "black_uuid": "b"}


def update(store: Store) -> Done:
    """Bring the file up to date as a run of its own."""
    return update_player_games(store, USER)


def column(store: Store, name: str) -> list[Any]:
    """Return a column of the file, read anew."""
    stored = player_file(store, PLAYER_GAMES, USER).read([name])
    assert stored is not None
    values: list[Any] = stored[0][name].to_pylist()
    return values


def day(number: int, month: Month = MAY) -> datetime:
    """Return noon of a day in a month."""
    return datetime(month.year, month.month, number, 12, tzinfo=UTC)


def test_one_file(store: Store) -> None:
    """All months land in one file, ascending by time."""
    store_games(store, JUNE, {"game_id": "c", "end_time": day(1, JUNE)})
    store_games(store, MAY, *({"game_id": g, "end_time": day(n)} for g, n in (("a", 1), ("b", 2))))
    done = update(store)
    assert (done.action, done.state.rows) == (Action.COMPUTED, 3)
    assert column(store, "game_id") == ["a", "b", "c"]
    assert done.state.uri == store.uri_of("player_games/user=hikaru/part-0.parquet")


class ReadingStore(FolderStore):
    """A folder that remembers which objects were read whole."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.read: list[str] = []

    def get(self, key: str) -> StoredObject | None:
        """Read an object."""
        self.read.append(key)
        return super().get(key)


def test_kept(tmp_path: Path) -> None:
    """A file that is current is left alone: all that is read is the index of the months."""
    store = ReadingStore(tmp_path)
    store_games(store, MAY, {})
    first = update(store)
    store.read.clear()
    assert update(store) == Done(Action.KEPT, first.state)
    assert store.read == [index_path(GAMES.name, USER)]


@pytest.mark.parametrize(
    ("month", "games", "version"),
    [(JUNE, [{}], "v1"), (MAY, [{}, {}], "v2"), (MAY, [{}], "v2")],
)
def test_changed(store: Store, month: Month, games: list[Mapping[str, Any]], version: str) -> None:
    """A new month, or new content of an old one, makes the file anew."""
    store_games(store, MAY, {})
    before = update(store).state.content_version
    store_games(store, month, *games, version=version)
    done = update(store)
    assert done.action is Action.COMPUTED
    assert done.state.content_version != before
    assert update(store).action is Action.KEPT


def test_deleted(folder: FolderStore) -> None:
    """A file that was deleted is made again, the same."""
    store_games(folder, MAY, {})
    first = update(folder).state
    Path(first.uri).unlink()
    again = update(folder)
    assert again.action is Action.COMPUTED
    assert (again.state.facts, again.state.rows) == (first.facts, first.rows)


def test_rename(store: Store) -> None:
    """Months of before a rename, under the old name, are the player's by their account."""
    store_games(store, MAY, {**OLD_NAME, "end_time": day(1)})
    store_games(store, JUNE, {"end_time": day(1, JUNE), "game_id": "new"})
    done = update(store)
    assert column(store, "is_white") == [True, True]
    assert done.state.facts[UNMATCHED_GAMES] == "0"


def test_unmatched(store: Store) -> None:
    """Games of nobody we know are kept, counted in the footer, and count on when nothing is due."""
    store_games(store, MAY, {}, STRANGERS)
    for _ in range(2):
        done = update(store)
        assert (done.state.rows, done.state.facts[UNMATCHED_GAMES]) == (2, "1")
    assert column(store, "is_white") == [True, None]


def test_months_without_games(store: Store) -> None:
    """A player whose months are all empty has an empty, typed file."""
    store_games(store, MAY)
    done = update(store)
    assert (done.action, done.state.rows) == (Action.COMPUTED, 0)
    assert column(store, "moves_uci") == []
    assert update(store).action is Action.KEPT


def test_nothing_stored(store: Store) -> None:
    """Without any month of games the failure says what to materialize first."""
    with pytest.raises(SourceMissing, match="hikaru: games is not stored; materialize games"):
        update(store)


def test_unreadable_month(store: Store) -> None:
    """A month that cannot be read fails the file: without it, it would pass for the whole."""
    store_games(store, MAY, {})
    update(store)
    store.put(partition_path(GAMES.name, USER, JUNE), b"no parquet", if_match=None)
    with pytest.raises(UnreadableFile, match="month=2022-06"):
        update(store)


def test_unreadable_registry(store: Store) -> None:
    """A registry that cannot be read fails the player by saying so, and is no program's fault."""
    store_games(store, MAY, {})
    store.put("_players/players.json", b"[1]", if_match=None)
    with pytest.raises(UnreadableFile, match=r"players\.json is not a registry of players"):
        update(store)


def test_row_groups(folder: FolderStore) -> None:
    """Row groups hold consecutive stretches of time, so that readers can skip them."""
    for month in months_between(Month(2022, 1), Month(2022, 4)):
        ends = ({"end_time": day(1, month) + timedelta(minutes=n)} for n in range(3_000))
        store_games(folder, month, *ends)
    file = pq.ParquetFile(update(folder).state.uri)
    at = file.schema_arrow.get_field_index("end_time")
    groups = [file.metadata.row_group(n) for n in range(file.metadata.num_row_groups)]
    spans = [group.column(at).statistics for group in groups]
    assert [group.num_rows for group in groups] == [6_000, 6_000]
    assert spans[0].max < spans[1].min
