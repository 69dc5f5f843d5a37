"""Tables are not made anew from less than they hold: what is missing upstream is named."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.games import PARSER_VERSION, games_from_raw
from chess_assets.domain.lake.lost_games import GamesMissing, missing_games
from chess_assets.domain.lake.outcomes import Action, Done
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore
from chess_assets_tests.domain.player_lake import all_months, update, update_player_games
from chess_assets_tests.domain.raw_rows import raw_row, raw_table
from chess_assets_tests.made_games import USER
from chess_assets_tests.small_lake import FEBRUARY, JANUARY, small_lake


@pytest.fixture
def lake(folder: FolderStore) -> FolderStore:
    """A lake with five games of a player in two months."""
    small_lake(folder)
    return folder


def update_games(lake: FolderStore, month: Month = JANUARY) -> Done:
    """Bring a month of `games` up to date with raw."""
    made = all_months(lake, RAW_PGN_ARCHIVES, USER).map(games_from_raw)
    return update(made, lake, GAMES, Partition.of_player(USER, month), PARSER_VERSION)


def replace_raw(lake: FolderStore, rows: pa.Table) -> None:
    """Put other rows in the place of January's raw ones, as after a fetch without the old file."""
    table = PlayerTable(lake, RAW_PGN_ARCHIVES, USER)
    table.write(JANUARY, rows, {"content_version": "new"}, replacing=table.state(JANUARY))


def raw_of(lake: FolderStore) -> pa.Table:
    """Return January's raw rows."""
    stored = PlayerTable(lake, RAW_PGN_ARCHIVES, USER).read(JANUARY)
    assert stored is not None
    return stored[0]


@pytest.mark.parametrize("gained", [0, 1, 3])
def test_raw_with_fewer_games(lake: FolderStore, gained: int) -> None:
    """Games that raw has no more are not dropped, even where it has as many others."""
    before = lake.get(partition_path(GAMES.name, USER, JANUARY))
    raw = raw_of(lake)
    lost = raw["game_id"][1].as_py()
    others = raw_table(*(raw_row(f"new-{number}") for number in range(gained)))
    replace_raw(lake, pa.concat_tables([raw.slice(0, 1), others]))

    with pytest.raises(GamesMissing, match=f"has 1 game that raw_pgn_archives .*{lost}") as refused:
        update_games(lake)

    said = str(refused.value)
    assert said.startswith(f"{USER} 2023-01: ")
    assert said.index("versioning") < said.index("backup") < said.index("lost for good")
    assert lake.get(partition_path(GAMES.name, USER, JANUARY)) == before


def test_what_it_says_helps(lake: FolderStore) -> None:
    """With the raw file back, or the games file moved away as it says, the next run goes on."""
    raw = raw_of(lake)
    replace_raw(lake, raw.slice(0, 1))
    with pytest.raises(GamesMissing):
        update_games(lake)

    replace_raw(lake, raw)
    assert update_games(lake).state.rows == 2
    replace_raw(lake, raw.slice(0, 1))
    PlayerTable(lake, RAW_PGN_ARCHIVES, USER).states()
    Path(lake.uri_of(partition_path(GAMES.name, USER, JANUARY))).unlink()
    assert update_games(lake).state.rows == 1


def test_month_of_games_is_gone(lake: FolderStore) -> None:
    """`player_games` is not made anew without a month that it has."""
    assert update_player_games(lake, USER).state.rows == 5
    Path(lake.uri_of(partition_path(GAMES.name, USER, FEBRUARY))).unlink()

    with pytest.raises(GamesMissing, match=r"player_games was not made anew.*3 games that games"):
        update_player_games(lake, USER)

    update_games(lake, FEBRUARY)
    kept = update_player_games(lake, USER)
    assert (kept.action, kept.state.rows) in {(Action.COMPUTED, 5), (Action.KEPT, 5)}


def identities(*pairs: tuple[str, str | None]) -> pa.Table:
    """Return games with these ids and links."""
    ids, urls = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return pa.table({"game_id": pa.array(ids, pa.string()), "url": pa.array(urls, pa.string())})


LINK = "https://www.chess.com/game/live/{}"


@pytest.mark.parametrize(
    ("stored", "upstream", "missing"),
    [
        (("a", None), ("a", None), []),
        (("a", None), ("b", None), ["a"]),
        (("a", LINK.format(7)), ("b", LINK.format(7)), []),  # its uuid changed
        (("7", None), ("b", LINK.format(7)), []),  # it gained one
        (("a", LINK.format(7)), ("7", None), []),  # it lost it
        (("a", LINK.format(7)), ("b", "https://www.chess.com/live/game/7?x"), []),
        (("a", LINK.format(7)), ("b", LINK.format(77)), ["a"]),
        (("a", LINK.format("")), ("b", None), ["a"]),
    ],
)
def test_which_game_is_which(
    stored: tuple[str, str | None], upstream: tuple[str, str | None], missing: list[str]
) -> None:
    """A game is told by its id or by the number in its link, as far as there are any."""
    assert missing_games(identities(stored), [identities(upstream)]) == missing


@given(st.lists(st.text()), st.lists(st.text()))
def test_any_ids(stored: list[str], upstream: list[str]) -> None:
    """Exactly what no upstream table has is missing, whatever the ids."""
    made = identities(*((game_id, None) for game_id in stored))
    others = identities(*((game_id, None) for game_id in upstream))
    assert missing_games(made, []) == stored
    assert missing_games(made, [identities(), others, made]) == []
    assert missing_games(made, [others]) == [each for each in stored if each not in upstream]
