"""The report in the lake: made when the games changed, kept when not, never half of one."""

import json
import subprocess
import sys
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chess_assets.domain.lake.computing import SourceMissing
from chess_assets.domain.lake.outcomes import Action, Done
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import CONTENT_VERSION, player_file
from chess_assets.domain.lake.paths import PLAYER_REPORT, report_path
from chess_assets.domain.lake.row_groups import RowGroupWriter
from chess_assets.domain.players import InvalidPlayerName
from chess_assets.domain.report import REPORT_VERSION
from chess_assets.domain.report.facts import facts_of
from chess_assets.domain.report.numbers.played import COLUMNS
from chess_assets.domain.report.stored_report import PICTURES, Reports
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import PLAYER_GAMES
from chess_assets.domain.store import FolderStore, Store
from chess_assets_tests.domain.player_lake import one_file, update
from chess_assets_tests.domain.raced_store import RacedStore
from chess_assets_tests.domain.report.made_player_games import history, table

USER = "somebody"
PATH = report_path(USER)
NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def lake(tmp_path: Path) -> FolderStore:
    """A lake with a player who has no games yet."""
    store = FolderStore(tmp_path)
    write_games(store, 0)
    return store


def write_games(store: Store, games: int) -> None:
    """Store a player's games, whose content version is their number."""
    file = player_file(store, PLAYER_GAMES, USER)
    writer = RowGroupWriter(PLAYER_GAMES)
    writer.add(table(history(games)))
    file.write(writer.finish({CONTENT_VERSION: str(games)}), replacing=file.state())


def update_report(store: Store, user: str, now: datetime, *, version: str = REPORT_VERSION) -> Done:
    """Bring the report up to date as a run of its own."""
    made = Reports(one_file(store, PLAYER_GAMES, user, COLUMNS), lambda: now)
    schema = TableSchema(PLAYER_REPORT)
    return update(made, store, schema, Partition.of_player(user), version)


def stored(store: Store) -> str:
    """Read the page back."""
    found = store.get(PATH)
    assert found is not None
    return found.body.decode()


def test_made_then_kept(lake: FolderStore) -> None:
    """A report is made once; a day later, from the same games, it is kept as it is."""
    made = update_report(lake, USER, NOW)
    page = stored(lake)
    kept = update_report(lake, USER, LATER)
    assert (made.action, kept.action) == (Action.COMPUTED, Action.KEPT)
    assert stored(lake) == page
    assert kept.state == made.state
    assert (Path(lake.uri) / "player_report/user=somebody/report.html").read_text() == page


def test_new_games(lake: FolderStore) -> None:
    """When the games change the report follows; kept then, it still has its pictures."""
    update_report(lake, USER, NOW)
    write_games(lake, 3)
    made = update_report(lake, USER, LATER)
    assert made.action is Action.COMPUTED
    assert "Games</span><b>3</b>" in stored(lake)
    kept = update_report(lake, USER, LATER)
    assert kept.state.facts == made.state.facts
    pictures = json.loads(kept.state.facts[PICTURES]).values()
    assert [b64decode(picture)[:4] for picture in pictures] == [b"\x89PNG"] * 3


def test_kept_is_cheap(lake: FolderStore) -> None:
    """Neither loading the definitions nor keeping a report imports matplotlib."""
    update_report(lake, USER, NOW)
    program = f"""
import sys
from pathlib import Path
import chess_assets.definitions
from chess_assets.domain.store import FolderStore
from chess_assets_tests.domain.report.test_stored_report import LATER, update_report
print(update_report(FolderStore(Path({lake.uri!r})), {USER!r}, LATER).action.value)
print("matplotlib" in sys.modules)
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert run.stdout.split() == ["kept", "False"]


def test_new_program(lake: FolderStore) -> None:
    """When the report's program changes, the page is made again."""
    update_report(lake, USER, NOW)
    assert update_report(lake, USER, LATER, version="next").action is Action.COMPUTED
    assert update_report(lake, USER, LATER, version="next").action is Action.KEPT


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b"\xff\xfe",
        b"\n<!-- facts {} -->\n",
        b"\n<!-- facts [1",
        b"\n<!-- facts null -->\n",
        b"\n<!-- facts " + b"[" * 100_000,
        *(
            b'\n<!-- facts {"content_version": "1", "numbers": {"games": %b}, "pictures": {}} -->\n'
            % games
            for games in (b'"many"', b"null", b"[]", b"NaN", b"1e999", b"0.5")
        ),
        b'\n<!-- facts {"content_version": [], "numbers": {}, "pictures": {}} -->\n',
    ],
)
def test_strange_page(lake: FolderStore, body: bytes) -> None:
    """What lies there and is no report of ours is replaced."""
    lake.put(PATH, body, if_match=None)
    assert update_report(lake, USER, NOW).action is Action.COMPUTED
    assert facts_of(stored(lake)) is not None


def test_another_writer_is_first(lake: FolderStore) -> None:
    """A writer who comes second sees the same report stored, and keeps it."""
    raced = RacedStore(lake, lambda: update_report(lake, USER, LATER))
    assert update_report(raced, USER, NOW).action is Action.KEPT
    assert "Made 21 Oct 2026" in stored(lake)


def test_no_games_stored(tmp_path: Path) -> None:
    """Without player_games the error says what to materialize."""
    with pytest.raises(SourceMissing, match="materialize player_games"):
        update_report(FolderStore(tmp_path), USER, NOW)


@pytest.mark.parametrize("name", ["../../etc", "", "a|b", "someone\n"])
def test_hostile_names(tmp_path: Path, name: str) -> None:
    """No path is made of what cannot be a player's name."""
    with pytest.raises(InvalidPlayerName):
        report_path(name)
    with pytest.raises(InvalidPlayerName):
        update_report(FolderStore(tmp_path), name, NOW)
    reports = Reports(one_file(FolderStore(tmp_path), PLAYER_GAMES, USER, COLUMNS), lambda: NOW)
    unchecked = Partition((("user", name),))
    with pytest.raises(InvalidPlayerName):
        update(reports, FolderStore(tmp_path), TableSchema(PLAYER_REPORT), unchecked, "1")
