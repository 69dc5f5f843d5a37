"""A player's games as PGN, read back by python-chess."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import chess.pgn
import pytest

from chess_assets.domain.games import games_from_raw
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.lake.partition_file import player_file
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.raw_archives.merge import merge_answer
from chess_assets.domain.raw_archives.rows import raw_games
from chess_assets.domain.reading.errors import NoGames
from chess_assets.domain.reading.pgn_export import PgnExport, Wanted
from chess_assets.domain.schemas.tables import GAMES, PLAYER_GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore, S3Store, S3Uri, Store
from chess_assets_tests.domain.player_lake import update_player_games
from chess_assets_tests.made_games import USER
from chess_assets_tests.s3_server import S3Server
from chess_assets_tests.small_lake import (
    FEBRUARY,
    JANUARY,
    MARCH,
    OTHER,
    at,
    fill,
    game,
    small_lake,
)

ALL = Wanted()


def exported(store: Store, wanted: Wanted = ALL, user: str = USER) -> list[int]:
    """Return the numbers of the games that python-chess reads from an export."""
    file = io.StringIO("\n".join(PgnExport(store, user, wanted).games()))
    games = list(iter(lambda: chess.pgn.read_game(file), None))
    assert not any(game.errors for game in games)
    return [int(game.headers["Link"].rpartition("/")[2]) for game in games]


def test_all(lake: Store) -> None:
    """Every game with moves is there, newest first; the others are counted."""
    export = PgnExport(lake, USER, ALL)
    assert len(list(export.games())) == 4
    assert (export.written, export.as_sent, export.untyped) == (4, 0, [])
    link = "https://www.chess.com/game/live/4"
    assert export.left_out == {"chess.com sends no PGN of bughouse": [link]}
    assert exported(lake) == [5, 3, 2, 1]
    assert exported(lake, user=OTHER) == [6]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(first=FEBRUARY), [5, 3]),
        (Wanted(last=JANUARY), [2, 1]),
        (Wanted(first=FEBRUARY, last=MARCH), [5, 3]),
        (Wanted(first=MARCH), []),
        (Wanted(rules=("chess",)), [3, 2, 1]),
        (Wanted(rules=("kingofthehill", "bughouse")), [5]),
        (Wanted(time_classes=("rapid",)), [3]),
        (Wanted(time_classes=("rapid", "blitz")), [5, 3, 2, 1]),
        (Wanted(color="white"), [5, 3, 1]),
        (Wanted(color="black"), [2]),
        (Wanted(limit=2), [5, 3]),
        (Wanted(color="white", rules=("chess",), limit=1), [3]),
    ],
)
def test_wanted(folder_lake: FolderStore, wanted: Wanted, numbers: list[int]) -> None:
    """What is wanted is what fits everything that was said."""
    assert exported(folder_lake, wanted) == numbers


def test_renamed(folder: FolderStore) -> None:
    """A player's side is known by the account, also in games under an earlier name."""
    uuids: Mapping[str, str] = {"white": "u-1", "black": "u-2"}

    def under(name: str, number: int, month: Month) -> dict[str, object]:
        made = game(number, at(month, 5), white=name, black="rival")
        return {**made, **{side: {**made[side], "uuid": uuid} for side, uuid in uuids.items()}}

    fill(folder, {JANUARY: [under("old-name", 1, JANUARY)], FEBRUARY: [under(USER, 2, FEBRUARY)]})
    assert exported(folder, Wanted(color="white")) == [2, 1]
    assert exported(folder, Wanted(color="black")) == []


OLDER, NEWER = datetime(2023, 4, 1, tzinfo=UTC), datetime(2023, 5, 1, tzinfo=UTC)


def fill_moved(store: Store, months: Mapping[Month, tuple[bool, datetime]]) -> None:
    """Store months that all have game 7: whether it is listed there, and when it was last seen.

    Each has a listed game of its own too, 10 and up. The copies are told apart by their White.
    """
    for number, (month, (is_listed, seen_at)) in enumerate(months.items(), start=10):
        moved = raw_games([game(7, at(month, 9), white=f"{USER}-{month}")])
        kept = raw_games([game(number, at(month, 5))])
        before = merge_answer(None, moved, fetched_at=seen_at, last_fetched_at=None)
        fetched_at = seen_at if is_listed else NEWER
        answer = [*kept, *moved] if is_listed else kept
        rows = merge_answer(before.table, answer, fetched_at=fetched_at, last_fetched_at=seen_at)
        raw, typed = (PlayerTable(store, schema, USER) for schema in (RAW_PGN_ARCHIVES, GAMES))
        raw.write(month, rows.table, {"fetched_at": fetched_at.isoformat()}, replacing=None)
        typed.write(month, games_from_raw(rows.table), {}, replacing=None)
        raw.save_index()


@pytest.mark.parametrize(
    ("months", "counts"),
    [
        ({JANUARY: (False, OLDER), FEBRUARY: (True, OLDER)}, FEBRUARY),
        ({JANUARY: (True, OLDER), FEBRUARY: (False, NEWER)}, JANUARY),
        ({JANUARY: (True, NEWER), FEBRUARY: (True, OLDER)}, JANUARY),
        ({JANUARY: (True, OLDER), FEBRUARY: (True, NEWER)}, FEBRUARY),
        ({JANUARY: (True, OLDER), FEBRUARY: (True, OLDER)}, FEBRUARY),
        ({JANUARY: (False, NEWER), FEBRUARY: (False, OLDER)}, JANUARY),
        ({JANUARY: (True, OLDER), FEBRUARY: (False, OLDER), MARCH: (False, OLDER)}, JANUARY),
        ({JANUARY: (True, OLDER), FEBRUARY: (True, NEWER), MARCH: (False, NEWER)}, FEBRUARY),
    ],
)
def test_moved(
    folder: FolderStore, months: Mapping[Month, tuple[bool, datetime]], counts: Month
) -> None:
    """A game that several months list is written once: the copy that `player_games` has."""
    fill_moved(folder, months)
    games = list(PgnExport(folder, USER, ALL).games())
    copies = [pgn for pgn in games if "live/7" in pgn]
    assert len(games) == len(months) + 1
    assert len(copies) == 1
    assert f'[White "{USER}-{counts}"]' in copies[0]
    update_player_games(folder, USER)
    stored = player_file(folder, PLAYER_GAMES, USER).read(["game_id", "end_time"])
    assert stored is not None
    (end,) = (row["end_time"] for row in stored[0].to_pylist() if row["game_id"].endswith("007"))
    assert end == at(counts, 9)


def test_moved_out_of_range(folder: FolderStore) -> None:
    """An export of one month has all that the month has."""
    fill_moved(folder, {JANUARY: (False, OLDER), FEBRUARY: (True, OLDER)})
    assert exported(folder, Wanted(last=JANUARY)) == [7, 10]
    assert exported(folder, Wanted(first=FEBRUARY)) == [7, 11]
    assert exported(folder, Wanted(limit=2)) == [7, 11]


def test_without_raw(folder: FolderStore) -> None:
    """Without the raw table, the same games are written from the typed one."""
    small_lake(folder)
    before = exported(folder)
    for month in (JANUARY, FEBRUARY):
        (folder.filesystem()[0]).delete_file(
            folder.uri_of(partition_path("raw_pgn_archives", USER, month))
        )
    assert exported(folder) == before


def test_untyped(folder: FolderStore) -> None:
    """A month that is fetched and not typed yet is named, if it was wanted."""
    small_lake(folder)
    folder.filesystem()[0].delete_file(folder.uri_of(partition_path("games", USER, JANUARY)))
    export = PgnExport(folder, USER, ALL)
    assert len(list(export.games())) == 2
    assert export.untyped == [JANUARY]
    later = replace(export, wanted=Wanted(first=FEBRUARY), untyped=[])
    assert len(list(later.games())) == 2
    assert later.untyped == []


def test_nothing_stored(lake: Store) -> None:
    """A player without games in the lake is named, with the way to get them."""
    with pytest.raises(NoGames, match=r"holds no games of nobody: .*chess-assets sync nobody"):
        exported(lake, user="nobody")


def test_unreadable_month(folder: FolderStore) -> None:
    """A month that is no Parquet file stops the export instead of going missing from it."""
    small_lake(folder)
    key = partition_path("games", USER, JANUARY)
    stored = folder.get(key)
    assert stored is not None
    folder.put(key, b"junk", if_match=stored.etag)
    with pytest.raises(UnreadableFile, match="month=2023-01"):
        exported(folder)


def test_month_by_month(s3_server: S3Server, s3_bucket: str) -> None:
    """Months are read as they are reached: for the newest game, only the newest with games."""
    place = S3Uri(s3_bucket, "lake")
    lake = small_lake(S3Store(s3_server.client(), place, s3_server.credentials))
    s3_server.forget()
    assert exported(lake, Wanted(limit=1)) == [5]
    assert s3_server.count("GET", within=f"/{s3_bucket}/lake/games/user={USER}/month=2023-02") == 1
    assert s3_server.count("GET", within=f"/{s3_bucket}/lake/games/user={USER}/month=2023-01") == 0
